import type { Clock } from '../clock.ts';
import { GatewayError } from '../domain/errors.ts';
import { accountTagOf } from '../domain/hint.ts';
import type { Execution } from '../domain/model.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createHeard } from './heard.ts';
import { countTold } from './lag.ts';
import { nextReadingMs, type Pace } from './pace.ts';
import { areFew, readRuns, readRunsByIds, type RunFindings, type RunReading } from './run-reading.ts';
import { isUnderWay } from './run-state.ts';
import { endReading, startReading, upstreamFor, type ReadingParts } from './upstream-for.ts';
import { createWatchedRun, type WatchedRun } from './watched-run.ts';

/** The runs that are watched with one sign-in: read together, for as long as there are any. */
export interface RunGroup {
  /** How many there are. */
  readonly size: number;
  /** A run; where it is not watched yet it is from now on. */
  at(id: string): WatchedRun;
  find(id: string): WatchedRun | undefined;
  /** Lets go of a run that nobody watches, or of which there is nothing more to tell. */
  settle(run: WatchedRun): void;
  /** Reads a run that may have changed so long ago: what was answered before that does not count. */
  runChanged(run: WatchedRun, agoMs: number): void;
  /** The same for all of them. */
  allChanged(agoMs: number): void;
  /** Takes what another replica has read by now: of one run, or of all. */
  takeAnswers(run: WatchedRun | null): void;
  /** Upstream tells of changes by itself. @param isRelayed see `Heard` */
  told(isRelayed: boolean): void;
  /** See `Heard`; what is due sooner then is read sooner. */
  forgetRelayed(): void;
  /** The linked account, as `accountTagOf` has it; null: not known yet. */
  account(): string | null;
  /** Ends it for all who watch. */
  stop(): void;
}

/** What a group is built from. */
export interface RunGroupOptions extends ReadingParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly pace: Pace;
  /** Called when a reading that asked upstream has found news: of these runs, or where it was of all, null. */
  readonly onNews: (runs: readonly WatchedRun[] | null) => void;
  /** Called when no run is left. */
  readonly onEmpty: () => void;
  /** Called with every run more, and less. */
  readonly onSize: (change: 1 | -1) => void;
}

/** So much newer than the last answer another one has to be: through Redis, one and the same may seem a little newer. */
const NEWER_MS = 20;

/** Readings that hints cause are at least so far apart: what comes in between is read together. */
const HINTS_APART_MS = 250;

const LEFT = new GatewayError('UPSTREAM_UNAVAILABLE', 'Nobody watches any more');

/** Builds a group without runs; it reads once there is one. */
export function createRunGroup(options: RunGroupOptions): RunGroup {
  const { credential, clock, metrics, tracing, pace, onNews, onEmpty, onSize } = options;
  const runs = new Map<string, WatchedRun>();
  const left = new AbortController();
  /** Runs that may have changed, and since when. */
  const due = new Map<WatchedRun, number>();
  let nextAt = Infinity;
  let accountTag: string | null = null;
  let changedAt = -Infinity;
  /** Any list from then on may tell something; those before it tell nothing of any run that is watched. */
  let listedAt = clock.now();
  const heard = createHeard(clock);
  let followedAt = -Infinity;
  let failures = 0;
  /** What the last reading of all says of the next one. */
  let planned: { readonly at: number; readonly waitedMs: number; readonly retryAfterMs: number } | null =
    null;
  let isReading = false;
  let cancel: (() => void) | undefined;

  const onTold = (kind: 'UPDATED' | 'ENDED', execution: Execution, viewers: number) => {
    countTold(metrics, { kind, execution }, viewers, clock.date());
  };

  const settle = (run: WatchedRun) => {
    if (runs.get(run.id) !== run || (run.viewers.size > 0 && !run.isOver)) return;
    runs.delete(run.id);
    due.delete(run);
    onSize(-1);
    if (runs.size > 0 || left.signal.aborted) return;
    cancel?.();
    left.abort(LEFT);
    onEmpty();
  };

  /** Reads what is due: some runs by their ids, or all of them. */
  const readDue = async () => {
    const hinted = new Map(due);
    due.clear();
    if (hinted.size > 0) followedAt = clock.now();
    const isAll = clock.now() >= nextAt || !areFew([...hinted.keys()]);
    const latest = Math.max(changedAt, ...hinted.values());
    changedAt = -Infinity;
    const operation = startReading(clock, {
      what: 'runs',
      tracing,
      within: left.signal,
      priority: 'background',
      ledger: null,
    });
    const newerThan = (at: number) => Math.max(at + NEWER_MS, latest);
    const reading: RunReading = {
      upstream: upstreamFor(options, operation),
      runs: isAll ? [...runs.values()] : [...hinted.keys()],
      since: newerThan(listedAt),
      sinceOf: (run) => newerThan(run.wantsDetail ? run.detailAt : run.readAt),
      now: () => clock.now(),
    };
    try {
      const found = await (isAll ? readRuns(reading) : readRunsByIds(reading));
      listedAt = found.listedAt ?? listedAt;
      if (isAll) plan(found, operation.ledger.waitedMs);
      metrics.live.ticked('runs', found.isFailed ? 'failed' : found.news > 0 ? 'changed' : 'unchanged');
      if (found.news > 0 && operation.ledger.calls > 0) onNews(isAll ? null : reading.runs);
      endReading(operation);
    } catch (error) {
      endReading(operation, error);
      if (left.signal.aborted) return;
      metrics.live.ticked('runs', 'failed');
      for (const run of runs.values()) run.fail(error);
    }
  };

  const plannedAt = ({ at, ...facts }: NonNullable<typeof planned>) => {
    const hasOpen = [...runs.values()].some(({ row }) => row === null || isUnderWay(row));
    const sinceHintMs = heard.sinceMs();
    return at + nextReadingMs({ hasOpen, isOver: false, sinceHintMs, failures, ...facts }, pace);
  };

  /** When all are read next. */
  const plan = ({ isFailed, failures: failed }: RunFindings, waitedMs: number) => {
    failures = isFailed ? failures + 1 : 0;
    const retryAfterMs = Math.max(0, ...failed.map(({ details }) => details.retryAfterMs ?? 0));
    planned = { at: clock.now(), waitedMs, retryAfterMs };
    nextAt = plannedAt(planned);
  };

  /** How long until something is due, on the clock; 0: it is. */
  const dueInMs = () => {
    const hintAt = due.size > 0 ? followedAt + HINTS_APART_MS : Infinity;
    return Math.max(0, Math.min(nextAt, hintAt) - clock.now());
  };
  const read = async () => {
    cancel?.();
    if (isReading) return;
    isReading = true;
    while (runs.size > 0 && dueInMs() === 0) {
      await readDue();
      for (const run of [...runs.values()]) settle(run);
    }
    isReading = false;
    if (runs.size > 0) cancel = clock.after(dueInMs(), () => void read());
  };
  const readAll = () => {
    nextAt = clock.now();
    if (runs.size > 0) void read();
  };

  return {
    get size() {
      return runs.size;
    },
    find: (id) => runs.get(id),
    at: (id) => {
      const known = runs.get(id);
      if (known !== undefined) return known;
      const run = createWatchedRun(id, onTold);
      runs.set(id, run);
      onSize(1);
      if (nextAt === Infinity) {
        nextAt = clock.now() + pace.fastMs;
        void read();
      }
      return run;
    },
    settle,
    runChanged: (run, agoMs) => {
      due.set(run, clock.now() - agoMs);
      void read();
    },
    allChanged: (agoMs) => {
      changedAt = clock.now() - agoMs;
      readAll();
    },
    takeAnswers: (run) => {
      if (run === null) {
        readAll();
      } else {
        due.set(run, due.get(run) ?? -Infinity);
        void read();
      }
    },
    account: () => {
      if (accountTag !== null) return accountTag;
      const told = () => [...runs.values()].find(({ row }) => row?.linkedAccountId != null)?.row;
      const id = credential.linkedAccountId ?? told()?.linkedAccountId;
      return (accountTag = id == null ? null : accountTagOf(id));
    },
    told: heard.note,
    forgetRelayed: () => {
      heard.forgetRelayed();
      if (planned !== null) nextAt = Math.min(nextAt, plannedAt(planned));
      void read();
    },
    stop: () => {
      for (const run of [...runs.values()]) {
        run.end();
        settle(run);
      }
    },
  };
}
