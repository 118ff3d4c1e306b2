import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What `extensions.upstream` says of an operation's cost. */
export interface Cost {
  readonly calls: number;
  readonly cacheHits: number;
  readonly waitedMs: number;
  readonly asOf: string | null;
}

/** How one operation went. */
export interface Answer {
  /** When it was asked, on the monotonic clock. */
  readonly askedAt: number;
  readonly ms: number;
  /** The codes of its errors, partial ones included; empty when all went well. */
  readonly codes: readonly string[];
  /** Null for a server that does not tell. */
  readonly cost: Cost | null;
}

/** One operation, and whose it is. */
export interface Question {
  /** Number of a linked account of the sandbox, from 3. */
  readonly account: number;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 15_000;
const agent = new Agent({ keepAlive: true, maxSockets: 2000 });

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly upstream?: Cost };
}

/** Asks a GraphQL server. Never rejects: an answer that does not come has the code NO_ANSWER. */
export async function ask(url: string, { account, query, variables = {} }: Question): Promise<Answer> {
  const askedAt = performance.now();
  const answered = (codes: readonly string[], cost: Cost | null = null): Answer => ({
    askedAt,
    ms: performance.now() - askedAt,
    codes,
    cost,
  });
  try {
    const text = await post(url, `Bearer session-${String(account)}`, JSON.stringify({ query, variables }));
    const { data, errors = [], extensions } = JSON.parse(text) as Body;
    const codes = errors.map((error) => error.extensions?.code ?? 'NO_CODE');
    if (codes.length === 0 && data == null) codes.push('NO_DATA');
    return answered([...new Set(codes)], extensions?.upstream ?? null);
  } catch {
    return answered(['NO_ANSWER']);
  }
}

function post(url: string, authorization: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization,
    };
    const options = { method: 'POST', agent, headers, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString());
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The value below which a share of the numbers lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** How often each code was answered; `OK` where there was no error. */
export function countCodes(answers: readonly Answer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { codes } of answers) {
    for (const code of codes.length === 0 ? ['OK'] : codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

/** The counts in one line, the most frequent first. */
export function printCodes(answers: readonly Answer[]): string {
  const counts = [...countCodes(answers)].toSorted(([, a], [, b]) => b - a);
  return counts.map(([code, count]) => `${code} ${String(count)}`).join(', ');
}

/** What a flow of operations is made from. */
export interface FlowOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** Chooses the moments; left out, they are evenly apart. */
  readonly random?: () => number;
  /** The question of that number, from 0, and where to ask it. */
  readonly next: (number: number) => { readonly url: string; readonly question: Question };
}

/** Asks at a pace of its own, whatever becomes of the answers. Resolves when the time is up; the answers follow. */
export async function flow(options: FlowOptions): Promise<{ answers: Promise<Answer[]> }> {
  const { perSecond, seconds, random, next } = options;
  const gapMs = () => (1000 / perSecond) * (random === undefined ? 1 : -Math.log(1 - random()));
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  const asked: Promise<Answer>[] = [];
  for (let at = startedAt; at < endAt; at += gapMs()) {
    const aheadMs = at - performance.now();
    if (aheadMs > 0) await sleep(aheadMs);
    const { url, question } = next(asked.length);
    asked.push(ask(url, question));
  }
  await sleep(Math.max(0, endAt - performance.now()));
  return { answers: Promise.all(asked) };
}
