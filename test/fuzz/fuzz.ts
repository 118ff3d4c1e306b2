import { createRandom } from '../support/random.ts';
import { canaryIn } from './canaries.ts';
import { CASES } from './cases.ts';
import { createExchange, type Exchange, type Reply } from './exchange.ts';
import { complaintOf } from './judge.ts';
import { createReport, type Row } from './report.ts';
import type { Input } from './target.ts';
import { TARGETS } from './targets.ts';
import { startWorld, type FuzzWorld } from './world.ts';

/** What to run. */
export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** The first input's number: to see one again. */
  readonly from: number;
  /** Redis that the gateway remembers in, which is searched too; null: none. */
  readonly redisUrl: string | null;
}

/** So many inputs are under way at a time. */
const AT_ONCE = 16;
/** Nobody may be blocked for longer. */
const MAX_BLOCKED_MS = 100;
/** A suspect is sent so often: what is slow each time is slow by itself, and not for want of a processor. */
const TRIES = 3;
/** After so many inputs the metrics and Redis are searched, and Redis is emptied: it would grow with each account. */
const SEARCHED_EVERY = 20_000;
/** More suspects than these are the machine's doing. */
const MAX_SUSPECTS = 1000;
/** So many characters of what was sent and answered are shown. */
const MAX_SHOWN = 1500;

/**
 * Sends what was wrong once and many new inputs to a gateway, and looks at all that it says.
 * @returns a row for each target, and one for each other place that was looked at
 */
export async function runFuzz({ inputs, seed, from, redisUrl }: FuzzOptions): Promise<readonly Row[]> {
  const report = createReport();
  const underWay = new Set<number>();
  const suspects = new Set<number>();
  const world = await startWorld({
    redisUrl,
    onLine: (line) => {
      const canary = canaryIn(line);
      if (canary !== null) report.complain('log', `it has a canary: ${canary}`, line);
      if (line.includes('unexpected error')) report.complain('log', 'it tells of a defect', line);
    },
    onBlocked: (blockedMs) => {
      if (blockedMs > MAX_BLOCKED_MS) for (const number of underWay) suspects.add(number);
    },
  });
  const exchange = createExchange(world.gateway.url);
  const sendOne = async (row: string, input: Input, again: string) => {
    const reply = await ask(exchange, input);
    report.answered(row, outcomeOf(reply));
    const complaint = complaintOf(input, reply);
    if (complaint !== null) report.complain(row, complaint, describe(input, reply, again));
  };
  let next = from;
  const sendUntil = async (end: number) => {
    while (next < end && !world.gateway.hasEnded()) {
      const number = next++;
      const { name, input } = drawInput(world, seed, number);
      underWay.add(number);
      await sendOne(name, input, againOf(seed, number));
      underWay.delete(number);
    }
  };
  const search = async () => {
    for (const { place, complaint } of await world.searchTheRest()) report.complain(place, complaint, '');
  };
  try {
    for (const [name, input] of Object.entries(CASES)) await sendOne('found before', input, name);
    while (next < from + inputs && !world.gateway.hasEnded()) {
      const end = Math.min(next + SEARCHED_EVERY, from + inputs);
      await Promise.all(Array.from({ length: AT_ONCE }, () => sendUntil(end)));
      await search();
    }
    if (world.gateway.hasEnded()) report.complain('process', 'it has ended by itself', againOf(seed, next));
    for (const { number, ms } of await timed([...suspects], world, seed, exchange)) {
      if (ms <= MAX_BLOCKED_MS) continue;
      report.complain(
        'event loop',
        `blocked over ${String(MAX_BLOCKED_MS)} ms`,
        `${ms.toFixed(0)} ms; ${againOf(seed, number)}`,
      );
    }
    return report.rows();
  } finally {
    exchange.close();
    await world.stop();
  }
}

function drawInput(world: FuzzWorld, seed: number, number: number) {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const target = random.pick(TARGETS);
  return { name: target.name, input: target.draw(random, world, number) };
}

function ask(exchange: Exchange, { request, isRaw }: Input): Promise<Reply> {
  return isRaw === true ? exchange.askAlone(request) : exchange.ask(request);
}

/** Sends those again, one by one, that were under way when everybody was blocked: the fastest time of each. */
async function timed(numbers: readonly number[], world: FuzzWorld, seed: number, exchange: Exchange) {
  const times: { readonly number: number; readonly ms: number }[] = [];
  for (const number of numbers.slice(-MAX_SUSPECTS)) {
    if (world.gateway.hasEnded()) break;
    let ms = Infinity;
    for (let nth = 0; nth < TRIES && ms > MAX_BLOCKED_MS; nth++) {
      const { input } = drawInput(world, seed, number);
      const since = performance.now();
      await ask(exchange, input);
      ms = Math.min(ms, performance.now() - since);
    }
    times.push({ number, ms });
  }
  return times;
}

/** The status, and the code of the first error. */
function outcomeOf(reply: Reply): string {
  if (reply.kind !== 'answer') return reply.kind;
  const [, code = ''] = /"code":"(\w+)"/.exec(reply.body) ?? [];
  return `${String(reply.status)} ${code}`.trim();
}

function againOf(seed: number, number: number): string {
  return `npm run fuzz -- --seed ${String(seed)} --from ${String(number)} --inputs 1`;
}

function describe({ request }: Input, reply: Reply, again: string): string {
  const answered = reply.kind === 'answer' ? `${String(reply.status)} ${reply.body}` : reply.kind;
  return [
    again,
    `sent: ${JSON.stringify(request.toString('latin1')).slice(0, MAX_SHOWN)}`,
    `answered: ${answered.slice(0, MAX_SHOWN)}`,
  ].join('\n    ');
}
