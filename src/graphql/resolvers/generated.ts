import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ExecutionRef, ExecutionNode as ExecutionNodeModel, NodeBatch as NodeBatchModel, WorkflowRef, ApplicationRef } from '../../domain/model.ts';
import type { Connection } from '../../lists/connection.ts';
import type { FailureGroup } from '../../domain/failure-groups.ts';
import type { LazyCounts } from '../../domain/count.ts';
import type { UpstreamBudget as UpstreamBudgetModel } from '../../domain/budget.ts';
import type { BulkJob as BulkJobModel } from '../../domain/bulk.ts';
import type { Context } from '../../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar day in UTC, `YYYY-MM-DD`. */
  Date: { input: Date; output: Date; }
  /** A point in time in UTC, ISO 8601 with milliseconds: `2023-10-31T14:19:34.788Z`. */
  DateTime: { input: Date; output: Date; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

/** A product that workflows connect to. */
export type Application = {
  readonly __typename?: 'Application';
  /** How accounts of it are connected: `oauth2` or `keybased`. */
  readonly authType?: Maybe<Scalars['String']['output']>;
  /** Whether the linked account has connected it. */
  readonly connected?: Maybe<Scalars['Boolean']['output']>;
  /** The linked account's connections, without their credentials. */
  readonly connectedAccounts?: Maybe<ReadonlyArray<ConnectedAccount>>;
  /** What it is. */
  readonly description?: Maybe<Scalars['String']['output']>;
  /** The circle of products that upstream counts it among, such as `business`. */
  readonly ecosystem?: Maybe<Scalars['String']['output']>;
  /** Address of its picture. May be empty. */
  readonly icon?: Maybe<Scalars['String']['output']>;
  /** The upstream's id: 24 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
  /** What it is called. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** Whether a connection has to be made anew. */
  readonly reauthRequired?: Maybe<Scalars['Boolean']['output']>;
  /** Its short name, such as `slack`: the argument of `application(slug)`. */
  readonly slug?: Maybe<Scalars['String']['output']>;
  /** Its categories. */
  readonly tags?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The kind of application, as upstream calls it. */
  readonly type?: Maybe<Scalars['String']['output']>;
};

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
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  /** Only tells which ones it would be: nothing is sent, and there is no job. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * All that match now, newest first; more than `MAX_BULK_SIZE` are refused. Without `status`, reruns take `ERRORED`,
   * `STOPPED` and `TIMED_OUT`, and stops take `RUNNING`; another status is refused. Every row is held to the filter
   * first: where upstream did not apply it, nothing is changed, and the error is `NOT_SUPPORTED` and names the argument.
   */
  readonly filter?: InputMaybe<ExecutionFilter>;
  /** These; each once, and at most the gateway's `MAX_BULK_SIZE`. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** What becomes of one execution in a job. */
export type BulkItem = {
  readonly __typename?: 'BulkItem';
  /** The error's code, as in `extensions.code`. Null where there was none. */
  readonly code?: Maybe<Scalars['String']['output']>;
  /** The execution. */
  readonly executionId: Scalars['ID']['output'];
  /** The new run. Null unless a rerun has succeeded. */
  readonly newExecutionId?: Maybe<Scalars['ID']['output']>;
  /** What became of it. */
  readonly outcome: BulkOutcome;
};

/** A change of many executions, done in the background, one after the other. */
export type BulkJob = {
  readonly __typename?: 'BulkJob';
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it ended. Null while it runs, or when the gateway that ran it is gone without a word. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** How many have `FAILED`. */
  readonly failed: Scalars['Int']['output'];
  /** For `bulkJob` and `abortBulkJob`. */
  readonly id: Scalars['ID']['output'];
  /** What became of each, in the order in which they are taken. */
  readonly items: ReadonlyArray<BulkItem>;
  /** What is done. */
  readonly kind: BulkKind;
  /** How many are `PENDING`. */
  readonly pending: Scalars['Int']['output'];
  /** How many were `REFUSED`. */
  readonly refused: Scalars['Int']['output'];
  /** Grows with every change of the job. */
  readonly revision: Scalars['Int']['output'];
  /** How far it is. */
  readonly state: BulkState;
  /** How many have `SUCCEEDED`. */
  readonly succeeded: Scalars['Int']['output'];
  /** How many executions it is about. */
  readonly total: Scalars['Int']['output'];
  /** Of how many it is `UNKNOWN` whether it was done. */
  readonly unknown: Scalars['Int']['output'];
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

/** What a bulk change is about to do. */
export type BulkPayload = {
  readonly __typename?: 'BulkPayload';
  /** The name that the change was given. */
  readonly clientMutationId?: Maybe<Scalars['String']['output']>;
  /** Which ones. */
  readonly executionIds: ReadonlyArray<Scalars['ID']['output']>;
  /** The job that does it. Null for a dry run. */
  readonly job?: Maybe<BulkJob>;
  /** How many executions it is about. */
  readonly matched: Scalars['Int']['output'];
  /**
   * Why it was not done, where that can be expected. What becomes of each execution is told by the job: a run that is not
   * in a state that allows the change is an item that was `REFUSED`.
   */
  readonly userErrors: ReadonlyArray<UserError>;
};

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

/** An argument of `executions`, and whether upstream applies it. */
export type Capability = {
  readonly __typename?: 'Capability';
  /** The argument, such as `sort` or `filter.workflowId`. */
  readonly argument: Scalars['String']['output'];
  /** Whether upstream applies it. */
  readonly state: CapabilityState;
};

/** Whether upstream applies an argument. */
export type CapabilityState =
  /** It does not: the argument is `NOT_SUPPORTED`, unless this gateway can serve it in another way. */
  | 'IGNORED'
  /** It does. */
  | 'SUPPORTED'
  /** Nobody has asked lately. */
  | 'UNKNOWN';

/** A connection of the linked account to an application. */
export type ConnectedAccount = {
  readonly __typename?: 'ConnectedAccount';
  /** How it was connected: `oauth2` or `keybased`. */
  readonly authType?: Maybe<Scalars['String']['output']>;
  /** When it was connected. */
  readonly connectedAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * Which account of the application; any JSON, as the application names it. Like `ExecutionNode.output`, without what
   * looks like secrets, and cut beyond 16,384 bytes.
   */
  readonly identifier?: Maybe<Scalars['JSON']['output']>;
  /** Its state, as upstream spells it. */
  readonly status?: Maybe<Scalars['String']['output']>;
};

/** The two environments of an organisation. */
export type Environment =
  /** What customers run. */
  | 'PRODUCTION'
  /** For trying things out. */
  | 'TEST';

/** One run of a workflow. */
export type Execution = {
  readonly __typename?: 'Execution';
  /** The application of the workflow. Its `id`, `name` and `icon` cost nothing; the rest is looked up, batched. */
  readonly application?: Maybe<Application>;
  /** When the run ended. */
  readonly completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** How far the run has come, from 0 to 100. In a list an upstream call for each row. */
  readonly completionPercentage?: Maybe<Scalars['Float']['output']>;
  /** The configuration of the workflow that it ran with. */
  readonly configId?: Maybe<Scalars['ID']['output']>;
  /** When the run was created. */
  readonly createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** How long the run took, in milliseconds. */
  readonly durationMs?: Maybe<Scalars['Float']['output']>;
  /** The environment it ran in. */
  readonly environment?: Maybe<Environment>;
  /** The event that started it. */
  readonly eventId?: Maybe<Scalars['ID']['output']>;
  /**
   * Why it failed; null unless it is `ERRORED` or `TIMED_OUT`. On a single execution it costs nothing beside its look-up.
   * In a list it takes the calls that nothing else of the operation could need, the newest run first, and those that are
   * remembered first of all: see `failureKnown`.
   */
  readonly failure?: Maybe<ExecutionFailure>;
  /** Whether `failure` tells all that upstream does. False where no call was left to look it up: ask again. */
  readonly failureKnown: Scalars['Boolean']['output'];
  /** The upstream's id: 24 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
  /** Whether it is the run of a sub-flow, which another run started. */
  readonly isChild?: Maybe<Scalars['Boolean']['output']>;
  /**
   * Whether the run repeats another one. Upstream says so in its name alone: `Retry for workflow`, and the workflow's id.
   * Also true for what this gateway has run again, whatever its name.
   */
  readonly isRerun: Scalars['Boolean']['output'];
  /** The linked account it belongs to. */
  readonly linkedAccountId?: Maybe<Scalars['ID']['output']>;
  /** What upstream calls the run. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /**
   * One step of the run; null when the run has none of that id, or has not come to it yet. Costs what `nodes` does, and
   * nothing beside it.
   */
  readonly node?: Maybe<ExecutionNode>;
  /** The steps of the run, in upstream's order. In a list an upstream call for each row. */
  readonly nodes?: Maybe<ReadonlyArray<ExecutionNode>>;
  /** The state as upstream spells it: the only place that tells values newer than this gateway apart. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
  /**
   * The run that this one repeats. Upstream does not tell: it is known for what was run again through this gateway with
   * the same credentials, as long as the gateway remembers. Null when it is not known. Its `id` costs nothing, the rest
   * one upstream call.
   */
  readonly rerunOf?: Maybe<Execution>;
  /**
   * The runs that repeat this one, oldest first: those made through this gateway with the same credentials, as long as
   * it remembers. There may be others. Their `id`s cost nothing, the rest one upstream call for each. Null when one of
   * them could not be looked up.
   */
  readonly reruns?: Maybe<ReadonlyArray<Execution>>;
  /** What started the run. */
  readonly source?: Maybe<ExecutionSource>;
  /** The state of the run. */
  readonly status: ExecutionStatus;
  /** Whether the caller waited for the run. */
  readonly type?: Maybe<ExecutionType>;
  /** When the run last changed. */
  readonly updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The workflow that ran. Its `id`, `name` and `icon` cost nothing; the rest is looked up, batched. */
  readonly workflow?: Maybe<Workflow>;
};


/** One run of a workflow. */
export type ExecutionNodeArgs = {
  id: Scalars['ID']['input'];
};

/** The executions created in one span of time. */
export type ExecutionBucket = {
  readonly __typename?: 'ExecutionBucket';
  /** How many of them are in each state that occurs. Null when they could not be counted. */
  readonly byStatus?: Maybe<ReadonlyArray<StatusCount>>;
  /** The first moment of the span. */
  readonly start: Scalars['DateTime']['output'];
  /** How many there are. Null when they could not be counted. */
  readonly total?: Maybe<Scalars['Int']['output']>;
};

/** The executions of a range of time, by when they were created. */
export type ExecutionBuckets = {
  readonly __typename?: 'ExecutionBuckets';
  /** The start of each span that could not be counted. */
  readonly missing: ReadonlyArray<Scalars['DateTime']['output']>;
  /** One for each span of the range, the oldest first; also those that could not be counted. */
  readonly nodes: ReadonlyArray<ExecutionBucket>;
  /** Whether some could not be counted for want of time or of upstream calls. */
  readonly partial: Scalars['Boolean']['output'];
};

/** What has happened to one run. */
export type ExecutionChange = {
  readonly __typename?: 'ExecutionChange';
  /** The run as this reading found it. */
  readonly execution: Execution;
  /** What it is. */
  readonly kind: ExecutionChangeKind;
};

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

/** What has happened in a list of executions. */
export type ExecutionChanges = {
  readonly __typename?: 'ExecutionChanges';
  /** When upstream was read. */
  readonly asOf?: Maybe<Scalars['DateTime']['output']>;
  /** What has happened; to one run, in the order in which it did. */
  readonly changes: ReadonlyArray<ExecutionChange>;
  /** Where a subscription with the same filter goes on, as its `after`, on any replica. Opaque. */
  readonly cursor: Scalars['String']['output'];
};

/** A page of executions. */
export type ExecutionConnection = {
  readonly __typename?: 'ExecutionConnection';
  /** The rows with their cursors. */
  readonly edges: ReadonlyArray<ExecutionEdge>;
  /** The rows. */
  readonly nodes: ReadonlyArray<Execution>;
  /** Where this page lies in the whole list. */
  readonly pageInfo: PageInfo;
  /** How many rows match the filter, over all pages. Null where upstream does not tell, or contradicts itself. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** How many executions there are. Each field costs only what it needs: what is not asked for is not counted. */
export type ExecutionCounts = {
  readonly __typename?: 'ExecutionCounts';
  /**
   * How many were created in each span of time. Needs `filter.startDate` or `filter.createdAfter`; without an end it goes
   * on to now. It gives way to what people wait for, and is elastic: it takes the calls that nothing else of the operation
   * could need. What could not be counted with those is told: ask again for more of it. At most 92 days, 14 by `HOUR`.
   */
  readonly buckets: ExecutionBuckets;
  /**
   * How many of them are in each state: those that the filter names, or all that there are. One upstream call where
   * all of them fit a page of the largest size; else one more for each state. It is elastic: it takes the calls that
   * nothing else of the operation could need, and what could not be counted with those is null.
   */
  readonly byStatus: ReadonlyArray<StatusCount>;
  /** Whether some of `total` and `byStatus`, where they are asked for, is not known: then it is null. */
  readonly partial: Scalars['Boolean']['output'];
  /**
   * How many match the filter. One upstream call, or one for each status that the filter names. Null where upstream does
   * not tell.
   */
  readonly total?: Maybe<Scalars['Int']['output']>;
};


/** How many executions there are. Each field costs only what it needs: what is not asked for is not counted. */
export type ExecutionCountsBucketsArgs = {
  timeZone?: Scalars['String']['input'];
  unit?: BucketUnit;
};

/** A row and its place. */
export type ExecutionEdge = {
  readonly __typename?: 'ExecutionEdge';
  /**
   * Opaque, and bound to the filter and sort it was made with. It marks this row: paging on from it neither repeats nor
   * skips a row that was in the list before, however many arrive meanwhile.
   */
  readonly cursor: Scalars['String']['output'];
  /** The row. */
  readonly node: Execution;
};

/** Why a run has failed, as far as upstream tells it. */
export type ExecutionFailure = {
  readonly __typename?: 'ExecutionFailure';
  /** The code of the error, in the application's words or as an HTTP status. Null when there is none. */
  readonly code?: Maybe<Scalars['String']['output']>;
  /**
   * What went wrong, read from the step's output: at most 1,000 characters, without secrets. Null when the output has
   * none of the forms that are known; it is never made up.
   */
  readonly message?: Maybe<Scalars['String']['output']>;
  /** The `nodeId` of the step that it failed at. Null when no step says that it failed. */
  readonly nodeId?: Maybe<Scalars['ID']['output']>;
  /** What that step is called. */
  readonly nodeName?: Maybe<Scalars['String']['output']>;
  /** When the run ended: steps carry no times. Null when upstream does not tell. */
  readonly occurredAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Failed runs whose messages differ in ids, numbers, times and queries of URLs only. */
export type ExecutionFailureGroup = {
  readonly __typename?: 'ExecutionFailureGroup';
  /** How many of the examined runs are in it. */
  readonly count: Scalars['Int']['output'];
  /** All of them, the newest first. */
  readonly executionIds: ReadonlyArray<Scalars['ID']['output']>;
  /** The same for the same kind of message. Not a key for caches: the runs in a group change. */
  readonly fingerprint: Scalars['ID']['output'];
  /** When the oldest of them was created. */
  readonly firstSeen?: Maybe<Scalars['DateTime']['output']>;
  /** When the newest of them was created. */
  readonly lastSeen?: Maybe<Scalars['DateTime']['output']>;
  /** The newest run's message. Null for the group of runs whose message is not known. */
  readonly message?: Maybe<Scalars['String']['output']>;
  /** What the step is called that all of them failed at. Null where they failed at different ones. */
  readonly nodeName?: Maybe<Scalars['String']['output']>;
  /** The newest of them, with its steps. */
  readonly sample: Execution;
  /** The workflow that all of them are runs of. Null where there are several. */
  readonly workflow?: Maybe<Workflow>;
};

/** The newest failed runs that match, grouped by what went wrong. */
export type ExecutionFailures = {
  readonly __typename?: 'ExecutionFailures';
  /** How many failed runs are in the groups. */
  readonly examined: Scalars['Int']['output'];
  /** The largest first; of equal ones the one seen last. */
  readonly groups: ReadonlyArray<ExecutionFailureGroup>;
  /** Whether failed runs that match are in no group, for want of upstream calls: ask again for more of them. */
  readonly partial: Scalars['Boolean']['output'];
};

/**
 * Narrows a list of executions. Every field that is given must match; a field left out, or null, matches all. A field that
 * upstream does not apply is `NOT_SUPPORTED`, never other rows; `Viewer.capabilities` tells what is known of that.
 */
export type ExecutionFilter = {
  /** Runs of workflows of these applications. */
  readonly applicationSlugs?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Created at this time or later. `NOT_SUPPORTED` where upstream knows days only. */
  readonly createdAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Created before this time. `NOT_SUPPORTED` where upstream knows days only. */
  readonly createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Created on this day or earlier. Not before `startDate`. */
  readonly endDate?: InputMaybe<Scalars['Date']['input']>;
  /** The one run with this id. */
  readonly executionId?: InputMaybe<Scalars['ID']['input']>;
  /** What started the run. */
  readonly source?: InputMaybe<ExecutionSource>;
  /** Created on this day or later. */
  readonly startDate?: InputMaybe<Scalars['Date']['input']>;
  /**
   * The state of the run: any of these. Each value costs an upstream call, and with several, pages end at row 1,000.
   * `QUEUED`, `WAITING`, `TERMINATED` and `UNKNOWN` cannot be filtered by.
   */
  readonly status?: InputMaybe<ReadonlyArray<ExecutionStatus>>;
  /** Whether the caller waited for the run. */
  readonly type?: InputMaybe<ExecutionType>;
  /** Runs of this workflow. */
  readonly workflowId?: InputMaybe<Scalars['ID']['input']>;
  /** Runs of workflows of this name. */
  readonly workflowName?: InputMaybe<Scalars['String']['input']>;
};

/** A step of a run. */
export type ExecutionNode = {
  readonly __typename?: 'ExecutionNode';
  /** How often it was tried. */
  readonly attempts?: Maybe<Scalars['Int']['output']>;
  /** The sub-runs of a batch node; `NOT_SUPPORTED` for any other, and where upstream lists none. One upstream call a page. */
  readonly batches?: Maybe<NodeBatchConnection>;
  /** How long it took, in milliseconds. */
  readonly durationMs?: Maybe<Scalars['Float']['output']>;
  /** Unique over all steps of all runs, and the same as long as the run goes on. Opaque. */
  readonly id: Scalars['ID']['output'];
  /** What it was sent, any JSON; see `output`. */
  readonly input?: Maybe<Scalars['JSON']['output']>;
  /** Whether it ran once for each of a batch; then `batches` tells of each. */
  readonly isBatch?: Maybe<Scalars['Boolean']['output']>;
  /** How often it may be tried. */
  readonly maxAttempts?: Maybe<Scalars['Int']['output']>;
  /** What it is called. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** The step's id within its workflow: `1`, `2` and so on. The same in every run, and not unique within one. */
  readonly nodeId: Scalars['ID']['output'];
  /**
   * What it gave out last, any JSON. Values under keys that look like secrets read `[redacted]`. One larger than
   * `maxBytes` is cut: `{ "truncated": true, "bytes": <its size>, "preview": "<its first maxBytes bytes, as text>" }`.
   */
  readonly output?: Maybe<Scalars['JSON']['output']>;
  /** The state as upstream spells it: the only place that tells values newer than this gateway apart. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
  /** The request that it made, as a command of curl; see `output`. */
  readonly requestCurl?: Maybe<Scalars['JSON']['output']>;
  /** Its state. */
  readonly status: ExecutionNodeStatus;
  /** The kind of step, as upstream calls it: `start`, `action` and others. */
  readonly type?: Maybe<Scalars['String']['output']>;
};


/** A step of a run. */
export type ExecutionNodeBatchesArgs = {
  page?: InputMaybe<PageInput>;
  status?: InputMaybe<Scalars['String']['input']>;
};


/** A step of a run. */
export type ExecutionNodeInputArgs = {
  maxBytes?: InputMaybe<Scalars['Int']['input']>;
};


/** A step of a run. */
export type ExecutionNodeOutputArgs = {
  maxBytes?: InputMaybe<Scalars['Int']['input']>;
};


/** A step of a run. */
export type ExecutionNodeRequestCurlArgs = {
  maxBytes?: InputMaybe<Scalars['Int']['input']>;
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

/**
 * Changes, for the linked account that the request signs in as. None of them is ever repeated by the gateway: where
 * upstream does not say whether it was done, the error is `UPSTREAM_UNAVAILABLE` with `extensions.outcome: "UNKNOWN"`,
 * and only a look at the executions can tell. An error without `outcome` means that it was not done. A change that
 * fails is null, and leaves the answers of those beside it.
 */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Sends no more items of a job: those in flight finish, the others become `NOT_DONE`. The job as it is now; null when
   * it is unknown or another caller's. A job that has ended stays as it is.
   */
  readonly abortBulkJob?: Maybe<BulkJob>;
  /** Runs a failed or stopped execution again, with its original payload. Each call starts a new run. */
  readonly rerunExecution?: Maybe<RerunExecutionPayload>;
  /**
   * Runs many failed or stopped executions again. The job goes on when the client goes away. With the same
   * `clientMutationId` it is safe to ask twice: no execution is run again a second time.
   */
  readonly rerunExecutions?: Maybe<BulkPayload>;
  /** Asks a run to stop. It is `STOPPING` first and `STOPPED` a little later. */
  readonly stopExecution?: Maybe<StopExecutionPayload>;
  /** Asks many runs to stop; otherwise as `rerunExecutions`. */
  readonly stopExecutions?: Maybe<BulkPayload>;
};


/**
 * Changes, for the linked account that the request signs in as. None of them is ever repeated by the gateway: where
 * upstream does not say whether it was done, the error is `UPSTREAM_UNAVAILABLE` with `extensions.outcome: "UNKNOWN"`,
 * and only a look at the executions can tell. An error without `outcome` means that it was not done. A change that
 * fails is null, and leaves the answers of those beside it.
 */
export type MutationAbortBulkJobArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Changes, for the linked account that the request signs in as. None of them is ever repeated by the gateway: where
 * upstream does not say whether it was done, the error is `UPSTREAM_UNAVAILABLE` with `extensions.outcome: "UNKNOWN"`,
 * and only a look at the executions can tell. An error without `outcome` means that it was not done. A change that
 * fails is null, and leaves the answers of those beside it.
 */
export type MutationRerunExecutionArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Changes, for the linked account that the request signs in as. None of them is ever repeated by the gateway: where
 * upstream does not say whether it was done, the error is `UPSTREAM_UNAVAILABLE` with `extensions.outcome: "UNKNOWN"`,
 * and only a look at the executions can tell. An error without `outcome` means that it was not done. A change that
 * fails is null, and leaves the answers of those beside it.
 */
export type MutationRerunExecutionsArgs = {
  input: BulkInput;
};


/**
 * Changes, for the linked account that the request signs in as. None of them is ever repeated by the gateway: where
 * upstream does not say whether it was done, the error is `UPSTREAM_UNAVAILABLE` with `extensions.outcome: "UNKNOWN"`,
 * and only a look at the executions can tell. An error without `outcome` means that it was not done. A change that
 * fails is null, and leaves the answers of those beside it.
 */
export type MutationStopExecutionArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Changes, for the linked account that the request signs in as. None of them is ever repeated by the gateway: where
 * upstream does not say whether it was done, the error is `UPSTREAM_UNAVAILABLE` with `extensions.outcome: "UNKNOWN"`,
 * and only a look at the executions can tell. An error without `outcome` means that it was not done. A change that
 * fails is null, and leaves the answers of those beside it.
 */
export type MutationStopExecutionsArgs = {
  input: BulkInput;
};

/** A sub-run of a batch node. */
export type NodeBatch = {
  readonly __typename?: 'NodeBatch';
  /** Its number in the batch, as upstream counts. */
  readonly index?: Maybe<Scalars['Int']['output']>;
  /** What it gave out; see `ExecutionNode.output`. */
  readonly output?: Maybe<Scalars['JSON']['output']>;
  /** Its state, as upstream spells it. */
  readonly status?: Maybe<Scalars['String']['output']>;
};


/** A sub-run of a batch node. */
export type NodeBatchOutputArgs = {
  maxBytes?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of a batch node's sub-runs. */
export type NodeBatchConnection = {
  readonly __typename?: 'NodeBatchConnection';
  /** The rows. */
  readonly nodes: ReadonlyArray<NodeBatch>;
  /** Where this page lies in the whole list. */
  readonly pageInfo: PageInfo;
  /** How many rows match, over all pages. Null where upstream does not tell, or contradicts itself. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** Where a page lies in the whole list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** This page's number. Null when a Relay window does not fall on a page of its size. */
  readonly currentPage?: Maybe<Scalars['Int']['output']>;
  /** The last row's cursor. Null on an empty page, and where rows have no cursors. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether rows follow this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether rows precede this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The next page's number, where there is one. */
  readonly nextPage?: Maybe<Scalars['Int']['output']>;
  /** Rows to a page, as asked for. */
  readonly pageSize?: Maybe<Scalars['Int']['output']>;
  /** The previous page's number, where there is one. */
  readonly previousPage?: Maybe<Scalars['Int']['output']>;
  /** The first row's cursor. Null on an empty page, and where rows have no cursors. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** The place of the first row in the whole list, from 1. */
  readonly startIndex?: Maybe<Scalars['Int']['output']>;
  /** How many pages of this size there are; at least 1. Null where `totalCount` is. */
  readonly totalPages?: Maybe<Scalars['Int']['output']>;
};

/** A numbered page. */
export type PageInput = {
  /** From 1. A page past the end is empty. */
  readonly number?: InputMaybe<Scalars['Int']['input']>;
  /** Rows to a page, from 1 to the gateway's maximum (100 unless configured otherwise). */
  readonly size?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type Query = {
  readonly __typename?: 'Query';
  /** One application, or null with a `NOT_FOUND` error when it is unknown. */
  readonly application?: Maybe<Application>;
  /** Every application that the organisation has enabled, with this linked account's connections to it. */
  readonly applications?: Maybe<ReadonlyArray<Application>>;
  /** A job of this caller; null when it is unknown or another caller's. It costs no upstream call. */
  readonly bulkJob?: Maybe<BulkJob>;
  /** One execution; null when it is unknown or another account's. With its nodes it costs one upstream call. */
  readonly execution?: Maybe<Execution>;
  /** How many executions there are, by state and by day: the numbers beside the filters of a run history. */
  readonly executionCounts?: Maybe<ExecutionCounts>;
  /**
   * Why runs failed: the newest failed ones that match, grouped by their message. One upstream call for each failed state
   * that the filter names, or two. The details are looked up with the calls that nothing else of the operation could need,
   * the newest first, and remembered: `partial` says that asking again would tell of more.
   */
  readonly executionFailures?: Maybe<ExecutionFailures>;
  /**
   * Runs of the linked account, newest first unless `sort` says otherwise.
   *
   * Page in one of two ways, never both at once: `page` for numbered pages, or `first`/`after`/`last`/`before` for
   * the Relay style. Either way a page costs one upstream call for each status asked for; `last` without `before` costs
   * two, or one where the list is no longer than that.
   *
   * Cursors mark rows: a walk meets every row that was there when it began, and matches all the while, exactly once and in
   * order. It costs one more call where so many rows have arrived that the cursor's row is on another page. Page numbers
   * are plain offsets, and rows move on to the next page as new ones arrive.
   */
  readonly executions?: Maybe<ExecutionConnection>;
  /** Who is asking, and within which limits. */
  readonly viewer: Viewer;
  /** One workflow, or null with a `NOT_FOUND` error when it is unknown. */
  readonly workflow?: Maybe<Workflow>;
  /** Workflows that the linked account can run. Page by number or with `first`/`after`, as in `executions`. */
  readonly workflows?: Maybe<WorkflowConnection>;
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryApplicationArgs = {
  slug: Scalars['String']['input'];
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryApplicationsArgs = {
  connected?: InputMaybe<Scalars['Boolean']['input']>;
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryBulkJobArgs = {
  afterRevision?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryExecutionArgs = {
  id: Scalars['ID']['input'];
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryExecutionCountsArgs = {
  filter?: InputMaybe<ExecutionFilter>;
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryExecutionFailuresArgs = {
  filter?: InputMaybe<ExecutionFilter>;
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryExecutionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ExecutionFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  page?: InputMaybe<PageInput>;
  sort?: InputMaybe<SortDirection>;
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryWorkflowArgs = {
  id: Scalars['ID']['input'];
};


/**
 * The run history of your customers' integrations. Every field answers for the linked account that the request
 * signs in as, and for no other. One that fails is null and leaves the others.
 */
export type QueryWorkflowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<WorkflowFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  page?: InputMaybe<PageInput>;
};

/** What became of running an execution again. */
export type RerunExecutionPayload = {
  readonly __typename?: 'RerunExecutionPayload';
  /** The new run. Null when there is none, or when it could not be looked up. */
  readonly execution?: Maybe<Execution>;
  /** The new run's id. Null when there is none. */
  readonly executionId?: Maybe<Scalars['ID']['output']>;
  /** The run that was run again. */
  readonly originalExecutionId: Scalars['ID']['output'];
  /** Why it was not done. Empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
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

/** How many executions are in one state. */
export type StatusCount = {
  readonly __typename?: 'StatusCount';
  /** How many are in it. Null where that is not known. */
  readonly count?: Maybe<Scalars['Int']['output']>;
  /** The state. `UNKNOWN` stands for all that are newer than this gateway. */
  readonly status: ExecutionStatus;
};

/** What became of asking a run to stop. */
export type StopExecutionPayload = {
  readonly __typename?: 'StopExecutionPayload';
  /** The run as it is now. Null when it could not be looked up. */
  readonly execution?: Maybe<Execution>;
  /** What upstream said. Null when it refused. */
  readonly message?: Maybe<Scalars['String']['output']>;
  /** Why it was not done. Empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/**
 * What happens while somebody watches, over WebSocket (`graphql-transport-ws`), server-sent events or multipart. The first
 * event is the state now; each further one is a change. Upstream is read once for everybody who watches the same.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * A job now, and whenever it has changed: several changes are told at once where the client is slow. It ends with the job.
   * Null, and then the end, when the job is unknown or another caller's. A job that goes on by itself at another replica is
   * watched on. It costs no upstream call.
   */
  readonly bulkJobChanged?: Maybe<BulkJob>;
  /**
   * One run: as it is now, and whenever its state changes; its steps and its progress, too, where they are selected. The
   * last event is its end. Null, and then nothing more, where there is no such run for the caller.
   */
  readonly executionChanged?: Maybe<Execution>;
  /**
   * What happens in a list: one event for each reading of it that finds something. The first one has the newest page and
   * every run that goes on, each `PRESENT`; it may be empty. Merge all of them by the id of the run.
   */
  readonly executionsChanged: ExecutionChanges;
  /** What is left of the upstream requests that the caller may cause: now, and whenever that changes, once a second at the most. */
  readonly upstreamBudgetChanged?: Maybe<UpstreamBudget>;
};


/**
 * What happens while somebody watches, over WebSocket (`graphql-transport-ws`), server-sent events or multipart. The first
 * event is the state now; each further one is a change. Upstream is read once for everybody who watches the same.
 */
export type SubscriptionBulkJobChangedArgs = {
  id: Scalars['ID']['input'];
};


/**
 * What happens while somebody watches, over WebSocket (`graphql-transport-ws`), server-sent events or multipart. The first
 * event is the state now; each further one is a change. Upstream is read once for everybody who watches the same.
 */
export type SubscriptionExecutionChangedArgs = {
  id: Scalars['ID']['input'];
};


/**
 * What happens while somebody watches, over WebSocket (`graphql-transport-ws`), server-sent events or multipart. The first
 * event is the state now; each further one is a change. Upstream is read once for everybody who watches the same.
 */
export type SubscriptionExecutionsChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ExecutionFilter>;
};

/** What is left of the upstream requests that a caller may cause, at one moment. */
export type UpstreamBudget = {
  readonly __typename?: 'UpstreamBudget';
  /** How many may go at once now. */
  readonly available: Scalars['Int']['output'];
  /** How many requests may go at once after a pause: what upstream allows, less a reserve. */
  readonly maximum: Scalars['Int']['output'];
  /** How many wait for their turn. */
  readonly queued: Scalars['Int']['output'];
  /** How many more may go with every second. */
  readonly restorePerSecond: Scalars['Float']['output'];
  /** Whose requests these figures count. */
  readonly scope: BudgetScope;
};

/** Something that can be expected to go wrong. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** What it is. */
  readonly code: UserErrorCode;
  /** The argument that it is about, such as `id`. Null: none in particular. */
  readonly field?: Maybe<Scalars['String']['output']>;
  /** The same in words. */
  readonly message: Scalars['String']['output'];
};

/** The things that can be expected to go wrong. */
export type UserErrorCode =
  /** The run is not in a state that allows this: it has ended already, or it did not fail. */
  | 'NOT_ALLOWED';

/** How the request signed in, and what follows from it. */
export type Viewer = {
  readonly __typename?: 'Viewer';
  /**
   * Which arguments of `executions` upstream applies, as far as that is known for this caller. No upstream call: it is learned
   * from what is asked, and counts for ten minutes.
   */
  readonly capabilities: ReadonlyArray<Capability>;
  /** The environment that the API key belongs to. Null for a session token: only upstream can read it. */
  readonly environment?: Maybe<Environment>;
  /** The linked account. Null for a session token: only upstream can read it. */
  readonly linkedAccountId?: Maybe<Scalars['ID']['output']>;
  /** The way of signing in that this request used. */
  readonly signIn: SignInMethod;
  /** What is left of the upstream requests that this caller may cause. No upstream call. */
  readonly upstreamBudget: UpstreamBudget;
};

/** An integration that can run. */
export type Workflow = {
  readonly __typename?: 'Workflow';
  /** The name that it has in code, such as `post_message`. */
  readonly alias?: Maybe<Scalars['String']['output']>;
  /** Its application. */
  readonly application?: Maybe<Application>;
  /** When it was created. */
  readonly createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** What it does. */
  readonly description?: Maybe<Scalars['String']['output']>;
  /** The environment it belongs to. */
  readonly environment?: Maybe<Environment>;
  /** Address of its picture. May be empty. */
  readonly icon?: Maybe<Scalars['String']['output']>;
  /** The upstream's id: 24 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
  /** What it is called. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** Whether it is published. */
  readonly published?: Maybe<Scalars['Boolean']['output']>;
  /** The slug of its application. */
  readonly slug?: Maybe<Scalars['String']['output']>;
  /** When it last changed. */
  readonly updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its version number. */
  readonly version?: Maybe<Scalars['Int']['output']>;
};

/** A page of workflows. */
export type WorkflowConnection = {
  readonly __typename?: 'WorkflowConnection';
  /** The rows with their cursors. */
  readonly edges: ReadonlyArray<WorkflowEdge>;
  /** The rows. */
  readonly nodes: ReadonlyArray<Workflow>;
  /** Where this page lies in the whole list. */
  readonly pageInfo: PageInfo;
  /** How many rows match the filter, over all pages. Null where upstream does not tell, or contradicts itself. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A row and its place. */
export type WorkflowEdge = {
  readonly __typename?: 'WorkflowEdge';
  /** Opaque, and bound to the filter it was made with. */
  readonly cursor: Scalars['String']['output'];
  /** The row. */
  readonly node: Workflow;
};

/** Narrows a list of workflows. Every field that is given must match; a field left out, or null, matches all. */
export type WorkflowFilter = {
  /** Workflows of the application with this id. */
  readonly applicationId?: InputMaybe<Scalars['ID']['input']>;
  /** Workflows of the application with this slug. */
  readonly applicationSlug?: InputMaybe<Scalars['String']['input']>;
  /** Created on this day or earlier. Not before `startDate`. */
  readonly endDate?: InputMaybe<Scalars['Date']['input']>;
  /** Workflows whose name matches this regular expression, as upstream reads it. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Published ones, or unpublished ones. */
  readonly published?: InputMaybe<Scalars['Boolean']['input']>;
  /** `PUBLIC` when left out. */
  readonly scope?: InputMaybe<WorkflowScope>;
  /** Created on this day or later. */
  readonly startDate?: InputMaybe<Scalars['Date']['input']>;
};

/** Whose workflows. */
export type WorkflowScope =
  /** Those of the linked account itself. */
  | 'PRIVATE'
  /** Those the organisation offers to every linked account. */
  | 'PUBLIC';



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Application: ResolverTypeWrapper<ApplicationRef>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  BucketUnit: BucketUnit;
  BudgetScope: BudgetScope;
  BulkInput: BulkInput;
  BulkItem: ResolverTypeWrapper<BulkItem>;
  BulkJob: ResolverTypeWrapper<BulkJobModel>;
  BulkKind: BulkKind;
  BulkOutcome: BulkOutcome;
  BulkPayload: ResolverTypeWrapper<Omit<BulkPayload, 'job'> & { job?: Maybe<ResolversTypes['BulkJob']> }>;
  BulkState: BulkState;
  Capability: ResolverTypeWrapper<Capability>;
  CapabilityState: CapabilityState;
  ConnectedAccount: ResolverTypeWrapper<ConnectedAccount>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Environment: Environment;
  Execution: ResolverTypeWrapper<ExecutionRef>;
  ExecutionBucket: ResolverTypeWrapper<ExecutionBucket>;
  ExecutionBuckets: ResolverTypeWrapper<ExecutionBuckets>;
  ExecutionChange: ResolverTypeWrapper<Omit<ExecutionChange, 'execution'> & { execution: ResolversTypes['Execution'] }>;
  ExecutionChangeKind: ExecutionChangeKind;
  ExecutionChanges: ResolverTypeWrapper<Omit<ExecutionChanges, 'changes'> & { changes: ReadonlyArray<ResolversTypes['ExecutionChange']> }>;
  ExecutionConnection: ResolverTypeWrapper<Connection<ExecutionRef>>;
  ExecutionCounts: ResolverTypeWrapper<LazyCounts>;
  ExecutionEdge: ResolverTypeWrapper<Omit<ExecutionEdge, 'node'> & { node: ResolversTypes['Execution'] }>;
  ExecutionFailure: ResolverTypeWrapper<ExecutionFailure>;
  ExecutionFailureGroup: ResolverTypeWrapper<FailureGroup>;
  ExecutionFailures: ResolverTypeWrapper<Omit<ExecutionFailures, 'groups'> & { groups: ReadonlyArray<ResolversTypes['ExecutionFailureGroup']> }>;
  ExecutionFilter: ExecutionFilter;
  ExecutionNode: ResolverTypeWrapper<ExecutionNodeModel>;
  ExecutionNodeStatus: ExecutionNodeStatus;
  ExecutionSource: ExecutionSource;
  ExecutionStatus: ExecutionStatus;
  ExecutionType: ExecutionType;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NodeBatch: ResolverTypeWrapper<NodeBatchModel>;
  NodeBatchConnection: ResolverTypeWrapper<Connection<NodeBatchModel>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PageInput: PageInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RerunExecutionPayload: ResolverTypeWrapper<Omit<RerunExecutionPayload, 'execution'> & { execution?: Maybe<ResolversTypes['Execution']> }>;
  SignInMethod: SignInMethod;
  SortDirection: SortDirection;
  StatusCount: ResolverTypeWrapper<StatusCount>;
  StopExecutionPayload: ResolverTypeWrapper<Omit<StopExecutionPayload, 'execution'> & { execution?: Maybe<ResolversTypes['Execution']> }>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UpstreamBudget: ResolverTypeWrapper<UpstreamBudgetModel>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Viewer: ResolverTypeWrapper<Omit<Viewer, 'upstreamBudget'> & { upstreamBudget: ResolversTypes['UpstreamBudget'] }>;
  Workflow: ResolverTypeWrapper<WorkflowRef>;
  WorkflowConnection: ResolverTypeWrapper<Connection<WorkflowRef>>;
  WorkflowEdge: ResolverTypeWrapper<Omit<WorkflowEdge, 'node'> & { node: ResolversTypes['Workflow'] }>;
  WorkflowFilter: WorkflowFilter;
  WorkflowScope: WorkflowScope;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Application: ApplicationRef;
  Boolean: Scalars['Boolean']['output'];
  BulkInput: BulkInput;
  BulkItem: BulkItem;
  BulkJob: BulkJobModel;
  BulkPayload: Omit<BulkPayload, 'job'> & { job?: Maybe<ResolversParentTypes['BulkJob']> };
  Capability: Capability;
  ConnectedAccount: ConnectedAccount;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Execution: ExecutionRef;
  ExecutionBucket: ExecutionBucket;
  ExecutionBuckets: ExecutionBuckets;
  ExecutionChange: Omit<ExecutionChange, 'execution'> & { execution: ResolversParentTypes['Execution'] };
  ExecutionChanges: Omit<ExecutionChanges, 'changes'> & { changes: ReadonlyArray<ResolversParentTypes['ExecutionChange']> };
  ExecutionConnection: Connection<ExecutionRef>;
  ExecutionCounts: LazyCounts;
  ExecutionEdge: Omit<ExecutionEdge, 'node'> & { node: ResolversParentTypes['Execution'] };
  ExecutionFailure: ExecutionFailure;
  ExecutionFailureGroup: FailureGroup;
  ExecutionFailures: Omit<ExecutionFailures, 'groups'> & { groups: ReadonlyArray<ResolversParentTypes['ExecutionFailureGroup']> };
  ExecutionFilter: ExecutionFilter;
  ExecutionNode: ExecutionNodeModel;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  JSON: Scalars['JSON']['output'];
  Mutation: Record<PropertyKey, never>;
  NodeBatch: NodeBatchModel;
  NodeBatchConnection: Connection<NodeBatchModel>;
  PageInfo: PageInfo;
  PageInput: PageInput;
  Query: Record<PropertyKey, never>;
  RerunExecutionPayload: Omit<RerunExecutionPayload, 'execution'> & { execution?: Maybe<ResolversParentTypes['Execution']> };
  StatusCount: StatusCount;
  StopExecutionPayload: Omit<StopExecutionPayload, 'execution'> & { execution?: Maybe<ResolversParentTypes['Execution']> };
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  UpstreamBudget: UpstreamBudgetModel;
  UserError: UserError;
  Viewer: Omit<Viewer, 'upstreamBudget'> & { upstreamBudget: ResolversParentTypes['UpstreamBudget'] };
  Workflow: WorkflowRef;
  WorkflowConnection: Connection<WorkflowRef>;
  WorkflowEdge: Omit<WorkflowEdge, 'node'> & { node: ResolversParentTypes['Workflow'] };
  WorkflowFilter: WorkflowFilter;
};

export type ApplicationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Application'] = ResolversParentTypes['Application']> = {
  authType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  connected?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  connectedAccounts?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ConnectedAccount']>>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  ecosystem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  icon?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reauthRequired?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  slug?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tags?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type BulkItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BulkItem'] = ResolversParentTypes['BulkItem']> = {
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  executionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  newExecutionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['BulkOutcome'], ParentType, ContextType>;
};

export type BulkJobResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BulkJob'] = ResolversParentTypes['BulkJob']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<ReadonlyArray<ResolversTypes['BulkItem']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['BulkKind'], ParentType, ContextType>;
  pending?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['BulkState'], ParentType, ContextType>;
  succeeded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unknown?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type BulkPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BulkPayload'] = ResolversParentTypes['BulkPayload']> = {
  clientMutationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  executionIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['BulkJob']>, ParentType, ContextType>;
  matched?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CapabilityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Capability'] = ResolversParentTypes['Capability']> = {
  argument?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['CapabilityState'], ParentType, ContextType>;
};

export type ConnectedAccountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConnectedAccount'] = ResolversParentTypes['ConnectedAccount']> = {
  authType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  connectedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  identifier?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type ExecutionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Execution'] = ResolversParentTypes['Execution']> = {
  application?: Resolver<Maybe<ResolversTypes['Application']>, ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  completionPercentage?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  configId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  environment?: Resolver<Maybe<ResolversTypes['Environment']>, ParentType, ContextType>;
  eventId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['ExecutionFailure']>, ParentType, ContextType>;
  failureKnown?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isChild?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  isRerun?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  linkedAccountId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['ExecutionNode']>, ParentType, ContextType, RequireFields<ExecutionNodeArgs, 'id'>>;
  nodes?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ExecutionNode']>>, ParentType, ContextType>;
  rawStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rerunOf?: Resolver<Maybe<ResolversTypes['Execution']>, ParentType, ContextType>;
  reruns?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Execution']>>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['ExecutionSource']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ExecutionStatus'], ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['ExecutionType']>, ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  workflow?: Resolver<Maybe<ResolversTypes['Workflow']>, ParentType, ContextType>;
};

export type ExecutionBucketResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionBucket'] = ResolversParentTypes['ExecutionBucket']> = {
  byStatus?: Resolver<Maybe<ReadonlyArray<ResolversTypes['StatusCount']>>, ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ExecutionBucketsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionBuckets'] = ResolversParentTypes['ExecutionBuckets']> = {
  missing?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ExecutionBucket']>, ParentType, ContextType>;
  partial?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ExecutionChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionChange'] = ResolversParentTypes['ExecutionChange']> = {
  execution?: Resolver<ResolversTypes['Execution'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ExecutionChangeKind'], ParentType, ContextType>;
};

export type ExecutionChangesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionChanges'] = ResolversParentTypes['ExecutionChanges']> = {
  asOf?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  changes?: Resolver<ReadonlyArray<ResolversTypes['ExecutionChange']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ExecutionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionConnection'] = ResolversParentTypes['ExecutionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ExecutionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Execution']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ExecutionCountsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionCounts'] = ResolversParentTypes['ExecutionCounts']> = {
  buckets?: Resolver<ResolversTypes['ExecutionBuckets'], ParentType, ContextType, RequireFields<ExecutionCountsBucketsArgs, 'timeZone' | 'unit'>>;
  byStatus?: Resolver<ReadonlyArray<ResolversTypes['StatusCount']>, ParentType, ContextType>;
  partial?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ExecutionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionEdge'] = ResolversParentTypes['ExecutionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Execution'], ParentType, ContextType>;
};

export type ExecutionFailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionFailure'] = ResolversParentTypes['ExecutionFailure']> = {
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nodeId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  nodeName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  occurredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ExecutionFailureGroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionFailureGroup'] = ResolversParentTypes['ExecutionFailureGroup']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  executionIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  fingerprint?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  firstSeen?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastSeen?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nodeName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sample?: Resolver<ResolversTypes['Execution'], ParentType, ContextType>;
  workflow?: Resolver<Maybe<ResolversTypes['Workflow']>, ParentType, ContextType>;
};

export type ExecutionFailuresResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionFailures'] = ResolversParentTypes['ExecutionFailures']> = {
  examined?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  groups?: Resolver<ReadonlyArray<ResolversTypes['ExecutionFailureGroup']>, ParentType, ContextType>;
  partial?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ExecutionNodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutionNode'] = ResolversParentTypes['ExecutionNode']> = {
  attempts?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  batches?: Resolver<Maybe<ResolversTypes['NodeBatchConnection']>, ParentType, ContextType, Partial<ExecutionNodeBatchesArgs>>;
  durationMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  input?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, RequireFields<ExecutionNodeInputArgs, 'maxBytes'>>;
  isBatch?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  maxAttempts?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nodeId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  output?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, RequireFields<ExecutionNodeOutputArgs, 'maxBytes'>>;
  rawStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestCurl?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, RequireFields<ExecutionNodeRequestCurlArgs, 'maxBytes'>>;
  status?: Resolver<ResolversTypes['ExecutionNodeStatus'], ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  abortBulkJob?: Resolver<Maybe<ResolversTypes['BulkJob']>, ParentType, ContextType, RequireFields<MutationAbortBulkJobArgs, 'id'>>;
  rerunExecution?: Resolver<Maybe<ResolversTypes['RerunExecutionPayload']>, ParentType, ContextType, RequireFields<MutationRerunExecutionArgs, 'id'>>;
  rerunExecutions?: Resolver<Maybe<ResolversTypes['BulkPayload']>, ParentType, ContextType, RequireFields<MutationRerunExecutionsArgs, 'input'>>;
  stopExecution?: Resolver<Maybe<ResolversTypes['StopExecutionPayload']>, ParentType, ContextType, RequireFields<MutationStopExecutionArgs, 'id'>>;
  stopExecutions?: Resolver<Maybe<ResolversTypes['BulkPayload']>, ParentType, ContextType, RequireFields<MutationStopExecutionsArgs, 'input'>>;
};

export type NodeBatchResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NodeBatch'] = ResolversParentTypes['NodeBatch']> = {
  index?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  output?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, RequireFields<NodeBatchOutputArgs, 'maxBytes'>>;
  status?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type NodeBatchConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NodeBatchConnection'] = ResolversParentTypes['NodeBatchConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['NodeBatch']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  currentPage?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  nextPage?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  pageSize?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  previousPage?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  startIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  totalPages?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  application?: Resolver<Maybe<ResolversTypes['Application']>, ParentType, ContextType, RequireFields<QueryApplicationArgs, 'slug'>>;
  applications?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Application']>>, ParentType, ContextType, Partial<QueryApplicationsArgs>>;
  bulkJob?: Resolver<Maybe<ResolversTypes['BulkJob']>, ParentType, ContextType, RequireFields<QueryBulkJobArgs, 'id'>>;
  execution?: Resolver<Maybe<ResolversTypes['Execution']>, ParentType, ContextType, RequireFields<QueryExecutionArgs, 'id'>>;
  executionCounts?: Resolver<Maybe<ResolversTypes['ExecutionCounts']>, ParentType, ContextType, Partial<QueryExecutionCountsArgs>>;
  executionFailures?: Resolver<Maybe<ResolversTypes['ExecutionFailures']>, ParentType, ContextType, Partial<QueryExecutionFailuresArgs>>;
  executions?: Resolver<Maybe<ResolversTypes['ExecutionConnection']>, ParentType, ContextType, RequireFields<QueryExecutionsArgs, 'sort'>>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
  workflow?: Resolver<Maybe<ResolversTypes['Workflow']>, ParentType, ContextType, RequireFields<QueryWorkflowArgs, 'id'>>;
  workflows?: Resolver<Maybe<ResolversTypes['WorkflowConnection']>, ParentType, ContextType, Partial<QueryWorkflowsArgs>>;
};

export type RerunExecutionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RerunExecutionPayload'] = ResolversParentTypes['RerunExecutionPayload']> = {
  execution?: Resolver<Maybe<ResolversTypes['Execution']>, ParentType, ContextType>;
  executionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  originalExecutionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type StatusCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StatusCount'] = ResolversParentTypes['StatusCount']> = {
  count?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ExecutionStatus'], ParentType, ContextType>;
};

export type StopExecutionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StopExecutionPayload'] = ResolversParentTypes['StopExecutionPayload']> = {
  execution?: Resolver<Maybe<ResolversTypes['Execution']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  bulkJobChanged?: SubscriptionResolver<Maybe<ResolversTypes['BulkJob']>, "bulkJobChanged", ParentType, ContextType, RequireFields<SubscriptionBulkJobChangedArgs, 'id'>>;
  executionChanged?: SubscriptionResolver<Maybe<ResolversTypes['Execution']>, "executionChanged", ParentType, ContextType, RequireFields<SubscriptionExecutionChangedArgs, 'id'>>;
  executionsChanged?: SubscriptionResolver<ResolversTypes['ExecutionChanges'], "executionsChanged", ParentType, ContextType, Partial<SubscriptionExecutionsChangedArgs>>;
  upstreamBudgetChanged?: SubscriptionResolver<Maybe<ResolversTypes['UpstreamBudget']>, "upstreamBudgetChanged", ParentType, ContextType>;
};

export type UpstreamBudgetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpstreamBudget'] = ResolversParentTypes['UpstreamBudget']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maximum?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  restorePerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['BudgetScope'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  capabilities?: Resolver<ReadonlyArray<ResolversTypes['Capability']>, ParentType, ContextType>;
  environment?: Resolver<Maybe<ResolversTypes['Environment']>, ParentType, ContextType>;
  linkedAccountId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  signIn?: Resolver<ResolversTypes['SignInMethod'], ParentType, ContextType>;
  upstreamBudget?: Resolver<ResolversTypes['UpstreamBudget'], ParentType, ContextType>;
};

export type WorkflowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Workflow'] = ResolversParentTypes['Workflow']> = {
  alias?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  application?: Resolver<Maybe<ResolversTypes['Application']>, ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  environment?: Resolver<Maybe<ResolversTypes['Environment']>, ParentType, ContextType>;
  icon?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  published?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  slug?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type WorkflowConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WorkflowConnection'] = ResolversParentTypes['WorkflowConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['WorkflowEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Workflow']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type WorkflowEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WorkflowEdge'] = ResolversParentTypes['WorkflowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Workflow'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Application?: ApplicationResolvers<ContextType>;
  BulkItem?: BulkItemResolvers<ContextType>;
  BulkJob?: BulkJobResolvers<ContextType>;
  BulkPayload?: BulkPayloadResolvers<ContextType>;
  Capability?: CapabilityResolvers<ContextType>;
  ConnectedAccount?: ConnectedAccountResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Execution?: ExecutionResolvers<ContextType>;
  ExecutionBucket?: ExecutionBucketResolvers<ContextType>;
  ExecutionBuckets?: ExecutionBucketsResolvers<ContextType>;
  ExecutionChange?: ExecutionChangeResolvers<ContextType>;
  ExecutionChanges?: ExecutionChangesResolvers<ContextType>;
  ExecutionConnection?: ExecutionConnectionResolvers<ContextType>;
  ExecutionCounts?: ExecutionCountsResolvers<ContextType>;
  ExecutionEdge?: ExecutionEdgeResolvers<ContextType>;
  ExecutionFailure?: ExecutionFailureResolvers<ContextType>;
  ExecutionFailureGroup?: ExecutionFailureGroupResolvers<ContextType>;
  ExecutionFailures?: ExecutionFailuresResolvers<ContextType>;
  ExecutionNode?: ExecutionNodeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  NodeBatch?: NodeBatchResolvers<ContextType>;
  NodeBatchConnection?: NodeBatchConnectionResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RerunExecutionPayload?: RerunExecutionPayloadResolvers<ContextType>;
  StatusCount?: StatusCountResolvers<ContextType>;
  StopExecutionPayload?: StopExecutionPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  UpstreamBudget?: UpstreamBudgetResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
  Workflow?: WorkflowResolvers<ContextType>;
  WorkflowConnection?: WorkflowConnectionResolvers<ContextType>;
  WorkflowEdge?: WorkflowEdgeResolvers<ContextType>;
};

