import type { ExecutionFilter } from './model.ts';

export type BulkKind = 'RERUN' | 'STOP';
/** All but `RUNNING` have ended; `INTERRUPTED` may be resumed. */
export type BulkState = 'RUNNING' | 'COMPLETED' | 'ABORTED' | 'INTERRUPTED';
/** `UNKNOWN`: sent, and nobody can tell. `NOT_DONE`: the job ended before it was sent. */
export type BulkOutcome = 'PENDING' | 'SUCCEEDED' | 'REFUSED' | 'FAILED' | 'UNKNOWN' | 'NOT_DONE';

/** What somebody wants done to many executions. Exactly one of `ids` and `filter` is not null. */
export interface BulkRequest {
  readonly kind: BulkKind;
  readonly ids: readonly string[] | null;
  readonly filter: ExecutionFilter | null;
  readonly dryRun: boolean;
  /** Null: every request is a change of its own. */
  readonly clientMutationId: string | null;
}

/** What is about to be done. */
export interface BulkAnswer {
  readonly clientMutationId: string | null;
  readonly executionIds: readonly string[];
  /** Null for a dry run. */
  readonly job: BulkJob | null;
}

/** A job as it was at one moment. */
export interface BulkJob {
  readonly id: string;
  readonly kind: BulkKind;
  readonly state: BulkState;
  /** Grows with every change. */
  readonly revision: number;
  readonly createdAt: Date;
  /** Null: it has not, or nobody was left to note it. */
  readonly endedAt: Date | null;
  readonly items: readonly BulkItem[];
}

/** What became of one execution. */
export interface BulkItem {
  readonly executionId: string;
  readonly outcome: BulkOutcome;
  /** Null unless a rerun has succeeded. */
  readonly newExecutionId: string | null;
  /** The code of the error; null where there was none. */
  readonly code: string | null;
}
