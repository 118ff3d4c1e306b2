import { setTimeout as sleep } from 'node:timers/promises';
import { answeredOf } from '../processes.ts';
import { finding, note, number, printTable, type Finding } from '../table.ts';
import { printTroubles, startCrowd, type Crowd, type Plan } from './crowd.ts';
import { ACCOUNTS, accountOf, listsOf, startStage, TICK_MS, type Stage } from './stage.ts';

const RUNNING_EACH = 5;
const LONG_MS = 3_600_000;

interface Row {
  readonly name: string;
  readonly callsPerMinute: number;
  readonly troubles: string;
}

/** Counts the upstream calls that viewers cause while as many runs as ever go on. */
export async function measureCalls(seconds: number): Promise<Finding[]> {
  const one = await startStage(1);
  const byViewers: Row[] = [];
  for (const [lists, count] of [
    [1, 1],
    [1, 100],
    [1, 1000],
    [ACCOUNTS, ACCOUNTS],
    [ACCOUNTS, 100],
    [ACCOUNTS, 1000],
  ] as const) {
    byViewers.push(
      await measure(one, { urls: [one.gateways[0].url], lists: listsOf(lists), count }, seconds),
    );
  }
  await one.stop();

  const two = await startStage(2);
  const urls = two.gateways.map(({ url }) => url);
  const byReplicas: Row[] = [];
  for (const asked of [urls.slice(0, 1), urls]) {
    byReplicas.push(await measure(two, { urls: asked, lists: listsOf(ACCOUNTS), count: 100 }, seconds));
  }
  await two.stop();

  printTable(
    `Upstream calls, ${String(RUNNING_EACH)} runs of each list go on, ${number(seconds)} s each`,
    ['who watches', 'calls a minute', 'troubles'],
    [...byViewers, ...byReplicas].map(({ name, callsPerMinute, troubles }) => [
      name,
      number(Math.round(callsPerMinute)),
      troubles,
    ]),
  );
  const [one1, one100, one1000, ten1, ten100, ten1000] = byViewers.map(
    ({ callsPerMinute }) => callsPerMinute,
  );
  const [here, both] = byReplicas.map(({ callsPerMinute }) => callsPerMinute);
  // At either end of the time, a tick may lie on the one side or the other.
  const noise = { atMost: 1 + (2 * TICK_MS) / (seconds * 1000) };
  const ratio = (what: string, value = NaN, base = NaN) =>
    finding(`live: upstream calls, ${what}`, value / base, noise, 'x');
  return [
    ratio('one list, 100 viewers to 1', one100, one1),
    ratio('one list, 1,000 viewers to 1', one1000, one1),
    ratio('ten lists, 100 viewers to 10', ten100, ten1),
    ratio('ten lists, 1,000 viewers to 10', ten1000, ten1),
    ratio('viewers at two replicas to viewers at one', both, here),
  ];
}

async function measure(stage: Stage, plan: Plan, seconds: number): Promise<Row> {
  const crowd = startCrowd();
  await letRunsGoOn(stage);
  await crowd.open(plan);
  await sleep(2 * TICK_MS);
  const before = answeredOf(await stage.sandbox.stats());
  const since = performance.now();
  await sleep(seconds * 1000);
  const calls = answeredOf(await stage.sandbox.stats()) - before;
  const callsPerMinute = (calls / (performance.now() - since)) * 60_000;
  const troubles = await troublesSeen(crowd);
  const name = `${number(plan.count)} of ${printCount(plan.lists.length, 'list')} at ${printCount(plan.urls.length, 'gateway')}`;
  note(`${name}: ${number(callsPerMinute)} calls a minute`);
  return { name, callsPerMinute, troubles };
}

const staged = new WeakSet<Stage>();

/** Once for each stage. */
async function letRunsGoOn(stage: Stage): Promise<void> {
  if (staged.has(stage)) return;
  staged.add(stage);
  for (let number = 0; number < ACCOUNTS; number++) {
    await stage.sandbox.addExecutions({
      account: accountOf(number),
      count: RUNNING_EACH,
      durationMs: LONG_MS,
    });
  }
}

async function troublesSeen(crowd: Crowd): Promise<string> {
  const report = await crowd.report();
  await crowd.close();
  await crowd.stop();
  return printTroubles(report);
}

function printCount(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
