import type { BulkJob } from './job-watch.ts';
import type { Problem } from './problem.ts';
import type { RunFilter } from './run.ts';
import type { Store } from './store.ts';

/** What is done with many runs. */
export type BulkKind = 'RERUN' | 'STOP';

/**
 * Which runs: these, or all that match when they are counted. Without `status`, a filter takes those that have failed or
 * were stopped for reruns, and those that are running for stops.
 */
export type BulkSelection = { readonly ids: readonly string[] } | { readonly filter: RunFilter };

/** How far a change of many runs is. */
export interface BulkChangeState {
  /**
   * `counted`: it is known which runs it would be, and nothing was sent. `ended`: see `job.state`. `failed`: it could not
   * be counted, or started, or watched to its end: see `problems`, `isAnswerLost` and `isJobLost`.
   */
  readonly phase: 'idle' | 'counting' | 'counted' | 'starting' | 'running' | 'ended' | 'failed';
  /** What was chosen, frozen; null: nothing. */
  readonly selection: BulkSelection | null;
  /** The runs that were counted: exactly these are changed, whatever matches later. */
  readonly executionIds: readonly string[];
  /** How many there are; null: not counted. */
  readonly matched: number | null;
  /** What became of each; null: no job is known. */
  readonly job: BulkJob | null;
  /** Whether it was asked to send no more. */
  readonly isAborting: boolean;
  /** Whether nobody can tell if the job has begun, since the answer got lost. */
  readonly isAnswerLost: boolean;
  /** Whether the gateway does not know the job any more: what became of its `PENDING` runs, nobody can tell. */
  readonly isJobLost: boolean;
  /** Whether `resume` can go on, without running anything again that was run already. */
  readonly canResume: boolean;
  /** The runs that were certainly not changed, and may be tried again: neither those refused nor those unknown. */
  readonly retryableIds: readonly string[];
  readonly problems: readonly Problem[];
  /** Why it was refused, in the gateway's words; null: it was not. */
  readonly refusal: string | null;
}

/** A change of many runs. It goes on at the gateway when nobody watches it. */
export interface BulkChange extends Store<BulkChangeState> {
  /** Asks which runs it would be; changes nothing. Begins anew, unless a change is on its way. */
  readonly count: (selection: BulkSelection) => void;
  /** Changes the runs that were counted. Sent once; nothing unless the phase is `counted`. */
  readonly start: () => void;
  /** Sends no more: what is on its way ends, the rest becomes `NOT_DONE`. */
  readonly abort: () => void;
  /** Goes on under the same name, where `canResume`: after a lost answer, or with what an interrupted job did not send. */
  readonly resume: () => void;
  /**
   * Watches a job that was begun before, such as by the page before a reload: nothing unless the phase is `idle`, and
   * where the gateway does not know it, or it is another account's. Such a job cannot be gone on with by `resume`.
   */
  readonly follow: (jobId: string) => void;
  /** Makes `retryableIds` the runs of a change of its own, which is `counted` then. */
  readonly retryFailed: () => void;
  /** Forgets all of it, and watches no longer; a job goes on at the gateway. */
  readonly reset: () => void;
}

/** Nothing is chosen. */
export const IDLE: BulkChangeState = {
  phase: 'idle',
  selection: null,
  executionIds: [],
  matched: null,
  job: null,
  isAborting: false,
  isAnswerLost: false,
  isJobLost: false,
  canResume: false,
  retryableIds: [],
  problems: [],
  refusal: null,
};

/**
 * What a job tells of its change.
 * @param isNamed whether the name is known that it was begun under, so that it can be gone on with
 */
export function howFar(job: BulkJob, isNamed: boolean): Partial<BulkChangeState> {
  if (job.state === 'RUNNING') return { phase: 'running', job, canResume: false };
  const isLeftOver = job.state === 'INTERRUPTED' && job.items.some(({ outcome }) => outcome === 'NOT_DONE');
  return {
    phase: 'ended',
    job,
    isAborting: false,
    canResume: isNamed && isLeftOver,
    retryableIds: job.items
      .filter(({ outcome }) => outcome === 'FAILED' || outcome === 'NOT_DONE')
      .map(({ executionId }) => executionId),
  };
}
