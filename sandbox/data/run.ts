import type { Workflow } from './catalogue.ts';
import type { FailureName } from './failures.ts';
import type { RunType, Source } from './generate.ts';
import { objectId } from './object-id.ts';

/** One execution as it is at some moment, before it is written in a generation's shape. */
export interface Run {
  readonly id: string;
  readonly createdAtMs: number;
  readonly status: string;
  readonly source: Source;
  readonly type: RunType;
  readonly workflow: Workflow;
  /** The workflow that a run is named to be a retry for; null if it is the first of its kind. */
  readonly retryOf: string | null;
  readonly configId: string | null;
  readonly eventId: string | null;
  /** Time of work so far, or in all. */
  readonly durationMs: number;
  /** null while it has not ended. */
  readonly endedAtMs: number | null;
  /** Share of the work that is done, 0 to 1. */
  readonly progress: number;
  /** Why it has failed; null where it has not, or nothing is known of it. */
  readonly failure: FailureName | null;
  /** Old rows have only the fields of D1. */
  readonly isOld: boolean;
  /** Decides the details of the row. */
  readonly hash: number;
}

/** A run that has started after the history, or has not ended yet; changed only by `stop`. */
export interface LiveRun {
  readonly id: string;
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  readonly endsAtMs: number;
  /** The status from `endsAtMs` on. */
  readonly finalStatus: string;
  /** Why it fails; null where it does not, or nothing is known of it. */
  readonly failure: FailureName | null;
  /** When a stop that was asked for comes into effect; null if none was. */
  stoppedAtMs: number | null;
  readonly source: Source;
  readonly type: RunType;
  readonly workflow: Workflow;
  /** The workflow that a run is named to be a retry for; null if it is the first of its kind. */
  readonly retryOf: string | null;
  readonly configId: string | null;
  readonly eventId: string | null;
  readonly isOld: boolean;
  readonly hash: number;
}

const END_STATUSES: readonly string[] = ['COMPLETED', 'ERRORED', 'TIMED_OUT', 'STOPPED'];

/** Whether a status is the last one of a run. */
export function isEnd(status: string): boolean {
  return END_STATUSES.includes(status);
}

/** Whether the newer engine carried the run out, which tells nothing of batches. */
export function isByThanos(run: Run): boolean {
  return run.hash % 8 === 3;
}

/** The status of a live run at a moment. */
export function statusAt(live: LiveRun, nowMs: number): string {
  if (live.stoppedAtMs !== null) return nowMs < live.stoppedAtMs ? 'STOPPING' : 'STOPPED';
  return nowMs < live.endsAtMs ? 'RUNNING' : live.finalStatus;
}

/** How far a run that ended got: to the end if completed, else to a point that its hash decides. */
export function endProgress(status: string, hash: number): number {
  return status === 'COMPLETED' ? 1 : (20 + (hash % 70)) / 100;
}

/** A live run as it is at a moment. */
export function runAt(live: LiveRun, nowMs: number): Run {
  const status = statusAt(live, nowMs);
  const endMs = live.stoppedAtMs ?? live.endsAtMs;
  const durationMs = Math.max(0, Math.min(nowMs, endMs) - live.startedAtMs);
  const plannedMs = Math.max(1, live.endsAtMs - live.startedAtMs);
  return {
    id: live.id,
    createdAtMs: live.createdAtMs,
    status,
    source: live.source,
    type: live.type,
    workflow: live.workflow,
    retryOf: live.retryOf,
    configId: live.configId,
    eventId: live.eventId,
    durationMs,
    endedAtMs: isEnd(status) ? live.createdAtMs + (endMs - live.startedAtMs) : null,
    progress: isEnd(status) ? endProgress(status, live.hash) : Math.min(0.99, durationMs / plannedMs),
    failure: live.failure,
    isOld: live.isOld,
    hash: live.hash,
  };
}

/** The config id of a run; some have none. */
export function configIdOf(account: number, hash: number): string | null {
  return hash % 10 === 9 ? null : String(20_000 + account * 10 + (hash % 3));
}

/** The id of the event that started a run; null if something else did. */
export function eventIdOf(tag: string, run: Pick<LiveRun, 'source' | 'hash' | 'createdAtMs'>): string | null {
  return run.source === 'Event' ? objectId(run.createdAtMs, tag, run.hash & 0xffffff) : null;
}

/** What a live run is made of: its account's number and tag give it its other ids. */
export interface LiveRunParts extends Omit<LiveRun, 'configId' | 'eventId' | 'isOld'> {
  readonly account: number;
  readonly tag: string;
}

export function liveRun({ account, tag, ...parts }: LiveRunParts): LiveRun {
  return {
    ...parts,
    configId: configIdOf(account, parts.hash),
    eventId: eventIdOf(tag, parts),
    isOld: false,
  };
}
