/** Five times the load that the gateway can carry, offered whatever becomes of it: what is let in, and what is refused. */
import { parseArgs } from 'node:util';
import { FIRST_ACCOUNT } from './dashboards.ts';
import { ask, flow, percentile, printCodes, type Answer, type Question } from './load.ts';
import { ANY_RATE, startGateway, startSandbox } from './processes.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

/** How many times the load that it can carry. */
const OVER = 5;
/** The share of that load at which it counts as idle. */
const IDLE = 0.1;
const WARM_SECONDS = 3;
/** How long it takes at the most to tell an overload from a burst, which is worked off. */
const ONSET_SECONDS = 1;
/** Enough to keep the gateway at work without a pause, and not enough to keep anybody waiting for long. */
const WORKERS = 4;

/** A gateway, and what bounds the load that it can carry. */
export interface Bound {
  readonly name: string;
  readonly url: string;
  readonly question: (number: number) => Question;
  /** Operations a second that it can carry; null: as many as it answers when asked without a pause. */
  readonly perSecond: number | null;
  /** How long the longest queue is that it is built to bear: idle is such a queue, and nobody besides. 0: there is none. */
  readonly queueMs: number;
  /** What an operation may be refused with. */
  readonly refusal: string;
  stop(): Promise<unknown>;
}

/** Bounded by the CPU: all that is asked for is remembered, and there is much of it. */
async function startBoundByCpu(): Promise<Bound> {
  const sandbox = await startSandbox({ accounts: FIRST_ACCOUNT, executions: 500, rate: 0 });
  const kept = { CACHE_LIST_MS: '600000', CACHE_RUNNING_MS: '600000', CACHE_WORKFLOW_MS: '600000' };
  const gateway = await startGateway(sandbox.url, { ...ANY_RATE, ...kept });
  return {
    name: 'CPU',
    url: `${gateway.url}/graphql`,
    question: () => ({ account: FIRST_ACCOUNT, query: PAGE }),
    perSecond: null,
    queueMs: 0,
    refusal: 'OVERLOADED',
    stop: () => Promise.all([gateway.stop(), sandbox.stop()]),
  };
}

/** Bounded by upstream's rate: every question is somebody else's, and costs a call. */
async function startBoundByRate(): Promise<Bound> {
  const sandbox = await startSandbox({ accounts: FIRST_ACCOUNT + ACCOUNTS, executions: 50 });
  const gateway = await startGateway(sandbox.url);
  return {
    name: 'rate',
    url: `${gateway.url}/graphql`,
    question: (asked) => ({ account: FIRST_ACCOUNT + (asked % ACCOUNTS), query: NEWEST }),
    perSecond: 20,
    queueMs: 4000,
    refusal: 'RATE_LIMITED',
    stop: () => Promise.all([gateway.stop(), sandbox.stop()]),
  };
}

const ACCOUNTS = 3000;
const NEWEST = '{ executions { totalCount nodes { id status } } }';

/** A page of a hundred rows, with everything that they embed. */
const PAGE = `query Page { executions(page: { size: 100 }) {
  totalCount
  nodes {
    id name status createdAt updatedAt completedAt durationMs environment source type
    workflow { id name icon description } application { id name icon slug }
  }
} }`;

/** Measures what five times the load does to those who are let in, and to the others. */
export async function measureOverload(seconds: number): Promise<Finding[]> {
  return [
    ...(await measureBound(await startBoundByCpu(), seconds)),
    ...(await measureBound(await startBoundByRate(), seconds)),
  ];
}

async function measureBound(bound: Bound, seconds: number): Promise<Finding[]> {
  await saturate(bound, WARM_SECONDS);
  const perSecond = bound.perSecond ?? (await saturate(bound, seconds));
  note(`bound by the ${bound.name}: ${number(perSecond)} a second`);
  const idle = await measureIdle(bound, perSecond, seconds);
  const all = await offer(bound, perSecond * OVER, ONSET_SECONDS + seconds);
  await bound.stop();
  const beganAt = Math.min(...all.map(({ askedAt }) => askedAt));
  const [onset, over] = partition(all, ({ askedAt }) => askedAt < beganAt + ONSET_SECONDS * 1000);

  const refused = over.filter(({ codes }) => codes.includes(bound.refusal));
  const accepted = over.filter(({ codes }) => codes.length === 0);
  const endAt = (over[0]?.askedAt ?? 0) + seconds * 1000;
  const inTime = accepted.filter(({ askedAt, ms }) => askedAt + ms <= endAt);
  const others = over.length - refused.length - accepted.length;
  const row = (name: string, answers: readonly Answer[], within = seconds) => [
    name,
    number(answers.length / within),
    ...[0.5, 0.99, 1].map((share) => number(at(answers, share))),
    printCodes(answers),
  ];
  printTable(
    `Bound by the ${bound.name}, ${number(perSecond)} operations a second`,
    ['what', 'a second', 'p50 ms', 'p99 ms', 'slowest ms', 'answers'],
    [
      row('idle', idle),
      row(`${String(OVER)}x, first second`, onset, ONSET_SECONDS),
      row(`${String(OVER)}x, let in`, accepted),
      row(`${String(OVER)}x, refused`, refused),
    ],
  );
  const named = (what: string) => `bound by the ${bound.name}: ${what}`;
  return [
    finding(named('p99 of what is let in'), at(accepted, 0.99) / at(idle, 0.99), { atMost: 2 }, 'x idle'),
    finding(named('refusals, p99'), at(refused, 0.99), { atMost: 50 }, ' ms'),
    finding(named('goodput'), inTime.length / seconds / perSecond, { atLeast: 0.9 }, ' of the peak'),
    finding(named('other answers'), others, { atMost: 0 }),
  ];
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

function at(answers: readonly Answer[], share: number): number {
  return percentile(
    answers.map(({ ms }) => ms),
    share,
  );
}

/** Asks without a pause; answers how many a second were answered. */
async function saturate({ url, question }: Bound, seconds: number): Promise<number> {
  const endAt = performance.now() + seconds * 1000;
  let answered = 0;
  const work = async () => {
    while (performance.now() < endAt) {
      const { codes } = await ask(url, question(answered));
      if (codes.length === 0) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return answered / seconds;
}

/** Few questions, or twice as many as can be carried for as long as the queue that this makes may become. */
function measureIdle(bound: Bound, perSecond: number, seconds: number): Promise<Answer[]> {
  const { queueMs } = bound;
  return queueMs === 0
    ? offer(bound, perSecond * IDLE, seconds)
    : offer(bound, perSecond * 2, queueMs / 1000);
}

/** Asks at a pace of its own. */
async function offer({ url, question }: Bound, perSecond: number, seconds: number): Promise<Answer[]> {
  const next = (nth: number) => ({ url, question: question(nth) });
  return (await flow({ perSecond, seconds, next })).answers;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
  printFindings(await measureOverload(Number(values.seconds)));
}
