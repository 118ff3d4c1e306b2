import { setTimeout as sleep } from 'node:timers/promises';
import { answeredOf } from '../processes.ts';
import { finding, note, number, printTable, type Finding } from '../table.ts';
import type { Report, Verdict, WatchedList } from './commands.ts';
import { lagAt, printTroubles, startCrowd, troublesOf } from './crowd.ts';
import { accountOf, listsOf, runsOf, SETTLE_MS, startStage, TICK_MS, tokenOf, type Stage } from './stage.ts';
import type { TrueRun } from './told.ts';

const RUNNING = 50;
const PER_SECOND = 2;
/** So that as many end as begin. */
const RUN_MS = (RUNNING / PER_SECOND) * 1000;
/** How long the first runs go on while viewers come. */
const COMING_MS = 15_000;
/** Accounts that are watched whole; the first is watched by status too, the second by source. */
const WHOLE = 8;
const ENDS = ['COMPLETED', 'ERRORED', 'COMPLETED', 'TIMED_OUT', 'STOPPED'] as const;
const SOURCES = ['Event', 'Schedule', 'API Call'] as const;
const ERRORED = { name: 'errored', token: tokenOf(0), filter: { status: ['ERRORED'] } };
const EVENTS = { name: 'events', token: tokenOf(1), filter: { source: 'EVENT' } };
const LISTS: readonly WatchedList[] = [...listsOf(WHOLE), ERRORED, EVENTS];

/** What is to be delivered to whom. */
export interface DeliveryOptions {
  readonly viewers: number;
  /** How long new runs begin. */
  readonly seconds: number;
}

/** Lets runs begin and end while many watch, and holds what each was told against what happened. */
export async function measureDelivery({ viewers, seconds }: DeliveryOptions): Promise<Finding[]> {
  const stage = await startStage(1);
  const crowd = startCrowd();
  let added = 0;
  let lastEndAt = 0;
  const add = (durationMs: number) => {
    lastEndAt = Math.max(lastEndAt, Date.now() + durationMs);
    const nth = added++;
    const account = accountOf(nth % WHOLE);
    const round = Math.floor(nth / WHOLE);
    const [endStatus, source] = [ENDS[round % ENDS.length], SOURCES[round % SOURCES.length]];
    return stage.sandbox.addExecutions({
      account,
      durationMs,
      ...(endStatus && { endStatus }),
      ...(source && { source }),
    });
  };
  for (let nth = 0; nth < RUNNING; nth++) await add(COMING_MS + (nth * 1000) / PER_SECOND);
  await crowd.open({ urls: [stage.gateways[0].url], lists: LISTS, count: viewers, keeps: true });
  await crowd.mark();
  const newSince = Date.now();
  const callsBefore = answeredOf(await stage.sandbox.stats());
  note(`${number(viewers)} viewers; runs begin and end for ${number(seconds + RUN_MS / 1000)} s`);
  for (let nth = 0; nth < seconds * PER_SECOND; nth++) {
    await add(RUN_MS);
    await sleep(Math.max(0, newSince + ((nth + 1) * 1000) / PER_SECOND - Date.now()));
  }
  const calls = answeredOf(await stage.sandbox.stats()) - callsBefore;
  await sleep(lastEndAt + SETTLE_MS - Date.now());
  const report = await crowd.report();
  const verdict = await crowd.judge(await truthOf(stage, newSince));
  await crowd.stop();
  await stage.stop();
  printDelivery({ viewers, seconds }, report, verdict, (calls / seconds) * 60);
  return findingsOf(viewers, report, verdict);
}

/** The runs of each list. */
async function truthOf(stage: Stage, newSince: number): Promise<Record<string, readonly TrueRun[]>> {
  const lists: Record<string, readonly TrueRun[]> = {};
  for (let number = 0; number < WHOLE; number++) {
    lists[`account ${String(number)}`] = await runsOf(stage, number, newSince);
  }
  lists[ERRORED.name] = (lists['account 0'] ?? []).filter(({ status }) => status === 'ERRORED');
  lists[EVENTS.name] = (lists['account 1'] ?? []).filter(({ isEvent }) => isEvent);
  return lists;
}

function printDelivery(
  { viewers, seconds }: DeliveryOptions,
  report: Report,
  verdict: Verdict,
  callsPerMinute: number,
): void {
  const kinds = ['CREATED', 'ENDED'] as const;
  printTable(
    `${number(viewers)} viewers of ${String(LISTS.length)} lists (${String(WHOLE)} accounts, one of them by status too, one by source), ` +
      `${String(RUNNING)} running, ${String(2 * PER_SECOND)} starts and ends a second for ${String(seconds)} s`,
    ['viewers', 'events told', 'frames', 'calls a minute', 'lag p50 ms', 'p95', 'p99', 'slowest', 'troubles'],
    [
      [
        number(verdict.viewers),
        number(report.events),
        number(report.frames),
        number(Math.round(callsPerMinute)),
        ...[0.5, 0.95, 0.99, 1].map((share) => number(lagAt(report, kinds, share))),
        printTroubles(report),
      ],
    ],
  );
}

function findingsOf(viewers: number, report: Report, verdict: Verdict): Finding[] {
  const none = { atMost: 0 };
  const ticks = lagAt(report, ['CREATED', 'ENDED'], 1) / TICK_MS;
  return [
    finding('live: viewers to the end', verdict.viewers, { atLeast: viewers }),
    finding('live: refused, closed and errors', troublesOf(report), none),
    finding('live: starts and ends that a viewer missed', verdict.missed, none),
    finding('live: told twice', verdict.doubled, none),
    finding('live: told out of order', verdict.disordered, none),
    finding('live: viewers with another order than their list', verdict.otherOrder, none),
    finding('live: left in a wrong state', verdict.wrong, none),
    finding('live: runs of another list', verdict.stray, none),
    finding('live: change to event without webhooks, slowest', ticks, { atMost: 2 }, ' ticks'),
  ];
}
