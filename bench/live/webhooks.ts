import { setTimeout as sleep } from 'node:timers/promises';
import { answeredOf } from '../processes.ts';
import { finding, note, number, printTable, type Finding } from '../table.ts';
import type { Report } from './commands.ts';
import { lagAt, printTroubles, startCrowd, troublesOf, type Crowd } from './crowd.ts';
import { ACCOUNTS, accountOf, listsOf, SETTLE_MS, startStage, TICK_MS, type Stage } from './stage.ts';

const GAP_MS = 250;
const RUN_MS = 4000;
const STORM = 200;
/** So that all viewers know of the runs of a storm before it comes. */
const STORM_RUN_MS = 10_000;
const STORM_MS = 60_000;

interface StormOutcome {
  readonly name: string;
  readonly calls: number;
  /** Until everybody was told of the last end. */
  readonly toldMs: number;
  /** Ends that a viewer was told of. */
  readonly told: number;
}

/** Measures how soon viewers at two replicas are told of ends that webhooks tell the first of. */
export async function measureWebhooks(seconds: number): Promise<Finding[]> {
  const stage = await startStage(2);
  const [here, there] = [startCrowd(), startCrowd()];
  const crowds = [here, there] as const;
  for (const [index, crowd] of crowds.entries()) {
    const url = stage.gateways[index]?.url;
    if (url !== undefined) await crowd.open({ urls: [url], lists: listsOf(ACCOUNTS), count: ACCOUNTS });
  }
  const callsBefore = answeredOf(await stage.sandbox.stats());
  const ends = await endOneByOne(stage, crowds, seconds);
  const calls = answeredOf(await stage.sandbox.stats()) - callsBefore;
  const [hereReport, thereReport] = await Promise.all([here.report(), there.report()]);
  const storms = [await storm(stage, crowds, 1), await storm(stage, crowds, ACCOUNTS)];
  await Promise.all([here.stop(), there.stop()]);
  await stage.stop();
  printWebhooks({ ends, calls }, [hereReport, thereReport], storms);
  return [
    finding(
      'live: webhook to event at the other replica, p95',
      endLag(thereReport, 0.95),
      { atMost: 100 },
      ' ms',
    ),
    finding('live: ends told at the other replica', endsOf(thereReport), { atLeast: ends }),
    finding('live: refused, closed and errors', troublesOf(hereReport) + troublesOf(thereReport), {
      atMost: 0,
    }),
    ...storms.flatMap(({ name, calls, told }) => [
      finding(`live: ${name}, ends told`, told, { atLeast: STORM }),
      finding(`live: ${name}, upstream calls`, calls, { atMost: STORM / 4 }),
    ]),
  ];
}

/** Runs of one list end, some time apart; answers how many. */
async function endOneByOne({ sandbox }: Stage, crowds: readonly Crowd[], seconds: number): Promise<number> {
  const ends = Math.floor((seconds * 1000) / GAP_MS);
  note(`${String(ends)} runs end, one every ${String(GAP_MS)} ms`);
  await Promise.all(crowds.map((crowd) => crowd.mark()));
  const since = performance.now();
  for (let nth = 0; nth < ends; nth++) {
    await sandbox.addExecutions({ account: accountOf(0), durationMs: RUN_MS, endStatus: 'COMPLETED' });
    await sleep(Math.max(0, since + (nth + 1) * GAP_MS - performance.now()));
  }
  await sleep(RUN_MS + SETTLE_MS);
  return ends;
}

/** Many runs end at once, of one list or of many. */
async function storm({ sandbox }: Stage, crowds: readonly Crowd[], lists: number): Promise<StormOutcome> {
  await Promise.all(crowds.map((crowd) => crowd.mark()));
  const endsAt = Date.now() + STORM_RUN_MS;
  for (let number = 0; number < lists; number++) {
    await sandbox.addExecutions({
      account: accountOf(number),
      count: STORM / lists,
      durationMs: endsAt - Date.now(),
      endStatus: 'COMPLETED',
    });
  }
  await sleep(endsAt - TICK_MS / 2 - Date.now());
  const before = answeredOf(await sandbox.stats());
  await sleep(endsAt - Date.now());
  let told = 0;
  while (told < STORM && Date.now() < endsAt + STORM_MS) {
    await sleep(50);
    const reports = await Promise.all(crowds.map((crowd) => crowd.report()));
    told = Math.min(...reports.map((report) => endsOf(report)));
  }
  const calls = answeredOf(await sandbox.stats()) - before;
  const reports = await Promise.all(crowds.map((crowd) => crowd.report()));
  const toldMs = Math.max(...reports.map((report) => endLag(report, 1)));
  const name = `${String(STORM)} ends at once in ${String(lists)} ${lists === 1 ? 'list' : 'lists'}`;
  note(`${name}: ${String(calls)} calls`);
  await sleep(SETTLE_MS);
  return { name, calls, toldMs, told };
}

function endsOf({ lags }: Report): number {
  return lags.ENDED.reduce((sum, [, count]) => sum + count, 0);
}

function endLag(report: Report, share: number): number {
  return lagAt(report, ['ENDED'], share);
}

interface EndsOutcome {
  readonly ends: number;
  /** All that viewers of ten lists at two replicas caused meanwhile. */
  readonly calls: number;
}

function printWebhooks(
  { ends, calls }: EndsOutcome,
  reports: readonly Report[],
  storms: readonly StormOutcome[],
): void {
  printTable(
    `${String(ends)} runs end ${String(GAP_MS)} ms apart; webhooks come to the first of two gateways; ${number(calls)} upstream calls`,
    ['viewer at', 'ends told', 'p50 ms', 'p95', 'p99', 'slowest', 'troubles'],
    reports.map((report, index) => [
      index === 0 ? 'the same' : 'the other',
      number(endsOf(report)),
      ...[0.5, 0.95, 0.99, 1].map((share) => number(endLag(report, share))),
      printTroubles(report),
    ]),
  );
  printTable(
    'Storms',
    ['what', 'upstream calls', 'all told within ms', 'told'],
    storms.map(({ name, calls, toldMs, told }) => [name, number(calls), number(toldMs), number(told)]),
  );
}
