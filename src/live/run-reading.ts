import { GatewayError, isUnknownOrForeign, mayPass, refusesCaller } from '../domain/errors.ts';
import { canonicalId } from '../domain/id.ts';
import type { Execution, KnownStatus } from '../domain/model.ts';
import type { Rows } from '../lists/rows.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { reaches } from './open-lists.ts';
import { readerOf } from './reading.ts';
import type { WatchedRun } from './watched-run.ts';

/** One reading of the runs that are watched with one sign-in. */
export interface RunReading {
  readonly upstream: Upstream;
  readonly runs: readonly WatchedRun[];
  /** Lists that were answered before that, on the monotonic clock, do not count. */
  readonly since: number;
  /** The same for what is asked for by the id of one run. */
  readonly sinceOf: (run: WatchedRun) => number;
  readonly now: () => number;
}

/** What came of it. */
export interface RunFindings {
  /** How many runs had news. */
  readonly news: number;
  /** When the list of those that are running was answered, on the monotonic clock; null: it was not. */
  readonly listedAt: number | null;
  /** What of it failed, though it may not the next time. */
  readonly failures: readonly GatewayError[];
  /** Whether nothing was answered. */
  readonly isFailed: boolean;
}

/** How many runs are read by their ids in one reading, of those with steps and progress, of those that are missing. */
const MAX_DETAILS = 20;
const MAX_MISSING = 10;
/** The same of those that go on in a state that upstream does not list, or out of sight. */
const MAX_ASIDE = 2;
/** What more runs than that have become is told by a page of rows sooner than by each of them. */
const FEW = 2;

/**
 * Reads runs: with one list of those that are running, however many they are; by their ids where somebody wants more
 * than a list tells; and those that the list is without.
 * @throws what refuses the caller: UNAUTHENTICATED, FORBIDDEN
 */
export async function readRuns(reading: RunReading): Promise<RunFindings> {
  const { runs } = reading;
  const asking = createAsking(reading);
  const detailed = inTurn(runs.filter(({ wantsDetail }) => wantsDetail)).slice(0, MAX_DETAILS);
  const listed = runs.filter(({ wantsDetail }) => !wantsDetail);
  await Promise.all([
    asking.byIds(detailed),
    listed.length === 0 ? null : readListed(listed, asking, reading.since),
  ]);
  return asking.findings();
}

/** Reads some runs by their ids. */
export async function readRunsByIds(reading: RunReading): Promise<RunFindings> {
  const asking = createAsking(reading);
  await asking.byIds(reading.runs);
  return asking.findings();
}

/** How many runs are better read by their ids than with a list. */
export function areFew(runs: readonly WatchedRun[]): boolean {
  return runs.length <= FEW;
}

type Asking = ReturnType<typeof createAsking>;

/** The questions of one reading, and what comes of them. */
function createAsking({ upstream, sinceOf, now }: RunReading) {
  let news = 0;
  let answers = 0;
  let listedAt: number | null = null;
  const failures: GatewayError[] = [];

  const fail = (error: unknown): null => {
    if (!(error instanceof GatewayError) || refusesCaller(error)) throw error;
    failures.push(error);
    return null;
  };
  const note = (isNews: boolean) => {
    if (isNews) news += 1;
  };
  const byId = async (run: WatchedRun, since: number) => {
    run.askedAt = now();
    try {
      const detail = await upstream.execution.get(run.id, { since: Math.max(since, sinceOf(run)) });
      answers += 1;
      note(run.takeDetail(detail, now()));
    } catch (error) {
      if (isUnknownOrForeign(error)) note(run.vanish());
      else fail(error);
    }
  };

  return {
    /** @param since what is remembered from before that does not count either */
    byIds: async (runs: readonly WatchedRun[], since = -Infinity) => {
      await Promise.all(runs.map((run) => byId(run, since)));
    },
    /** The newest runs, or those in one state; null: they cannot be had now. */
    list: async (status: KnownStatus | undefined, since: number) => {
      const reader = readerOf(upstream, {}, status);
      const rows = await reader.first(reader.largest(), since).catch(fail);
      if (rows !== null) answers += 1;
      if (rows !== null && status !== undefined) listedAt = rows.at;
      return rows;
    },
    /** Gives runs their rows; answers the runs that have none. */
    take: (runs: readonly WatchedRun[], { items, at }: Rows<Execution>): readonly WatchedRun[] => {
      const rows = new Map(items.map((row) => [canonicalId(row.id), row]));
      return runs.filter((run) => {
        const row = rows.get(run.id);
        if (row !== undefined) note(run.takeRow(row, at));
        return row === undefined;
      });
    },
    /** Whether asking for anything else now is most likely in vain, too. */
    isInVain: () => failures.some(mayPass),
    findings: (): RunFindings => ({
      news,
      listedAt,
      failures,
      isFailed: failures.length > 0 && answers === 0,
    }),
  };
}

async function readListed(runs: readonly WatchedRun[], asking: Asking, since: number): Promise<void> {
  const running = await asking.list('RUNNING', since);
  if (running === null && asking.isInVain()) return;
  const rest = running === null ? runs : asking.take(runs, running);
  const isMissing = (run: WatchedRun) =>
    running !== null && run.row?.status === 'RUNNING' && reaches(running, run.row);
  const missing = rest.filter(isMissing);
  const aside = rest.filter((run) => !isMissing(run));
  await Promise.all([
    running && readMissing(missing, asking, running.at),
    asking.byIds(inTurn(aside).slice(0, MAX_ASIDE)),
  ]);
}

/** Reads runs that do not run any more, by what was answered after that was found. */
async function readMissing(runs: readonly WatchedRun[], asking: Asking, since: number): Promise<void> {
  const newest = areFew(runs) ? null : await asking.list(undefined, since);
  const rest = newest === null ? runs : asking.take(runs, newest);
  await asking.byIds(inTurn(rest).slice(0, MAX_MISSING), since);
}

/** Those whose last turn is the longest ago first. */
function inTurn(runs: readonly WatchedRun[]): readonly WatchedRun[] {
  return runs.toSorted((one, other) => one.askedAt - other.askedAt);
}
