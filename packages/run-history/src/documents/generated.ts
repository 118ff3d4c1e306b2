/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** How long a bucket is, by the clocks of its time zone. */
export type BucketUnit =
  /** From one midnight to the next: longer or shorter where clocks change. */
  | 'DAY'
  /** From one full hour to the next. */
  | 'HOUR';

/** Whose requests a budget counts. */
export type BudgetScope =
  /** Those by the caller's API key. */
  | 'API_KEY'
  /** Everybody's who asks through this deployment. */
  | 'DEPLOYMENT'
  /** Those for the caller's linked account. */
  | 'LINKED_ACCOUNT'
  /** Those by session tokens: which organisation a token belongs to, only upstream can tell. */
  | 'SESSION_TOKENS';

/** Which executions, by `ids` or by `filter`: exactly one of them. */
export type BulkInput = {
  /**
   * Names this change, in 1 to 256 characters. The same name with the same input answers the same job, and goes on with
   * it where it was interrupted; with another input it is refused.
   */
  readonly clientMutationId?: string | null | undefined;
  /** Only tells which ones it would be: nothing is sent, and there is no job. */
  readonly dryRun?: boolean | null | undefined;
  /**
   * All that match now, newest first; more than `MAX_BULK_SIZE` are refused. Without `status`, reruns take `ERRORED`,
   * `STOPPED` and `TIMED_OUT`, and stops take `RUNNING`; another status is refused. Every row is held to the filter
   * first: where upstream did not apply it, nothing is changed, and the error is `NOT_SUPPORTED` and names the argument.
   */
  readonly filter?: ExecutionFilter | null | undefined;
  /** These; each once, and at most the gateway's `MAX_BULK_SIZE`. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
};

/** What a job does. */
export type BulkKind =
  /** Runs executions again. */
  | 'RERUN'
  /** Asks runs to stop. */
  | 'STOP';

/** What becomes of an item. */
export type BulkOutcome =
  /** Not done, for another reason: see `code`. */
  | 'FAILED'
  /** Not sent: the job ended before. */
  | 'NOT_DONE'
  /** Not dealt with yet. */
  | 'PENDING'
  /** Not done: the run is not in a state that allows this. */
  | 'REFUSED'
  /** Done. */
  | 'SUCCEEDED'
  /** Sent, and nobody can tell whether it was done. It is never sent again. */
  | 'UNKNOWN';

/** How far a job is. */
export type BulkState =
  /** Someone aborted it. */
  | 'ABORTED'
  /** Every item has been dealt with. */
  | 'COMPLETED'
  /**
   * It went no further: the gateway was stopped, the credentials were refused, or upstream or Redis were away for too
   * long. Asking again with the same `clientMutationId` goes on with what was not sent.
   */
  | 'INTERRUPTED'
  /** Still going. */
  | 'RUNNING';

/** Whether upstream applies an argument. */
export type CapabilityState =
  /** It does not: the argument is `NOT_SUPPORTED`, unless this gateway can serve it in another way. */
  | 'IGNORED'
  /** It does. */
  | 'SUPPORTED'
  /** Nobody has asked lately. */
  | 'UNKNOWN';

/** The two environments of an organisation. */
export type Environment =
  /** What customers run. */
  | 'PRODUCTION'
  /** For trying things out. */
  | 'TEST';

/** What can happen to a run. */
export type ExecutionChangeKind =
  /** It began, or joined the list by its new state. */
  | 'CREATED'
  /** It has ended, as its status says. This is told once, and nothing after it. */
  | 'ENDED'
  /** It was there when the subscription began, or had to begin again. It may be known already. */
  | 'PRESENT'
  /** It goes on, in another state. */
  | 'UPDATED';

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

/** A numbered page. */
export type PageInput = {
  /** From 1. A page past the end is empty. */
  readonly number?: number | null | undefined;
  /** Rows to a page, from 1 to the gateway's maximum (100 unless configured otherwise). */
  readonly size?: number | null | undefined;
};

/** The ways to sign in. */
export type SignInMethod =
  /** `x-api-key` with `linked_account_id`. */
  | 'API_KEY'
  /** `Authorization: Bearer` with a JWT of your own product; the gateway holds the API key. */
  | 'SERVER_KEY'
  /** `Authorization: Bearer` with a session token of the upstream. */
  | 'SESSION_TOKEN';

/** The order of creation times. */
export type SortDirection =
  /** Oldest first. */
  | 'ASC'
  /** Newest first. */
  | 'DESC';

/** The things that can be expected to go wrong. */
export type UserErrorCode =
  /** The run is not in a state that allows this: it has ended already, or it did not fail. */
  | 'NOT_ALLOWED';

export type JobFragment = { readonly id: string, readonly kind: BulkKind, readonly state: BulkState, readonly revision: number, readonly createdAt: string, readonly endedAt: string | null, readonly total: number, readonly pending: number, readonly succeeded: number, readonly refused: number, readonly failed: number, readonly unknown: number, readonly items: ReadonlyArray<{ readonly executionId: string, readonly outcome: BulkOutcome, readonly newExecutionId: string | null, readonly code: string | null }> };

export type StopRunMutationVariables = Exact<{
  id: string;
}>;


export type StopRunMutation = { readonly stopExecution: { readonly message: string | null, readonly execution: { readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null } | null, readonly userErrors: ReadonlyArray<{ readonly code: UserErrorCode, readonly message: string, readonly field: string | null }> } | null };

export type RerunRunMutationVariables = Exact<{
  id: string;
}>;


export type RerunRunMutation = { readonly rerunExecution: { readonly executionId: string | null, readonly originalExecutionId: string, readonly execution: { readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null } | null, readonly userErrors: ReadonlyArray<{ readonly code: UserErrorCode, readonly message: string, readonly field: string | null }> } | null };

export type RerunRunsMutationVariables = Exact<{
  input: BulkInput;
}>;


export type RerunRunsMutation = { readonly rerunExecutions: { readonly clientMutationId: string | null, readonly matched: number, readonly executionIds: ReadonlyArray<string>, readonly job: { readonly id: string, readonly kind: BulkKind, readonly state: BulkState, readonly revision: number, readonly createdAt: string, readonly endedAt: string | null, readonly total: number, readonly pending: number, readonly succeeded: number, readonly refused: number, readonly failed: number, readonly unknown: number, readonly items: ReadonlyArray<{ readonly executionId: string, readonly outcome: BulkOutcome, readonly newExecutionId: string | null, readonly code: string | null }> } | null, readonly userErrors: ReadonlyArray<{ readonly code: UserErrorCode, readonly message: string, readonly field: string | null }> } | null };

export type StopRunsMutationVariables = Exact<{
  input: BulkInput;
}>;


export type StopRunsMutation = { readonly stopExecutions: { readonly clientMutationId: string | null, readonly matched: number, readonly executionIds: ReadonlyArray<string>, readonly job: { readonly id: string, readonly kind: BulkKind, readonly state: BulkState, readonly revision: number, readonly createdAt: string, readonly endedAt: string | null, readonly total: number, readonly pending: number, readonly succeeded: number, readonly refused: number, readonly failed: number, readonly unknown: number, readonly items: ReadonlyArray<{ readonly executionId: string, readonly outcome: BulkOutcome, readonly newExecutionId: string | null, readonly code: string | null }> } | null, readonly userErrors: ReadonlyArray<{ readonly code: UserErrorCode, readonly message: string, readonly field: string | null }> } | null };

export type BulkFragment = { readonly clientMutationId: string | null, readonly matched: number, readonly executionIds: ReadonlyArray<string>, readonly job: { readonly id: string, readonly kind: BulkKind, readonly state: BulkState, readonly revision: number, readonly createdAt: string, readonly endedAt: string | null, readonly total: number, readonly pending: number, readonly succeeded: number, readonly refused: number, readonly failed: number, readonly unknown: number, readonly items: ReadonlyArray<{ readonly executionId: string, readonly outcome: BulkOutcome, readonly newExecutionId: string | null, readonly code: string | null }> } | null, readonly userErrors: ReadonlyArray<{ readonly code: UserErrorCode, readonly message: string, readonly field: string | null }> };

export type AbortJobMutationVariables = Exact<{
  id: string;
}>;


export type AbortJobMutation = { readonly abortBulkJob: { readonly id: string, readonly kind: BulkKind, readonly state: BulkState, readonly revision: number, readonly createdAt: string, readonly endedAt: string | null, readonly total: number, readonly pending: number, readonly succeeded: number, readonly refused: number, readonly failed: number, readonly unknown: number, readonly items: ReadonlyArray<{ readonly executionId: string, readonly outcome: BulkOutcome, readonly newExecutionId: string | null, readonly code: string | null }> } | null };

export type JobQueryVariables = Exact<{
  id: string;
  afterRevision?: number | null | undefined;
}>;


export type JobQuery = { readonly bulkJob: { readonly id: string, readonly kind: BulkKind, readonly state: BulkState, readonly revision: number, readonly createdAt: string, readonly endedAt: string | null, readonly total: number, readonly pending: number, readonly succeeded: number, readonly refused: number, readonly failed: number, readonly unknown: number, readonly items: ReadonlyArray<{ readonly executionId: string, readonly outcome: BulkOutcome, readonly newExecutionId: string | null, readonly code: string | null }> } | null };

export type JobChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type JobChangedSubscription = { readonly bulkJobChanged: { readonly id: string, readonly kind: BulkKind, readonly state: BulkState, readonly revision: number, readonly createdAt: string, readonly endedAt: string | null, readonly total: number, readonly pending: number, readonly succeeded: number, readonly refused: number, readonly failed: number, readonly unknown: number, readonly items: ReadonlyArray<{ readonly executionId: string, readonly outcome: BulkOutcome, readonly newExecutionId: string | null, readonly code: string | null }> } | null };

export type RunCountsQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
}>;


export type RunCountsQuery = { readonly executionCounts: { readonly total: number | null, readonly partial: boolean, readonly byStatus: ReadonlyArray<{ readonly status: ExecutionStatus, readonly count: number | null }> } | null };

export type RunChartQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
  unit: BucketUnit;
  timeZone: string;
}>;


export type RunChartQuery = { readonly executionCounts: { readonly buckets: { readonly partial: boolean, readonly missing: ReadonlyArray<string>, readonly nodes: ReadonlyArray<{ readonly start: string, readonly byStatus: ReadonlyArray<{ readonly status: ExecutionStatus, readonly count: number | null }> | null }> } } | null };

export type RunFailuresQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
}>;


export type RunFailuresQuery = { readonly executionFailures: { readonly examined: number, readonly partial: boolean, readonly groups: ReadonlyArray<{ readonly fingerprint: string, readonly message: string | null, readonly count: number, readonly firstSeen: string | null, readonly lastSeen: string | null, readonly nodeName: string | null, readonly executionIds: ReadonlyArray<string>, readonly workflow: { readonly id: string, readonly name: string | null } | null, readonly sample: { readonly id: string, readonly failureKnown: boolean, readonly application: { readonly id: string, readonly name: string | null } | null } }> } | null };

export type WorkflowsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type WorkflowsQuery = { readonly workflows: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly icon: string | null }> } | null };

export type ApplicationsQueryVariables = Exact<{ [key: string]: never; }>;


export type ApplicationsQuery = { readonly applications: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly icon: string | null, readonly slug: string | null, readonly connected: boolean | null, readonly reauthRequired: boolean | null }> | null };

export type BudgetFragment = { readonly scope: BudgetScope, readonly maximum: number, readonly available: number, readonly restorePerSecond: number, readonly queued: number };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly signIn: SignInMethod, readonly linkedAccountId: string | null, readonly environment: Environment | null, readonly upstreamBudget: { readonly scope: BudgetScope, readonly maximum: number, readonly available: number, readonly restorePerSecond: number, readonly queued: number }, readonly capabilities: ReadonlyArray<{ readonly argument: string, readonly state: CapabilityState }> } };

export type BudgetChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type BudgetChangedSubscription = { readonly upstreamBudgetChanged: { readonly scope: BudgetScope, readonly maximum: number, readonly available: number, readonly restorePerSecond: number, readonly queued: number } | null };

export type StepFragment = { readonly id: string, readonly nodeId: string, readonly name: string | null, readonly type: string | null, readonly status: ExecutionNodeStatus, readonly rawStatus: string | null, readonly isBatch: boolean | null, readonly attempts: number | null, readonly maxAttempts: number | null, readonly durationMs: number | null };

export type RunDetailFragment = { readonly configId: string | null, readonly linkedAccountId: string | null, readonly completionPercentage: number | null, readonly failureKnown: boolean, readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly failure: { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly nodeId: string, readonly name: string | null, readonly type: string | null, readonly status: ExecutionNodeStatus, readonly rawStatus: string | null, readonly isBatch: boolean | null, readonly attempts: number | null, readonly maxAttempts: number | null, readonly durationMs: number | null }> | null, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null };

export type RunQueryVariables = Exact<{
  id: string;
}>;


export type RunQuery = { readonly execution: { readonly configId: string | null, readonly linkedAccountId: string | null, readonly completionPercentage: number | null, readonly failureKnown: boolean, readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly reruns: ReadonlyArray<{ readonly id: string }> | null, readonly failure: { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly nodeId: string, readonly name: string | null, readonly type: string | null, readonly status: ExecutionNodeStatus, readonly rawStatus: string | null, readonly isBatch: boolean | null, readonly attempts: number | null, readonly maxAttempts: number | null, readonly durationMs: number | null }> | null, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null } | null };

export type RunChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type RunChangedSubscription = { readonly executionChanged: { readonly configId: string | null, readonly linkedAccountId: string | null, readonly completionPercentage: number | null, readonly failureKnown: boolean, readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly failure: { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly nodeId: string, readonly name: string | null, readonly type: string | null, readonly status: ExecutionNodeStatus, readonly rawStatus: string | null, readonly isBatch: boolean | null, readonly attempts: number | null, readonly maxAttempts: number | null, readonly durationMs: number | null }> | null, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null } | null };

export type RunStepQueryVariables = Exact<{
  id: string;
  step: string;
  maxBytes?: number | null | undefined;
}>;


export type RunStepQuery = { readonly execution: { readonly id: string, readonly node: { readonly id: string, readonly input: unknown, readonly output: unknown, readonly requestCurl: unknown } | null } | null };

export type RunStepBatchesQueryVariables = Exact<{
  id: string;
  step: string;
  page?: PageInput | null | undefined;
  status?: string | null | undefined;
  maxBytes?: number | null | undefined;
}>;


export type RunStepBatchesQuery = { readonly execution: { readonly id: string, readonly node: { readonly id: string, readonly batches: { readonly totalCount: number | null, readonly pageInfo: { readonly hasNextPage: boolean, readonly currentPage: number | null, readonly totalPages: number | null }, readonly nodes: ReadonlyArray<{ readonly index: number | null, readonly status: string | null, readonly output: unknown }> } | null } | null } | null };

export type RunStripQueryVariables = Exact<{
  workflowId: string;
  size: number;
}>;


export type RunStripQuery = { readonly executions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly durationMs: number | null }> } | null };

export type RunRowFragment = { readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null };

export type ReasonFragment = { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null };

export type RunsQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  sort?: SortDirection | null | undefined;
}>;


export type RunsQuery = { readonly executions: { readonly totalCount: number | null, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null }> } | null };

export type RowReasonFragment = { readonly id: string, readonly failureKnown: boolean, readonly failure: { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly reruns: ReadonlyArray<{ readonly id: string }> | null };

export type RunReasonsQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  sort?: SortDirection | null | undefined;
}>;


export type RunReasonsQuery = { readonly executions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly failureKnown: boolean, readonly failure: { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly reruns: ReadonlyArray<{ readonly id: string }> | null }> } | null };

export type RunReasonQueryVariables = Exact<{
  id: string;
}>;


export type RunReasonQuery = { readonly execution: { readonly id: string, readonly failureKnown: boolean, readonly failure: { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly reruns: ReadonlyArray<{ readonly id: string }> | null } | null };

export type RunExportQueryVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  sort?: SortDirection | null | undefined;
}>;


export type RunExportQuery = { readonly executions: { readonly totalCount: number | null, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly failureKnown: boolean, readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly failure: { readonly nodeId: string | null, readonly nodeName: string | null, readonly message: string | null, readonly code: string | null, readonly occurredAt: string | null } | null, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null }> } | null };

export type RunStateQueryVariables = Exact<{
  id: string;
}>;


export type RunStateQuery = { readonly execution: { readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null } | null };

export type RunsChangedSubscriptionVariables = Exact<{
  filter?: ExecutionFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type RunsChangedSubscription = { readonly executionsChanged: { readonly cursor: string, readonly asOf: string | null, readonly changes: ReadonlyArray<{ readonly kind: ExecutionChangeKind, readonly execution: { readonly id: string, readonly name: string | null, readonly status: ExecutionStatus, readonly rawStatus: string | null, readonly createdAt: string | null, readonly updatedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly environment: Environment | null, readonly source: ExecutionSource | null, readonly type: ExecutionType | null, readonly eventId: string | null, readonly isChild: boolean | null, readonly isRerun: boolean, readonly rerunOf: { readonly id: string } | null, readonly workflow: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null, readonly application: { readonly id: string, readonly name: string | null, readonly icon: string | null } | null } }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const JobFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Job on BulkJob {
  id
  kind
  state
  revision
  createdAt
  endedAt
  total
  pending
  succeeded
  refused
  failed
  unknown
  items {
    executionId
    outcome
    newExecutionId
    code
  }
}
    `, {"fragmentName":"Job"}) as unknown as TypedDocumentString<JobFragment, unknown>;
export const BulkFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Bulk on BulkPayload {
  clientMutationId
  matched
  executionIds
  job {
    ...Job
  }
  userErrors {
    code
    message
    field
  }
}
    fragment Job on BulkJob {
  id
  kind
  state
  revision
  createdAt
  endedAt
  total
  pending
  succeeded
  refused
  failed
  unknown
  items {
    executionId
    outcome
    newExecutionId
    code
  }
}`, {"fragmentName":"Bulk"}) as unknown as TypedDocumentString<BulkFragment, unknown>;
export const BudgetFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Budget on UpstreamBudget {
  scope
  maximum
  available
  restorePerSecond
  queued
}
    `, {"fragmentName":"Budget"}) as unknown as TypedDocumentString<BudgetFragment, unknown>;
export const RunRowFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}
    `, {"fragmentName":"RunRow"}) as unknown as TypedDocumentString<RunRowFragment, unknown>;
export const ReasonFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}
    `, {"fragmentName":"Reason"}) as unknown as TypedDocumentString<ReasonFragment, unknown>;
export const StepFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Step on ExecutionNode {
  id
  nodeId
  name
  type
  status
  rawStatus
  isBatch
  attempts
  maxAttempts
  durationMs
}
    `, {"fragmentName":"Step"}) as unknown as TypedDocumentString<StepFragment, unknown>;
export const RunDetailFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment RunDetail on Execution {
  ...RunRow
  configId
  linkedAccountId
  completionPercentage
  failureKnown
  failure {
    ...Reason
  }
  nodes {
    ...Step
  }
}
    fragment Step on ExecutionNode {
  id
  nodeId
  name
  type
  status
  rawStatus
  isBatch
  attempts
  maxAttempts
  durationMs
}
fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}
fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}`, {"fragmentName":"RunDetail"}) as unknown as TypedDocumentString<RunDetailFragment, unknown>;
export const RowReasonFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment RowReason on Execution {
  id
  failureKnown
  failure {
    ...Reason
  }
  reruns {
    id
  }
}
    fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}`, {"fragmentName":"RowReason"}) as unknown as TypedDocumentString<RowReasonFragment, unknown>;
export const StopRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation StopRun($id: ID!) {
  stopExecution(id: $id) {
    message
    execution {
      ...RunRow
    }
    userErrors {
      code
      message
      field
    }
  }
}
    fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}`) as unknown as TypedDocumentString<StopRunMutation, StopRunMutationVariables>;
export const RerunRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RerunRun($id: ID!) {
  rerunExecution(id: $id) {
    executionId
    originalExecutionId
    execution {
      ...RunRow
    }
    userErrors {
      code
      message
      field
    }
  }
}
    fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}`) as unknown as TypedDocumentString<RerunRunMutation, RerunRunMutationVariables>;
export const RerunRunsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RerunRuns($input: BulkInput!) {
  rerunExecutions(input: $input) {
    ...Bulk
  }
}
    fragment Job on BulkJob {
  id
  kind
  state
  revision
  createdAt
  endedAt
  total
  pending
  succeeded
  refused
  failed
  unknown
  items {
    executionId
    outcome
    newExecutionId
    code
  }
}
fragment Bulk on BulkPayload {
  clientMutationId
  matched
  executionIds
  job {
    ...Job
  }
  userErrors {
    code
    message
    field
  }
}`) as unknown as TypedDocumentString<RerunRunsMutation, RerunRunsMutationVariables>;
export const StopRunsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation StopRuns($input: BulkInput!) {
  stopExecutions(input: $input) {
    ...Bulk
  }
}
    fragment Job on BulkJob {
  id
  kind
  state
  revision
  createdAt
  endedAt
  total
  pending
  succeeded
  refused
  failed
  unknown
  items {
    executionId
    outcome
    newExecutionId
    code
  }
}
fragment Bulk on BulkPayload {
  clientMutationId
  matched
  executionIds
  job {
    ...Job
  }
  userErrors {
    code
    message
    field
  }
}`) as unknown as TypedDocumentString<StopRunsMutation, StopRunsMutationVariables>;
export const AbortJobDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation AbortJob($id: ID!) {
  abortBulkJob(id: $id) {
    ...Job
  }
}
    fragment Job on BulkJob {
  id
  kind
  state
  revision
  createdAt
  endedAt
  total
  pending
  succeeded
  refused
  failed
  unknown
  items {
    executionId
    outcome
    newExecutionId
    code
  }
}`) as unknown as TypedDocumentString<AbortJobMutation, AbortJobMutationVariables>;
export const JobDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Job($id: ID!, $afterRevision: Int) {
  bulkJob(id: $id, afterRevision: $afterRevision) {
    ...Job
  }
}
    fragment Job on BulkJob {
  id
  kind
  state
  revision
  createdAt
  endedAt
  total
  pending
  succeeded
  refused
  failed
  unknown
  items {
    executionId
    outcome
    newExecutionId
    code
  }
}`) as unknown as TypedDocumentString<JobQuery, JobQueryVariables>;
export const JobChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription JobChanged($id: ID!) {
  bulkJobChanged(id: $id) {
    ...Job
  }
}
    fragment Job on BulkJob {
  id
  kind
  state
  revision
  createdAt
  endedAt
  total
  pending
  succeeded
  refused
  failed
  unknown
  items {
    executionId
    outcome
    newExecutionId
    code
  }
}`) as unknown as TypedDocumentString<JobChangedSubscription, JobChangedSubscriptionVariables>;
export const RunCountsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunCounts($filter: ExecutionFilter) {
  executionCounts(filter: $filter) {
    total
    partial
    byStatus {
      status
      count
    }
  }
}
    `) as unknown as TypedDocumentString<RunCountsQuery, RunCountsQueryVariables>;
export const RunChartDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunChart($filter: ExecutionFilter, $unit: BucketUnit!, $timeZone: String!) {
  executionCounts(filter: $filter) {
    buckets(unit: $unit, timeZone: $timeZone) {
      partial
      missing
      nodes {
        start
        byStatus {
          status
          count
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RunChartQuery, RunChartQueryVariables>;
export const RunFailuresDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunFailures($filter: ExecutionFilter) {
  executionFailures(filter: $filter) {
    examined
    partial
    groups {
      fingerprint
      message
      count
      firstSeen
      lastSeen
      nodeName
      workflow {
        id
        name
      }
      sample {
        id
        failureKnown
        application {
          id
          name
        }
      }
      executionIds
    }
  }
}
    `) as unknown as TypedDocumentString<RunFailuresQuery, RunFailuresQueryVariables>;
export const WorkflowsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Workflows($first: Int!, $after: String) {
  workflows(first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      icon
    }
  }
}
    `) as unknown as TypedDocumentString<WorkflowsQuery, WorkflowsQueryVariables>;
export const ApplicationsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Applications {
  applications {
    id
    name
    icon
    slug
    connected
    reauthRequired
  }
}
    `) as unknown as TypedDocumentString<ApplicationsQuery, ApplicationsQueryVariables>;
export const ViewerDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Viewer {
  viewer {
    signIn
    linkedAccountId
    environment
    upstreamBudget {
      ...Budget
    }
    capabilities {
      argument
      state
    }
  }
}
    fragment Budget on UpstreamBudget {
  scope
  maximum
  available
  restorePerSecond
  queued
}`) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const BudgetChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription BudgetChanged {
  upstreamBudgetChanged {
    ...Budget
  }
}
    fragment Budget on UpstreamBudget {
  scope
  maximum
  available
  restorePerSecond
  queued
}`) as unknown as TypedDocumentString<BudgetChangedSubscription, BudgetChangedSubscriptionVariables>;
export const RunDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Run($id: ID!) {
  execution(id: $id) {
    ...RunDetail
    reruns {
      id
    }
  }
}
    fragment Step on ExecutionNode {
  id
  nodeId
  name
  type
  status
  rawStatus
  isBatch
  attempts
  maxAttempts
  durationMs
}
fragment RunDetail on Execution {
  ...RunRow
  configId
  linkedAccountId
  completionPercentage
  failureKnown
  failure {
    ...Reason
  }
  nodes {
    ...Step
  }
}
fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}
fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}`) as unknown as TypedDocumentString<RunQuery, RunQueryVariables>;
export const RunChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription RunChanged($id: ID!) {
  executionChanged(id: $id) {
    ...RunDetail
  }
}
    fragment Step on ExecutionNode {
  id
  nodeId
  name
  type
  status
  rawStatus
  isBatch
  attempts
  maxAttempts
  durationMs
}
fragment RunDetail on Execution {
  ...RunRow
  configId
  linkedAccountId
  completionPercentage
  failureKnown
  failure {
    ...Reason
  }
  nodes {
    ...Step
  }
}
fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}
fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}`) as unknown as TypedDocumentString<RunChangedSubscription, RunChangedSubscriptionVariables>;
export const RunStepDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunStep($id: ID!, $step: ID!, $maxBytes: Int = 16384) {
  execution(id: $id) {
    id
    node(id: $step) {
      id
      input(maxBytes: $maxBytes)
      output(maxBytes: $maxBytes)
      requestCurl(maxBytes: $maxBytes)
    }
  }
}
    `) as unknown as TypedDocumentString<RunStepQuery, RunStepQueryVariables>;
export const RunStepBatchesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunStepBatches($id: ID!, $step: ID!, $page: PageInput, $status: String, $maxBytes: Int = 16384) {
  execution(id: $id) {
    id
    node(id: $step) {
      id
      batches(page: $page, status: $status) {
        totalCount
        pageInfo {
          hasNextPage
          currentPage
          totalPages
        }
        nodes {
          index
          status
          output(maxBytes: $maxBytes)
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RunStepBatchesQuery, RunStepBatchesQueryVariables>;
export const RunStripDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunStrip($workflowId: ID!, $size: Int!) {
  executions(filter: {workflowId: $workflowId}, first: $size) {
    nodes {
      id
      status
      rawStatus
      createdAt
      durationMs
    }
  }
}
    `) as unknown as TypedDocumentString<RunStripQuery, RunStripQueryVariables>;
export const RunsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Runs($filter: ExecutionFilter, $first: Int, $after: String, $sort: SortDirection = DESC) {
  executions(filter: $filter, first: $first, after: $after, sort: $sort) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...RunRow
    }
  }
}
    fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}`) as unknown as TypedDocumentString<RunsQuery, RunsQueryVariables>;
export const RunReasonsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunReasons($filter: ExecutionFilter, $first: Int, $after: String, $sort: SortDirection = DESC) {
  executions(filter: $filter, first: $first, after: $after, sort: $sort) {
    nodes {
      ...RowReason
    }
  }
}
    fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}
fragment RowReason on Execution {
  id
  failureKnown
  failure {
    ...Reason
  }
  reruns {
    id
  }
}`) as unknown as TypedDocumentString<RunReasonsQuery, RunReasonsQueryVariables>;
export const RunReasonDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunReason($id: ID!) {
  execution(id: $id) {
    ...RowReason
  }
}
    fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}
fragment RowReason on Execution {
  id
  failureKnown
  failure {
    ...Reason
  }
  reruns {
    id
  }
}`) as unknown as TypedDocumentString<RunReasonQuery, RunReasonQueryVariables>;
export const RunExportDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunExport($filter: ExecutionFilter, $first: Int, $after: String, $sort: SortDirection = DESC) {
  executions(filter: $filter, first: $first, after: $after, sort: $sort) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...RunRow
      failureKnown
      failure {
        ...Reason
      }
    }
  }
}
    fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}
fragment Reason on ExecutionFailure {
  nodeId
  nodeName
  message
  code
  occurredAt
}`) as unknown as TypedDocumentString<RunExportQuery, RunExportQueryVariables>;
export const RunStateDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunState($id: ID!) {
  execution(id: $id) {
    ...RunRow
  }
}
    fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}`) as unknown as TypedDocumentString<RunStateQuery, RunStateQueryVariables>;
export const RunsChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription RunsChanged($filter: ExecutionFilter, $after: String) {
  executionsChanged(filter: $filter, after: $after) {
    cursor
    asOf
    changes {
      kind
      execution {
        ...RunRow
      }
    }
  }
}
    fragment RunRow on Execution {
  id
  name
  status
  rawStatus
  createdAt
  updatedAt
  completedAt
  durationMs
  environment
  source
  type
  eventId
  isChild
  isRerun
  rerunOf {
    id
  }
  workflow {
    id
    name
    icon
  }
  application {
    id
    name
    icon
  }
}`) as unknown as TypedDocumentString<RunsChangedSubscription, RunsChangedSubscriptionVariables>;