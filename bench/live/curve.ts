import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOf, type Program, type Service } from '../processes.ts';
import { finding, note, number, printTable, type Finding } from '../table.ts';
import type { Report } from './commands.ts';
import { lagAt, printTroubles, startCrowd, troublesOf, type Crowd } from './crowd.ts';
import { ACCOUNTS, accountOf, listsOf, SETTLE_MS, startStage, TICK_MS, type Stage } from './stage.ts';

const MEGABYTE = 2 ** 20;
/** What a process needs besides its viewers' sockets. */
const OTHER_DESCRIPTORS = 200;
/** A list in which nothing runs is read seldom: so long until it has been seen that something does. */
const WAKING_MS = 12_000;
const RUN_MS = 4000;
/** Each run begins and ends: so a change a second in each list. */
const RUNS_PER_SECOND = 0.5;
/** From then on as many end as begin, and are told. */
const ONSET_MS = RUN_MS + TICK_MS;

/** What is measured of how many viewers. */
export interface CurveOptions {
  readonly levels: readonly number[];
  /** How long each is watched idle, and as long with changes. */
  readonly seconds: number;
}

interface Point {
  readonly viewers: number;
  readonly open: number;
  readonly rss: number;
  readonly heap: number;
  /** Shares of one core. */
  readonly idleCpu: number;
  readonly busyCpu: number;
  readonly viewersCpu: number;
  readonly busyRss: number;
  /** How many starts and ends a viewer is to be told of. */
  readonly due: number;
  /** How many of them all viewers were told of in a second. */
  readonly perSecond: number;
  readonly report: Report;
}

/** Measures one gateway with more and more viewers, all told the same number of changes a second. */
export async function measureCurve({ levels, seconds }: CurveOptions): Promise<Finding[]> {
  const most = mostViewers();
  const possible = levels.filter((level) => level <= most);
  if (possible.length < levels.length) {
    note(`ulimit -n allows ${number(most)} viewers: more are left out`);
  }
  const stage = await startStage(1);
  const crowd = startCrowd();
  const points: Point[] = [];
  for (const level of possible) {
    const before = points.at(-1)?.viewers ?? 0;
    const plan = { urls: [stage.gateways[0].url], lists: listsOf(ACCOUNTS), count: level - before };
    const since = performance.now();
    await crowd.open(plan);
    note(`${number(level)} viewers, opened within ${number((performance.now() - since) / 1000)} s`);
    points.push(await measure(stage, crowd, level, seconds));
  }
  await crowd.close();
  await sleep(SETTLE_MS);
  const left = await memoryOf(stage.gateways[0]);
  await Promise.all([crowd.stop(), stage.stop()]);
  printCurve(points, seconds, left.rss);
  return findingsOf(points);
}

/** How many sockets a process may have open. */
function mostViewers(): number {
  const text = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  return text === 'unlimited' ? Infinity : Number(text) - OTHER_DESCRIPTORS;
}

async function measure(stage: Stage, crowd: Crowd, viewers: number, seconds: number): Promise<Point> {
  const [gateway] = stage.gateways;
  await sleep(SETTLE_MS);
  const idleCpu = await cpuWhile([gateway], () => sleep(seconds * 1000));
  const idle = await memoryOf(gateway);
  await wake(stage, ONSET_MS + seconds * 1000);
  await crowd.mark();
  const changing = change(stage, ONSET_MS + seconds * 1000);
  await sleep(ONSET_MS);
  const { events } = await crowd.report();
  const [busyCpu = NaN, viewersCpu = NaN] = await cpuWhile([gateway, crowd], () => sleep(seconds * 1000));
  const perSecond = ((await crowd.report()).events - events) / seconds;
  const busy = await memoryOf(gateway);
  // The one that kept the list awake ends, too.
  const due = (await changing) + 1;
  await sleep(RUN_MS + SETTLE_MS);
  const report = await crowd.report();
  return {
    viewers,
    open: report.open,
    rss: idle.rss,
    heap: idle.heap,
    idleCpu: idleCpu[0] ?? NaN,
    busyCpu,
    viewersCpu,
    busyRss: busy.rss,
    due,
    perSecond,
    report,
  };
}

/** Lets a run of each list go on for a while, so that all lists are read at the fast pace; waits until they are. */
async function wake({ sandbox }: Stage, ms: number): Promise<void> {
  for (let number = 0; number < ACCOUNTS; number++) {
    await sandbox.addExecutions({ account: accountOf(number), durationMs: WAKING_MS + ms });
  }
  await sleep(WAKING_MS);
}

/** Lets runs begin, in one list after the other; answers how many starts and ends that makes for each list. */
async function change({ sandbox }: Stage, ms: number): Promise<number> {
  const rounds = Math.round((ms / 1000) * RUNS_PER_SECOND);
  const gapMs = ms / (rounds * ACCOUNTS);
  const since = performance.now();
  for (let nth = 0; nth < rounds * ACCOUNTS; nth++) {
    await sandbox.addExecutions({ account: accountOf(nth % ACCOUNTS), durationMs: RUN_MS });
    await sleep(Math.max(0, since + (nth + 1) * gapMs - performance.now()));
  }
  return 2 * rounds;
}

/** The share of a core that each program uses meanwhile. */
async function cpuWhile(programs: readonly Program[], work: () => Promise<unknown>): Promise<number[]> {
  const used = () => programs.map((program) => cpuSecondsOf(program) ?? NaN);
  const [before, since] = [used(), performance.now()];
  await work();
  const seconds = (performance.now() - since) / 1000;
  return used().map((after, index) => (after - (before[index] ?? NaN)) / seconds);
}

async function memoryOf({ url }: Service): Promise<{ rss: number; heap: number }> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const valueOf = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  return { rss: valueOf('process_resident_memory_bytes'), heap: valueOf('nodejs_heap_size_used_bytes') };
}

function printCurve(points: readonly Point[], seconds: number, left: number): void {
  const percent = (share: number) => number(Math.round(share * 1000) / 10);
  printTable(
    `Viewers of ${String(ACCOUNTS)} lists on one gateway, ${number(seconds)} s idle and ${number(seconds)} s with a change a second in each list; CPU in % of a core`,
    [
      'viewers',
      'memory MB',
      'heap MB',
      'CPU idle',
      'CPU busy',
      'their own',
      'memory busy MB',
      'events a second',
      'lag p50 ms',
      'p99',
      'troubles',
    ],
    points.map(({ report, ...point }) => [
      number(point.viewers),
      number(Math.round(point.rss / MEGABYTE)),
      number(Math.round(point.heap / MEGABYTE)),
      percent(point.idleCpu),
      percent(point.busyCpu),
      percent(point.viewersCpu),
      number(Math.round(point.busyRss / MEGABYTE)),
      number(Math.round(point.perSecond)),
      number(lagAt(report, ['CREATED', 'ENDED'], 0.5)),
      number(lagAt(report, ['CREATED', 'ENDED'], 0.99)),
      printTroubles(report),
    ]),
  );
  console.log(`${number(Math.round(left / MEGABYTE))} MB once all of them have left.`);
}

function findingsOf(points: readonly Point[]): Finding[] {
  const [none, last] = [points[0], points.at(-1)];
  if (none === undefined || last === undefined) return [];
  const untold = points.map(({ viewers, due, report }) =>
    viewers === 0 ? 0 : Math.max(due - report.fewest, report.most - due),
  );
  const name = `live: ${number(last.viewers)} viewers`;
  const perViewer = (last.busyRss - none.rss) / last.viewers / 1024;
  return [
    finding(`${name}, open to the end`, last.open, { atLeast: last.viewers }),
    finding(`${name}, refused, closed and errors`, troublesOf(last.report), { atMost: 0 }),
    finding(`${name}, starts and ends that one was not told of, or twice`, Math.max(...untold), {
      atMost: 0,
    }),
    finding(`${name}, memory of each`, perViewer, { atMost: 100 }, ' KB'),
    finding(`${name}, CPU with a change a second`, last.busyCpu * 100, { atMost: 90 }, ' % of a core'),
  ];
}
