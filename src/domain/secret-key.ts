/** Tells whether a key, a header or a parameter names a secret. */
export type IsSecretKey = (key: string) => boolean;

/** Words that name a secret when a key ends with them: `db_password`, `X-Auth`, `session.sid`. */
const NOUNS = new Set(
  (
    'password passwords passwd passphrase passcode pwd pass pin otp totp mfa secret secrets token tokens jwt bearer auth ' +
    'authorization authentication cookie cookies credential credentials creds sid dsn apikey apikeys cvv cvc csrf xsrf'
  ).split(' '),
);

/** What a key, a code, a string and a header are secrets for: `signing_key`, `auth code`, `connectionString`. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    key: 'api access private secret signing encryption decryption master auth account service subscription ssh hmac webhook session'.split(
      ' ',
    ),
    code: 'auth authorization verification security recovery backup otp mfa pin device'.split(' '),
    id: ['session'],
    string: ['connection', 'conn'],
    phrase: ['seed', 'recovery', 'pass', 'secret'],
    signature: ['aws', 'amz', 'saml'],
    assertion: ['client', 'saml'],
  }),
);

/** Words behind a secret's name that still mean the secret itself: `password_hash`, `token value`, `passwordConfirm`. */
const QUALIFIERS = new Set(
  'hash hashed value values raw plain plaintext text encrypted enc b64 base64 header headers data v old new current confirm confirmation confirmed repeat again'.split(
    ' ',
  ),
);

/** Words in front of `token` that make it a mark in a list or an amount: `nextPageToken`, `max_tokens`. */
const HARMLESS_TOKENS = new Set(
  'page next prev previous continuation pagination paging sync cursor start resume skip max min num number count total prompt completion input output used remaining cached has is needs requires uses'.split(
    ' ',
  ),
);
/** Questions about a secret: `has_token`, `isPassword`. */
const QUESTIONS = new Set('has is needs requires uses with without no can should'.split(' '));

/** Ends of keys that are written in one word, or with marks between all letters. No plain English word ends so. */
const RUN_TOGETHER =
  /(?:password|passwd|passphrase|(?:client|app|shared|user|webhook)secret|(?:api|access|private|secret|signing|encryption|master)keys?|(?:access|refresh|auth|bearer|id|session|csrf|xsrf|middleware|security|bot|user|api)token|jwttoken|sess(?:ion)?id|connectionstring|authorization|setcookie)\d*$/;

/**
 * Builds the rule for keys. A key is split into words (`accessToken`, `access-token` and `Access Token` are alike), and
 * names a secret when its last word does. Numbers at the end, and words such as `hash` or `value`, do not change that.
 * @param parts more parts of keys that name secrets, of which only letters and digits count
 */
export function createIsSecretKey(parts: readonly string[]): IsSecretKey {
  const more = parts.map(plainOf).filter((part) => part !== '');
  const judge = (key: string) => {
    const plain = plainOf(key);
    return more.some((part) => plain.includes(part)) || namesSecret(wordsOf(key), plain);
  };
  // They are cut out of texts, too.
  const known = rememberByKey(judge, copyOf);
  return (key) => key.length <= MAX_KEY_LENGTH && known(key);
}

/** No key that somebody has thought of is longer. */
const MAX_KEY_LENGTH = 256;
/** How many keys are remembered before all are forgotten. */
const MAX_KNOWN = 5000;

/**
 * Remembers what keys are judged to be, since the same ones come again and again.
 * @param kept makes of a key what is kept; left out: the key itself
 */
export function rememberByKey<T extends boolean | object>(
  judge: (key: string) => T,
  kept = (key: string) => key,
): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const judged = judge(key);
    if (key.length > MAX_KEY_LENGTH) return judged;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(kept(key), judged);
    return judged;
  };
}

/** The same text by itself: V8 lets what was cut out of a text keep all of that. */
function copyOf(key: string): string {
  return Buffer.from(key, 'utf16le').toString('utf16le');
}

function namesSecret(words: readonly string[], plain: string): boolean {
  const last = words.findLastIndex((word) => !QUALIFIERS.has(word) && !/^\d+$/.test(word));
  const noun = words[last];
  if (noun === undefined) return false;
  const before = words.slice(0, last);
  if (before[0] !== undefined && QUESTIONS.has(before[0])) return false;
  if (/^(?:next|prev|previous)?(?:page|sync|continuation|cursor)tokens?$/.test(plain)) return false;
  const owner = before.at(-1) ?? '';
  if (/^tokens?$/.test(noun) && HARMLESS_TOKENS.has(owner)) return false;
  if (NOUNS.has(noun) || KINDS.get(noun.replace(/s$/, ''))?.includes(owner) === true) return true;
  return RUN_TOGETHER.test(plain);
}

/** `X-Auth-Token`, `xAuthToken` and `XAuthToken` are the words x, auth, token; `OTPCode` is otp, code. */
function wordsOf(key: string): string[] {
  return key
    .normalize('NFKC')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** A key without what its spelling may vary in: case, width, and whatever is neither a letter nor a digit. */
function plainOf(key: string): string {
  return key
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
