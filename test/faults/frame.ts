import { once } from 'node:events';
import { connect } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Row } from './row.ts';
import { createWorld, type Times } from './world.ts';

/** What `npm run faults` is told of a run of a row. */
export interface Report {
  readonly number: string;
  readonly fault: string;
  readonly seed: number;
  readonly boundMs: number | null;
  readonly retries: number | null;
  /** Null: the row marks nothing. */
  readonly wallMs: number | null;
  readonly note: string | null;
  /** Null: it is right. */
  readonly error: string | null;
}

/** Where to report to; unset: this is an ordinary run of the tests, and no wall clock counts. */
const REPORT_PORT = process.env['FAULTS_REPORT_PORT'];
const SEEDS = (process.env['FAULTS_SEEDS'] ?? '1').split(',').map(Number);
/** What is only late is run again: what else the machine does, and code that runs for the first time, can only add. */
const TIMED_RUNS = REPORT_PORT === undefined ? 1 : 10;
/** Nobody waits longer than this for one that is in time. */
const TIMED_RUNS_MS = 30_000;
/** How often to look whether what has been let go of is gone: looks are counted, so that a pause of the machine is one. */
const LOOKS = 500;
const LOOK_MS = 10;

/** How long Jest waits for a run. */
export const RUN_MS = REPORT_PORT === undefined ? 240_000 : 1_200_000;

/** A run of a row with a seed, for Jest's `test.each`. */
interface Run {
  readonly number: string;
  readonly fault: string;
  readonly seed: number;
  readonly expectRight: () => Promise<void>;
}

/** One run for each row and seed. */
export function runsOf(rows: readonly Row[]): Run[] {
  const isTimed = REPORT_PORT !== undefined;
  return rows
    .filter(({ isLong }) => isTimed || isLong !== true)
    .flatMap((row) =>
      (row.isRandom === true ? SEEDS : SEEDS.slice(0, 1)).map((seed) => ({
        number: row.number,
        fault: row.fault,
        seed,
        expectRight: () => expectRight(row, seed, isTimed),
      })),
    );
}

/** What came of one run. */
interface Outcome {
  readonly retries: number | null;
  readonly wallMs: number | null;
  readonly note: string | null;
  readonly failure: Error | null;
}

/** It is right, but for the time that it took. */
class TooLate extends Error {}

/** Runs a row, reports what came of it, and throws where it is not right. */
async function expectRight(row: Row, seed: number, isTimed: boolean): Promise<void> {
  const untilMs = performance.now() + TIMED_RUNS_MS;
  let outcome = await run(row, seed, isTimed);
  for (let runs = 1; outcome.failure instanceof TooLate && runs < TIMED_RUNS; runs++) {
    if (performance.now() > untilMs) break;
    const again = await run(row, seed, isTimed);
    if (!(again.failure instanceof TooLate) || isFaster(again, outcome)) outcome = again;
  }
  const { number, fault, boundMs } = row;
  const { retries, wallMs, note, failure } = outcome;
  const error = failure === null ? null : inspect(failure);
  await report({ number, fault, seed, boundMs, retries, wallMs, note, error });
  if (failure !== null) throw failure;
}

function isFaster(one: Outcome, other: Outcome): boolean {
  return (one.wallMs ?? Infinity) < (other.wallMs ?? Infinity);
}

async function run(row: Row, seed: number, isTimed: boolean): Promise<Outcome> {
  const { world, times, end } = createWorld(seed, isTimed);
  const before = handles();
  let retries: number | null = null;
  let note: string | null = null;
  let failure: unknown = null;
  try {
    ({ retries, note = null } = await row.run(world));
    check(retries <= row.retries, `a call was tried again ${String(retries)} times`);
    checkTime(row, times, isTimed);
  } catch (error) {
    failure = error;
  }
  try {
    await end();
    await checkLeaks(before);
  } catch (error) {
    if (failure === null || failure instanceof TooLate) failure = error;
  }
  return {
    retries,
    wallMs: Number.isNaN(times.wallMs) ? null : times.wallMs,
    note,
    failure: failure as Error | null,
  };
}

function check(isRight: boolean, complaint: string): void {
  if (!isRight) throw new Error(complaint);
}

function checkTime({ boundMs }: Row, { wallMs, clockMs }: Times, isTimed: boolean): void {
  if (boundMs === null) return;
  const tookMs = isTimed ? wallMs : clockMs;
  check(!Number.isNaN(tookMs), 'the row has a bound, and marks nothing with world.timed');
  if (tookMs > boundMs) {
    throw new TooLate(`it took ${String(Math.round(tookMs))} ms instead of ${String(boundMs)}`);
  }
}

/** The sockets, servers and programs that keep this process busy. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Process)/.test(name));
}

/** Those that there were not before. */
function opened(before: readonly string[]): string[] {
  const left = [...before];
  return handles().filter((name) => {
    const known = left.indexOf(name);
    if (known >= 0) left.splice(known, 1);
    return known < 0;
  });
}

/** What a row has opened is closed when it is over, or soon after. */
async function checkLeaks(before: readonly string[]): Promise<void> {
  for (let looks = 0; looks < LOOKS && opened(before).length > 0; looks++) await sleep(LOOK_MS);
  const left = opened(before);
  check(left.length === 0, `it leaves open: ${left.join(', ')}`);
}

async function report(of: Report): Promise<void> {
  if (REPORT_PORT === undefined) return;
  const socket = connect(Number(REPORT_PORT), '127.0.0.1');
  socket.end(`${JSON.stringify(of)}\n`);
  socket.resume();
  await once(socket, 'close');
}
