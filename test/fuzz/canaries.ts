/** What is planted where nobody may ever see it again. Each is unlike anything else that is sent. */
export const CANARIES = {
  apiKey: 'tk_canary-c0ffee01',
  otherApiKey: 'tk_canary-c0ffee02',
  sessionToken: 'session-canary-c0ffee03',
  serverKey: 'tk_canary-c0ffee04',
  /** Begins the path of the upstream's address. */
  upstreamPath: 'canary-c0ffee05',
  /** Stands in errors of the upstream, in its headers, in fields that nobody knows and under keys of secrets. */
  upstreamBody: 'canary-c0ffee06',
  /** Ends the claims of each token of the product. */
  productToken: 'canary-c0ffee07',
} as const;

/** The last characters that all of them share, up to the number: a text without it has none of them. */
const MARK = 'c0ffee0';
/** The same in base64, at each of the three places where a byte can begin. */
const ENCODED = [0, 1, 2].map((skip) =>
  Buffer.from(' '.repeat(skip) + MARK)
    .toString('base64')
    .slice(skip === 0 ? 0 : skip + 1, 9),
);

/** The name of a canary that a text has in it, plain or in base64; null: it has none. */
export function canaryIn(text: string): string | null {
  if (ENCODED.some((encoded) => text.includes(encoded))) return 'one in base64';
  if (!text.toLowerCase().includes(MARK)) return null;
  const found = Object.entries(CANARIES).find(([, canary]) => text.includes(canary));
  return found?.[0] ?? 'a part of one';
}
