/** How many dashboards each of three systems holds within the upstream's budget of 20 requests a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createPopulation, FIRST_ACCOUNT, OTHER_EVERY, RUN_HISTORY, type Population } from './dashboards.ts';
import { ask, percentile, printCodes, type Answer } from './load.ts';
import { answeredOf, cpuSecondsOf, startGateway, startPeer, startSandbox } from './processes.ts';
import type { SandboxService, Service } from './processes.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

const RATE_PER_SECOND = 20;
const GOOD_P95_MS = 500;
const PERIOD_MS = 5000;
/** No system is tried with more. */
const MAX_DASHBOARDS = 5120;
/** Bisecting ends at a step of this share. */
const PRECISION = 0.1;

/** What `measureBudget` may be told. */
export interface BudgetOptions {
  /** Dashboards of one linked account. */
  readonly perAccount: number;
  /** Poll periods in a window. */
  readonly periods: number;
}

/** What a window showed. */
interface Trial {
  readonly dashboards: number;
  readonly holds: boolean;
  readonly queries: number;
  readonly p50: number;
  readonly p95: number;
  readonly codes: string;
  readonly failed: number;
  readonly throttled: number;
  readonly callsPerQuery: number;
  readonly callsPerSecond: number;
  /** Share of one core. */
  readonly cpu: number;
  /** Share of answers older than their freshness, and the oldest of them, in milliseconds. */
  readonly staleShare: number;
  readonly oldestMs: number;
}

/** How a system did: the most that it held, and the least that it did not. */
interface Standing {
  readonly name: string;
  readonly held: Trial | null;
  readonly failed: Trial | null;
  readonly throttled: number;
  /** Upstream calls of its first query, with nothing in the way. */
  readonly needs: number;
}

type Start = (upstreamUrl: string) => Promise<Service>;

const SYSTEMS: readonly (readonly [name: string, start: Start, from: number])[] = [
  ['naive', (url) => startPeer('naive', url), 1],
  ['dataloader', (url) => startPeer('dataloader', url), 1],
  ['refold-gateway', (url) => startGateway(url), 320],
];

/** Measures the three systems one after the other, each with a sandbox of its own. */
export async function measureBudget(options: BudgetOptions): Promise<Finding[]> {
  const standings: Standing[] = [];
  for (const [name, start, from] of SYSTEMS) {
    const needs = await callsOfFirstQuery(start);
    const sandbox = await startSandbox({ accounts: 2 + Math.ceil(MAX_DASHBOARDS / options.perAccount) });
    const system = await start(sandbox.url);
    standings.push({ name, needs, ...(await measureSystem(name, system, sandbox, options, from)) });
    await Promise.all([system.stop(), sandbox.stop()]);
  }
  print(standings, options);
  return findingsOf(standings);
}

async function callsOfFirstQuery(start: Start): Promise<number> {
  const sandbox = await startSandbox({ accounts: FIRST_ACCOUNT, rate: 0 });
  const system = await start(sandbox.url);
  await ask(`${system.url}/graphql`, { account: FIRST_ACCOUNT, query: RUN_HISTORY });
  const calls = answeredOf(await sandbox.stats());
  await Promise.all([system.stop(), sandbox.stop()]);
  return calls;
}

async function measureSystem(
  name: string,
  system: Service,
  sandbox: SandboxService,
  options: BudgetOptions,
  from: number,
): Promise<Omit<Standing, 'name' | 'needs'>> {
  const population = createPopulation({
    url: `${system.url}/graphql`,
    periodMs: PERIOD_MS,
    perAccount: options.perAccount,
  });
  let held: Trial | null = null;
  let failed: Trial | null = null;
  let throttled = 0;
  for (let size = from; size > 0; size = nextSize(held, failed)) {
    await sandbox.reset();
    const trial = await tryOut(population, size, system, sandbox, options);
    throttled += trial.throttled;
    note(
      `${name}: ${String(size)} dashboards ${trial.holds ? 'held' : 'not held'}: p95 ${number(trial.p95)} ms, ` +
        `${number(trial.callsPerSecond)} calls/s, ${String(trial.throttled)} throttled, CPU ${number(trial.cpu * 100)} %, ${trial.codes}`,
    );
    if (trial.holds) held = trial;
    else failed = trial;
  }
  await population.stop();
  return { held, failed, throttled };
}

/** Twice as many, or half way between what was held and what was not; 0 when that is known well enough. */
function nextSize(held: Trial | null, failed: Trial | null): number {
  const low = held?.dashboards ?? 0;
  if (failed === null) return low < MAX_DASHBOARDS ? low * 2 : 0;
  const high = failed.dashboards;
  return high - low <= Math.max(1, low * PRECISION) ? 0 : Math.floor((low + high) / 2);
}

async function tryOut(
  population: Population,
  size: number,
  system: Service,
  sandbox: SandboxService,
  { periods }: BudgetOptions,
): Promise<Trial> {
  await population.resize(size);
  // Two periods to settle: longer than anything out of date is shown.
  await sleep(2 * PERIOD_MS + 2500);
  population.take();
  const before = answeredOf(await sandbox.stats());
  const cpuBefore = cpuSecondsOf(system) ?? NaN;
  const seconds = (periods * PERIOD_MS) / 1000;
  await sleep(seconds * 1000);
  const answers = population.take();
  const stats = await sandbox.stats();
  const calls = answeredOf(stats) - before;
  const cpu = ((cpuSecondsOf(system) ?? NaN) - cpuBefore) / seconds;
  return { ...summaryOf(answers), dashboards: size, throttled: stats.throttled, cpu, ...ratesOf() };

  function ratesOf() {
    const callsPerQuery = calls / Math.max(1, answers.length);
    const p95 = percentile(
      answers.map(({ ms }) => ms),
      0.95,
    );
    const hasFailed = answers.some(({ codes }) => codes.length > 0);
    const holds = answers.length > 0 && !hasFailed && p95 < GOOD_P95_MS;
    return { callsPerQuery, callsPerSecond: calls / seconds, p95, holds };
  }
}

function summaryOf(answers: readonly Answer[]) {
  const ages = answers.flatMap(({ cost, askedAt, ms }) =>
    cost?.asOf == null ? [] : [performance.timeOrigin + askedAt + ms - Date.parse(cost.asOf)],
  );
  return {
    queries: answers.length,
    p50: percentile(
      answers.map(({ ms }) => ms),
      0.5,
    ),
    codes: printCodes(answers),
    failed: answers.filter(({ codes }) => codes.length > 0).length,
    staleShare: ages.length / Math.max(1, answers.length),
    oldestMs: Math.max(0, ...ages),
  };
}

/** What stopped a system from holding more. */
function boundOf({ held, failed, throttled, needs }: Standing): string {
  if (failed === null) return 'nothing found: no more was tried';
  if (throttled > 0 && held === null) return `429s: ${String(needs)} calls a query, most at once`;
  if (failed.cpu > 0.85) return `CPU (${number(failed.cpu * 100)} % of a core)`;
  const used = `${number(failed.callsPerSecond)} of ${String(RATE_PER_SECOND)} calls/s`;
  return `upstream's rate (${used}; CPU ${number(failed.cpu * 100)} %)`;
}

/** What a system could hold if its calls came in perfect order: a bound from above for those without a limiter. */
function atBestOf({ needs }: Standing): number {
  return Math.floor((RATE_PER_SECOND / needs) * (PERIOD_MS / 1000));
}

function print(standings: readonly Standing[], { perAccount, periods }: BudgetOptions): void {
  console.log(
    `\nDashboards that each poll ten rows every ${String(PERIOD_MS / 1000)} s, every ${String(OTHER_EVERY)}th poll another page or filter; ` +
      `${String(perAccount)} dashboards to a linked account;\nupstream allows 20/s, burst 5; held: p95 under ` +
      `${String(GOOD_P95_MS)} ms and no error over ${String(periods)} periods. At best: held if its calls came in perfect order.`,
  );
  const rows = standings.map((standing) => {
    const trial = standing.held ?? standing.failed;
    if (trial === null) throw new Error('Nothing was tried');
    return [
      standing.name,
      number(standing.held?.dashboards ?? 0),
      standing.name === 'refold-gateway' ? '' : number(atBestOf(standing)),
      number(standing.throttled),
      number(trial.callsPerQuery),
      number(standing.needs),
      `${number(trial.p50)} / ${number(trial.p95)}`,
      trial.staleShare === 0
        ? '0'
        : `${number(trial.staleShare * 100)} % (${number(trial.oldestMs / 1000)} s)`,
      boundOf(standing),
    ];
  });
  const heading = [
    'system',
    'held',
    'at best',
    '429s',
    'calls/query',
    'p50/p95 ms',
    'stale (oldest)',
    'bound by',
  ];
  printTable('Upstream budget', heading, rows);
}

function findingsOf(standings: readonly Standing[]): Finding[] {
  const [naive, dataloader, ours] = standings;
  if (naive === undefined || dataloader === undefined || ours === undefined) return [];
  const held = ours.held?.dashboards ?? 0;
  const ratio = (peer: Standing) => held / Math.max(1, peer.held?.dashboards ?? 0);
  return [
    finding('dashboards, times the naive server’s (at least 1)', ratio(naive), { atLeast: 20 }),
    finding('the same, against its calls in perfect order', held / atBestOf(naive), { atLeast: 20 }),
    finding('dashboards, times the DataLoader server’s (at least 1)', ratio(dataloader), { atLeast: 5 }),
    finding('the same, against its calls in perfect order', held / atBestOf(dataloader), { atLeast: 5 }),
    finding('429s caused by the gateway', ours.throttled, { atMost: 0 }),
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      'per-account': { type: 'string', default: '10' },
      periods: { type: 'string', default: '3' },
    },
  });
  printFindings(
    await measureBudget({ perAccount: Number(values['per-account']), periods: Number(values.periods) }),
  );
}
