/** Two hundred dashboards, and an upstream that is away for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Fault } from '../sandbox/control/faults.ts';
import type { RecordedRequest } from '../sandbox/control/journal.ts';
import { createPopulation } from './dashboards.ts';
import { printCodes, type Answer } from './load.ts';
import { startGateway, startSandbox } from './processes.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

const DASHBOARDS = 200;
const PER_ACCOUNT = 10;
const PERIOD_MS = 5000;
/** Longer than a list counts as fresh, and an answer takes. */
const FRESH_MS = 2500;
/** Within this, probes are few. */
const PROBE_MS = 5000;
/** How long it may take until most of the last attempts of all have failed. */
const OPENING_MS = 5000;
const RECOVERY_MS = 10_000;

const UNAVAILABLE: Fault = { share: 1, status: 503 };

/** An outage, and how many calls an operation makes in it. */
interface Case {
  readonly name: string;
  readonly fault: Fault;
  readonly calls: number;
}

const CASES: readonly Case[] = [
  { name: 'status 503', fault: UNAVAILABLE, calls: 1 },
  { name: 'connections reset', fault: { share: 1, reset: true }, calls: 1 },
  { name: 'status 503, 2 calls', fault: UNAVAILABLE, calls: 2 },
  { name: 'status 503, 8 calls', fault: UNAVAILABLE, calls: 8 },
];

interface Outcome {
  readonly name: string;
  readonly operations: number;
  readonly attempts: number;
  /** Calls of operations that caused any of the attempts. */
  readonly reached: number;
  /** The most attempts within any time between two probes, once the breaker had opened. */
  readonly probes: number;
  readonly stale: number;
  readonly failed: number;
  readonly unmarked: number;
  /** Milliseconds from recovery to the first fresh answer, and the attempts made until then. */
  readonly recoveryMs: number;
  readonly attemptsToRecover: number;
  readonly codes: string;
}

/** Measures outages that answer 503, with operations of 1, 2 and 8 calls, and one that resets connections. */
export async function measureOutage(seconds: number): Promise<Finding[]> {
  const outcomes: Outcome[] = [];
  for (const one of CASES) outcomes.push(await measure(one, seconds));
  console.log(`\n${String(DASHBOARDS)} dashboards of one call; upstream is away for ${String(seconds)} s.`);
  const heading = ['outage', 'answers', 'attempts', 'calls reached', 'probes in 5 s', 'stale, marked'];
  printTable(
    'Outage',
    [...heading, 'stale, unmarked', 'failed', 'fresh after', 'attempts until then', 'codes'],
    outcomes.map((outcome) => [
      outcome.name,
      ...[outcome.operations, outcome.attempts, outcome.reached, outcome.probes, outcome.stale].map(number),
      ...[outcome.unmarked, outcome.failed].map(number),
      `${number(outcome.recoveryMs / 1000)} s`,
      number(outcome.attemptsToRecover),
      outcome.codes,
    ]),
  );
  return outcomes.flatMap(findingsOf);
}

async function measure({ name, fault, calls }: Case, seconds: number): Promise<Outcome> {
  const sandbox = await startSandbox({ accounts: DASHBOARDS / PER_ACCOUNT + 2 });
  const gateway = await startGateway(sandbox.url);
  const population = createPopulation({
    url: `${gateway.url}/graphql`,
    periodMs: PERIOD_MS,
    perAccount: PER_ACCOUNT,
    calls,
  });
  // As many calls in all, so that the rate allows them before the outage as it does after it.
  await population.resize(DASHBOARDS / calls);
  await sleep(2 * PERIOD_MS);
  population.take();
  // Only requests of the outage and after count; it begins with an empty journal.
  await sandbox.reset();
  await sandbox.addFault(fault);
  const beganAt = performance.now();
  note(`${name}: begins`);
  await sleep(seconds * 1000);
  const during = await sandbox.requests();
  const endedAt = performance.now();
  await sandbox.clearFaults();
  note(`${name}: ends after ${String(during.length)} attempts`);
  await sleep(RECOVERY_MS);
  const all = await sandbox.requests();
  const answers = population.take();
  await population.stop();
  await Promise.all([gateway.stop(), sandbox.stop()]);
  return outcomeOf(name, answers, { beganAt, endedAt }, during, all.slice(during.length));
}

function outcomeOf(
  name: string,
  answers: readonly Answer[],
  { beganAt, endedAt }: { beganAt: number; endedAt: number },
  during: readonly RecordedRequest[],
  after: readonly RecordedRequest[],
): Outcome {
  const doneAt = ({ askedAt, ms }: Answer) => askedAt + ms;
  const within = answers.filter((answer) => answer.askedAt > beganAt + FRESH_MS && doneAt(answer) < endedAt);
  const isGood = ({ codes }: Answer) => codes.length === 0;
  const firstFresh = answers.find(
    (answer) => answer.askedAt > endedAt && isGood(answer) && answer.cost?.asOf === null,
  );
  const firstGood = after.findIndex(({ status }) => status === 200);
  return {
    name,
    operations: within.length,
    attempts: during.length,
    reached: new Set(during.map(({ headers, query }) => `${String(headers['x-request-id'])} ${query}`)).size,
    probes: mostWithin(during, PROBE_MS),
    stale: within.filter((answer) => isGood(answer) && answer.cost?.asOf != null).length,
    unmarked: within.filter((answer) => isGood(answer) && answer.cost?.asOf == null).length,
    failed: within.filter((answer) => !isGood(answer)).length,
    recoveryMs: firstFresh === undefined ? Infinity : doneAt(firstFresh) - endedAt,
    attemptsToRecover: firstGood < 0 ? Infinity : firstGood + 1,
    codes: printCodes(within),
  };
}

/** The most requests that lie within so many milliseconds, leaving out those that opened the breaker. */
function mostWithin(requests: readonly RecordedRequest[], windowMs: number): number {
  const openedAt = (requests[0]?.atMs ?? 0) + OPENING_MS;
  const times = requests.map(({ atMs }) => atMs).filter((at) => at > openedAt);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

function findingsOf(outcome: Outcome): Finding[] {
  const { name, attempts, reached, probes, unmarked, recoveryMs, attemptsToRecover } = outcome;
  return [
    finding(`${name}: attempts for each call that reached upstream`, attempts / reached, {
      atMost: 1.2,
    }),
    finding(`${name}: probes in 5 s`, probes, { atMost: 3 }),
    finding(`${name}: stale answers without a mark`, unmarked, { atMost: 0 }),
    finding(`${name}: first fresh answer`, recoveryMs / 1000, { atMost: 6 }, ' s'),
    finding(`${name}: attempts until upstream answered`, attemptsToRecover, { atMost: 3 }),
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
  printFindings(await measureOutage(Number(values.seconds)));
}
