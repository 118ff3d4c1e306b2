/** The states that upstream can be asked for. */
export const KNOWN_STATUSES = [
  'COMPLETED',
  'ERRORED',
  'RUNNING',
  'STOPPED',
  'STOPPING',
  'TIMED_OUT',
] as const;
export type KnownStatus = (typeof KNOWN_STATUSES)[number];
/** The states that upstream tells of, and cannot be asked for. */
export const OTHER_STATUSES = ['QUEUED', 'WAITING', 'TERMINATED'] as const;
/** The states of a run; `UNKNOWN` stands for any value newer than this gateway. */
export type ExecutionStatus = KnownStatus | (typeof OTHER_STATUSES)[number] | 'UNKNOWN';
/** The states of a step, as far as they have been seen. */
export const NODE_STATUSES = [
  'SUCCESS',
  'READY',
  'ERRORED',
  'WAITING',
  'STOPPED',
  'REJECTED',
  'ERRORED_AND_SKIPPED',
  'TIMED_OUT',
  'SKIPPED',
  'FAILED',
  'ABORTED',
  'PARTIALLY_SUCCESSFUL',
  'TERMINATED',
] as const;
/** The states of a step; `UNKNOWN` stands for any other value, or none. */
export type ExecutionNodeStatus = (typeof NODE_STATUSES)[number] | 'UNKNOWN';
export type ExecutionSource = 'EVENT' | 'SCHEDULE' | 'API_CALL';
export type ExecutionType = 'SYNC' | 'ASYNC';
export type Environment = 'TEST' | 'PRODUCTION';
export type SortDirection = 'ASC' | 'DESC';
export type WorkflowScope = 'PUBLIC' | 'PRIVATE';

/** What upstream answers in lists. */
export interface ListElement {
  /** It could not be read: it only holds the place, and is not to be shown, counted on or changed. */
  readonly isUnreadable?: true;
}

/** Whether something that upstream answers in a list could be read. */
export function isReadable({ isUnreadable }: ListElement): boolean {
  return isUnreadable !== true;
}

/** One run of a workflow. Null: upstream did not say. */
export interface Execution extends ListElement {
  readonly id: string;
  readonly name: string | null;
  /** Whether it is called what upstream calls reruns. It does not say of which run. */
  readonly isNamedRerun: boolean;
  readonly status: ExecutionStatus;
  /** The state as upstream spells it. */
  readonly rawStatus: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly completedAt: Date | null;
  readonly durationMs: number | null;
  readonly environment: Environment | null;
  readonly source: ExecutionSource | null;
  readonly type: ExecutionType | null;
  readonly configId: string | null;
  readonly eventId: string | null;
  readonly linkedAccountId: string | null;
  /** Whether another run started it, as a part of its own. */
  readonly isChild: boolean | null;
  readonly workflow: WorkflowRef | null;
  readonly application: ApplicationRef | null;
}

/** One run with what only a look-up of it tells. */
export interface ExecutionDetail extends Execution {
  /** 0 to 100. */
  readonly completionPercentage: number | null;
  readonly nodes: readonly ExecutionNode[] | null;
}

/**
 * A run, as much of it as is known: always its id; what a list tells; or everything. A key that is absent can be
 * looked up by id.
 */
export type ExecutionRef = Pick<Execution, 'id'> & Partial<ExecutionDetail>;

/** A step of a run. Null: upstream did not say. */
export interface ExecutionNode extends ListElement {
  readonly executionId: string;
  /** No other step of any run has it, and the step keeps it while its run goes on. */
  readonly id: string;
  /** Upstream's own: `1`, `2` and so on in every run, and not unique within one. */
  readonly nodeId: string;
  readonly name: string | null;
  readonly type: string | null;
  readonly status: ExecutionNodeStatus;
  /** The state as upstream spells it. */
  readonly rawStatus: string | null;
  readonly isBatch: boolean | null;
  /** False: upstream is known to list no batches of it. */
  readonly mayListBatches: boolean;
  readonly attempts: number | null;
  readonly maxAttempts: number | null;
  readonly durationMs: number | null;
  /** Any JSON, with whatever secrets the customer put there. */
  readonly input: unknown;
  /** Any JSON, with whatever secrets the connected application put there. */
  readonly output: unknown;
  /** The request that it made, as a command of curl, with whatever secrets it was made with. */
  readonly requestCurl: string | null;
}

/** A sub-run of a batch node. Null: upstream did not say. */
export interface NodeBatch extends ListElement {
  readonly index: number | null;
  readonly status: string | null;
  /** Any JSON, as in `ExecutionNode`. */
  readonly output: unknown;
}

/** Whether a run in this state will change no more. */
export function hasEnded(status: ExecutionStatus): boolean {
  return ENDS.has(status);
}

const ENDS: ReadonlySet<ExecutionStatus> = new Set([
  'COMPLETED',
  'ERRORED',
  'STOPPED',
  'TIMED_OUT',
  'TERMINATED',
]);

/** Whether upstream can be asked for the runs in this state. */
export function isKnownStatus(status: ExecutionStatus): status is KnownStatus {
  return KNOWN.has(status);
}

const KNOWN: ReadonlySet<ExecutionStatus> = new Set(KNOWN_STATUSES);

/** Which executions. A field left out matches all. */
export interface ExecutionFilter {
  /** Any of these; each once. */
  readonly statuses?: readonly KnownStatus[];
  readonly source?: ExecutionSource;
  readonly type?: ExecutionType;
  /** `YYYY-MM-DD`, inclusive. */
  readonly startDate?: string;
  /** `YYYY-MM-DD`, inclusive. */
  readonly endDate?: string;
  /** Inclusive. */
  readonly createdAfter?: Date;
  /** Exclusive. */
  readonly createdBefore?: Date;
  readonly workflowId?: string;
  readonly workflowName?: string;
  readonly applicationSlugs?: readonly string[];
  readonly executionId?: string;
}

/** What of its workflow and of its application comes with an execution, and so costs no look-up. */
export const EMBEDDED_FIELDS = ['id', 'name', 'icon'] as const;
/** A workflow or an application as it comes with an execution. */
export type Embedded = Pick<Workflow & Application, (typeof EMBEDDED_FIELDS)[number]>;

/**
 * A workflow, as much of it as is known: always its id; `name` and `icon` where it was embedded in an execution;
 * everything when it is a whole `Workflow`. A key that is absent can be looked up by id; null means that upstream
 * has no value.
 */
export type WorkflowRef = Pick<Workflow, 'id'> & Partial<Workflow>;

/** An integration that can run. Null: upstream did not say. */
export interface Workflow extends ListElement {
  readonly id: string;
  readonly name: string | null;
  readonly icon: string | null;
  readonly description: string | null;
  /** Its application's slug. */
  readonly slug: string | null;
  /** Its name in code. */
  readonly alias: string | null;
  readonly published: boolean | null;
  readonly version: number | null;
  readonly environment: Environment | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly application: ApplicationRef | null;
}

/** Which workflows. A field left out matches all. */
export interface WorkflowFilter {
  readonly name?: string;
  readonly applicationId?: string;
  readonly applicationSlug?: string;
  readonly published?: boolean;
  /** `YYYY-MM-DD`, inclusive. */
  readonly startDate?: string;
  /** `YYYY-MM-DD`, inclusive. */
  readonly endDate?: string;
  readonly scope?: WorkflowScope;
}

/** An application, as much of it as is known; see `WorkflowRef`. */
export type ApplicationRef = Pick<Application, 'id'> & Partial<Application>;

/** A product that workflows connect to. Null: upstream did not say. */
export interface Application extends ListElement {
  readonly id: string;
  readonly name: string | null;
  readonly icon: string | null;
  readonly slug: string | null;
  readonly description: string | null;
  readonly type: string | null;
  readonly authType: string | null;
  readonly ecosystem: string | null;
  readonly tags: readonly string[] | null;
  readonly connected: boolean | null;
  readonly reauthRequired: boolean | null;
  readonly connectedAccounts: readonly ConnectedAccount[] | null;
}

/** A connection of a linked account to an application, without its credentials. */
export interface ConnectedAccount extends ListElement {
  /** Any JSON, as in `ExecutionNode.output`. */
  readonly identifier: unknown;
  readonly authType: string | null;
  readonly connectedAt: Date | null;
  readonly status: string | null;
}
