/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The two environments of an organisation. */
export type Environment =
  /** What customers run. */
  | 'PRODUCTION'
  /** For trying things out. */
  | 'TEST';

/**
 * Narrows a list of executions. Every field that is given must match; a field left out, or null, matches all. A field that
 * upstream does not apply is `NOT_SUPPORTED`, never other rows; `Viewer.capabilities` tells what is known of that.
 */
export type ExecutionFilter = {
  /** Runs of workflows of these applications. */
  readonly applicationSlugs?: ReadonlyArray<string> | null | undefined;
  /** Created at this time or later. `NOT_SUPPORTED` where upstream knows days only. */
  readonly createdAfter?: string | null | undefined;
  /** Created before this time. `NOT_SUPPORTED` where upstream knows days only. */
  readonly createdBefore?: string | null | undefined;
  /** Created on this day or earlier. Not before `startDate`. */
  readonly endDate?: string | null | undefined;
  /** The one run with this id. */
  readonly executionId?: string | null | undefined;
  /** What started the run. */
  readonly source?: ExecutionSource | null | undefined;
  /** Created on this day or later. */
  readonly startDate?: string | null | undefined;
  /**
   * The state of the run: any of these. Each value costs an upstream call, and with several, pages end at row 1,000.
   * `QUEUED`, `WAITING`, `TERMINATED` and `UNKNOWN` cannot be filtered by.
   */
  readonly status?: ReadonlyArray<ExecutionStatus> | null | undefined;
  /** Whether the caller waited for the run. */
  readonly type?: ExecutionType | null | undefined;
  /** Runs of this workflow. */
  readonly workflowId?: string | null | undefined;
  /** Runs of workflows of this name. */
  readonly workflowName?: string | null | undefined;
};

/** The state of a step. */
export type ExecutionNodeStatus =
  /** Given up before its end. */
  | 'ABORTED'
  /** Ended with an error. */
  | 'ERRORED'
  /** Ended with an error, and the run went on. */
  | 'ERRORED_AND_SKIPPED'
  /** Ended with an error that it could not recover from. */
  | 'FAILED'
  /** Of a batch, a part ended well. */
  | 'PARTIALLY_SUCCESSFUL'
  /** Not come to yet. */
  | 'READY'
  /** Refused to run. */
  | 'REJECTED'
  /** Left out. */
  | 'SKIPPED'
  /** Ended because someone stopped the run. */
  | 'STOPPED'
  /** Ended well. */
  | 'SUCCESS'
  /** Ended from outside. */
  | 'TERMINATED'
  /** Ended because it took too long. */
  | 'TIMED_OUT'
  /** None of these: see `rawStatus`. */
  | 'UNKNOWN'
  /** Goes on once something happens. */
  | 'WAITING';

/** What started a run. */
export type ExecutionSource =
  /** A call of the API. */
  | 'API_CALL'
  /** An event of an application. */
  | 'EVENT'
  /** A schedule. */
  | 'SCHEDULE';

/** The state of a run. */
export type ExecutionStatus =
  /** Ended well. */
  | 'COMPLETED'
  /** Ended with an error. */
  | 'ERRORED'
  /** Not started yet. Not for filters. */
  | 'QUEUED'
  /** Still going. */
  | 'RUNNING'
  /** Ended because someone stopped it. */
  | 'STOPPED'
  /** Being stopped. */
  | 'STOPPING'
  /** Ended from outside. Not for filters. */
  | 'TERMINATED'
  /** Ended because it took too long. */
  | 'TIMED_OUT'
  /** A value newer than this gateway: see `rawStatus`. Not for filters. */
  | 'UNKNOWN'
  /** Goes on once something happens. Not for filters. */
  | 'WAITING';

/** Whether the caller waits for a run. */
export type ExecutionType =
  /** The caller goes on at once. */
  | 'ASYNC'
  /** The caller waits for the result. */
  | 'SYNC';

/** The order of creation times. */
export type SortDirection =
  /** Oldest first. */
  | 'ASC'
  /** Newest first. */
  | 'DESC';

export type ExplainRunQueryVariables = Exact<{
  runId: string;
}>;


export type ExplainRunQuery = { readonly execution: { readonly completionPercentage: number | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly rerunOf: { readonly id: string } | null, readonly reruns: ReadonlyArray<{ readonly id: string }> | null, readonly failure: { readonly nodeId: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly nodes: ReadonlyArray<{ readonly input: unknown, readonly output: unknown, readonly id: string, readonly nodeId: string, readonly name: string | null, readonly type: string | null, readonly status: ExecutionNodeStatus, readonly rawStatus: string | null, readonly isBatch: boolean | null, readonly attempts: number | null, readonly maxAttempts: number | null, readonly durationMs: number | null }> | null, readonly workflow: { readonly id: string, readonly name: string | null } | null, readonly application: { readonly name: string | null } | null } | null };

export type SimilarRunsQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
}>;


export type SimilarRunsQuery = { readonly executionFailures: { readonly examined: number, readonly partial: boolean, readonly groups: ReadonlyArray<{ readonly fingerprint: string, readonly count: number, readonly firstSeen: string | null, readonly lastSeen: string | null, readonly executionIds: ReadonlyArray<string> }> } | null };

export type FailureSummaryQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
}>;


export type FailureSummaryQuery = { readonly executionFailures: { readonly examined: number, readonly partial: boolean, readonly groups: ReadonlyArray<{ readonly message: string | null, readonly count: number, readonly firstSeen: string | null, readonly lastSeen: string | null, readonly nodeName: string | null, readonly executionIds: ReadonlyArray<string>, readonly workflow: { readonly id: string, readonly name: string | null } | null }> } | null };

export type GetStepQueryVariables = Exact<{
  runId: string;
  stepId: string;
  maxBytes: number;
}>;


export type GetStepQuery = { readonly execution: { readonly node: { readonly input: unknown, readonly output: unknown, readonly id: string, readonly nodeId: string, readonly name: string | null, readonly type: string | null, readonly status: ExecutionNodeStatus, readonly rawStatus: string | null, readonly isBatch: boolean | null, readonly attempts: number | null, readonly maxAttempts: number | null, readonly durationMs: number | null } | null } | null };

export type ListRunsQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  sort?: SortDirection | null | undefined;
}>;


export type ListRunsQuery = { readonly executions: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly workflow: { readonly id: string, readonly name: string | null } | null, readonly application: { readonly name: string | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type RunFragment = { readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly workflow: { readonly id: string, readonly name: string | null } | null, readonly application: { readonly name: string | null } | null };

export type StepFragment = { readonly id: string, readonly nodeId: string, readonly name: string | null, readonly type: string | null, readonly status: ExecutionNodeStatus, readonly rawStatus: string | null, readonly isBatch: boolean | null, readonly attempts: number | null, readonly maxAttempts: number | null, readonly durationMs: number | null };
