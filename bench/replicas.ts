/** Ten times the upstream's rate, asked of several replicas while their Redis comes and goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FIRST_ACCOUNT } from './dashboards.ts';
import { countCodes, flow, printCodes, type Answer } from './load.ts';
import { answeredOf, prepareRedis, startGateway, startSandbox } from './processes.ts';
import type { RedisService, SandboxService } from './processes.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

const RATE_PER_SECOND = 20;
const DEMAND_PER_SECOND = 10 * RATE_PER_SECOND;
const ACCOUNTS = 50;
/** One upstream call each: the fields that a list brings along. */
const ONE_CALL = `query Rows($page: PageInput) {
  executions(page: $page) { nodes { id status createdAt workflow { id name icon } } }
}`;
const PAGES = 25;
/** How replicas that have just started come to share, before the demand begins. */
const SETTLE_MS = 2500;

/** What happens to Redis at a third and at two thirds: it is killed and started anew, or it hangs and goes on. */
type Trouble = 'killed' | 'hanging';

const TROUBLES: Readonly<Record<Trouble, (redis: RedisService) => readonly (() => unknown)[]>> = {
  killed: (redis) => [() => redis.stop('SIGKILL'), () => redis.start()],
  hanging: (redis) => [
    () => {
      redis.signal('SIGSTOP');
    },
    () => {
      redis.signal('SIGCONT');
    },
  ],
};

/** What `measureReplicas` may be told. */
export interface ReplicasOptions {
  readonly seconds: number;
  readonly runs: readonly (readonly [replicas: number, trouble: Trouble])[];
}

interface Outcome {
  readonly replicas: number;
  readonly trouble: Trouble;
  readonly throttled: number;
  readonly peak: number;
  /** Share of the allowed rate that was used: before, during and after the trouble, and over all. */
  readonly used: readonly number[];
  readonly answers: readonly Answer[];
}

/** Runs each of the variants with processes of its own. */
export async function measureReplicas({ seconds, runs }: ReplicasOptions): Promise<Finding[]> {
  const outcomes: Outcome[] = [];
  for (const [replicas, trouble] of runs) {
    const outcome = await measure(replicas, trouble, seconds);
    outcomes.push(outcome);
    note(
      `${String(replicas)} replicas, Redis ${trouble}: ${String(outcome.throttled)} throttled, peak ${String(outcome.peak)}, used ` +
        outcome.used.map((share) => number(share * 100)).join(' / '),
    );
  }
  console.log(
    `\n${String(DEMAND_PER_SECOND)} distinct queries a second for ${String(seconds)} s; upstream allows 20/s, burst 5; Redis is in trouble ` +
      'from a third to two thirds.\nUsed: share of the allowed rate before / during / after, and over all.',
  );
  const heading = ['replicas', 'Redis', '429s', 'peak/s', 'used, by thirds', 'used', 'answers'];
  printTable(
    'Replicas',
    heading,
    outcomes.map(({ replicas, trouble, throttled, peak, used, answers }) => [
      String(replicas),
      trouble,
      String(throttled),
      String(peak),
      used.slice(0, 3).map(percent).join(' / '),
      percent(used[3] ?? NaN),
      printCodes(answers),
    ]),
  );
  return outcomes.flatMap(findingsOf);
}

const percent = (share: number) => `${number(share * 100)} %`;

async function measure(replicas: number, trouble: Trouble, seconds: number): Promise<Outcome> {
  const [sandbox, redis] = await Promise.all([startSandbox({ accounts: ACCOUNTS + 2 }), prepareRedis()]);
  await redis.start();
  const env = { REPLICAS: String(replicas), REDIS_URL: redis.url, CACHE_LIST_MS: '0' };
  const gateways = await Promise.all(Array.from({ length: replicas }, () => startGateway(sandbox.url, env)));
  await sleep(SETTLE_MS);
  await sandbox.reset();
  const asking = flow({
    perSecond: DEMAND_PER_SECOND,
    seconds,
    next: (number) => ({
      url: `${gateways[number % replicas]?.url ?? ''}/graphql`,
      question: {
        account: FIRST_ACCOUNT + (number % ACCOUNTS),
        query: ONE_CALL,
        variables: { page: { number: 1 + (Math.floor(number / ACCOUNTS) % PAGES), size: 10 } },
      },
    }),
  });
  const used = await watch(sandbox, seconds, TROUBLES[trouble](redis));
  const answers = await (await asking).answers;
  const { throttled, peakPerSecond } = await sandbox.stats();
  redis.signal('SIGCONT');
  await Promise.all([...gateways, redis, sandbox].map((service) => service.stop()));
  return { replicas, trouble, throttled, peak: peakPerSecond, used, answers };
}

/** Makes the trouble, and tells the share of the rate used in each third and over all. */
async function watch(
  sandbox: SandboxService,
  seconds: number,
  steps: readonly (() => unknown)[],
): Promise<number[]> {
  const startedAt = performance.now();
  const marks = [{ at: startedAt, calls: 0 }];
  for (let third = 1; third <= 3; third++) {
    await sleep(Math.max(0, startedAt + (third * seconds * 1000) / 3 - performance.now()));
    marks.push({ at: performance.now(), calls: answeredOf(await sandbox.stats()) });
    await steps[third - 1]?.();
  }
  const shareBetween = (from: number, to: number) => {
    const [first, last] = [marks[from], marks[to]];
    if (first === undefined || last === undefined) return NaN;
    return (last.calls - first.calls) / (((last.at - first.at) / 1000) * RATE_PER_SECOND);
  };
  return [shareBetween(0, 1), shareBetween(1, 2), shareBetween(2, 3), shareBetween(0, 3)];
}

function findingsOf({ replicas, trouble, throttled, peak, used, answers }: Outcome): Finding[] {
  const name = `${String(replicas)} ${replicas === 1 ? 'replica' : 'replicas'}, Redis ${trouble}`;
  const unexpected = [...countCodes(answers)].filter(([code]) => code !== 'OK' && code !== 'RATE_LIMITED');
  return [
    finding(`${name}: 429s`, throttled, { atMost: 0 }),
    finding(`${name}: peak in a second`, peak, { atMost: 25 }),
    finding(`${name}: allowed rate used`, (used[3] ?? 0) * 100, { atLeast: 95 }, ' %'),
    finding(`${name}: answers other than OK and RATE_LIMITED`, sum(unexpected), { atMost: 0 }),
  ];
}

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0);
}

/** All numbers of replicas with each trouble. */
const ALL_RUNS: ReplicasOptions['runs'] = [
  [1, 'killed'],
  [2, 'killed'],
  [4, 'killed'],
  [1, 'hanging'],
  [2, 'hanging'],
  [4, 'hanging'],
];

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
  printFindings(await measureReplicas({ seconds: Number(values.seconds), runs: ALL_RUNS }));
}
