import type {
  Execution,
  ExecutionDetail,
  ExecutionNode,
  ExecutionNodeStatus,
  ExecutionStatus,
  KnownStatus,
} from './model.ts';
import { readReason } from './reason.ts';

/** The states of runs that have failed. One that was stopped or terminated has not: somebody wanted it to end. */
export const FAILED_STATUSES = ['ERRORED', 'TIMED_OUT'] as const satisfies readonly KnownStatus[];

/** Whether a run in this state has failed. */
export function hasFailed(status: ExecutionStatus): status is (typeof FAILED_STATUSES)[number] {
  return FAILED.has(status);
}

const FAILED: ReadonlySet<ExecutionStatus> = new Set(FAILED_STATUSES);

/** Why a run has failed. Null: upstream did not say. */
export interface ExecutionFailure {
  /** The failed step's `nodeId`. */
  readonly nodeId: string | null;
  readonly nodeName: string | null;
  /** Without secrets, and at most 1,000 characters long. */
  readonly message: string | null;
  readonly code: string | null;
  readonly occurredAt: Date | null;
}

/** A run that has failed, and why. */
export interface FailedRun {
  readonly run: Execution;
  readonly failure: ExecutionFailure;
}

/** Takes the secrets out of a text. */
export type Redact = (text: string) => string;

/** Longer messages end in an ellipsis. */
const MAX_MESSAGE_CHARS = 1000;
/** Longer than any step's name. */
const MAX_NAME_CHARS = 256;
/** How much of a message is read for its secrets: taking them out makes it shorter. */
const MAX_READ_CHARS = 8192;

/**
 * Why a run has failed, by the rules of docs/failures.md.
 * @param run one that `hasFailed`
 */
export function failureOf({ nodes, completedAt }: ExecutionDetail, redact: Redact): ExecutionFailure {
  const node = failedNode(nodes ?? []);
  const reason = readReason(node?.output);
  return {
    nodeId: node?.nodeId ?? null,
    nodeName: node?.name ?? null,
    message: reason.message && shown(reason.message, redact),
    code: reason.code && redact(reason.code),
    occurredAt: completedAt,
  };
}

/** A failure as somebody else than the run's detail has told it: only what says why is one. */
export type ToldFailure = Omit<ExecutionFailure, 'occurredAt' | 'message'> & { readonly message: string };

/** A failure that was told, as it may be shown: without secrets, and of the length that failures have. */
export function toldFailure({ nodeId, nodeName, message, code }: ToldFailure, redact: Redact): ToldFailure {
  const name = (text: string | null) => text && redact(text.slice(0, MAX_NAME_CHARS));
  return {
    nodeId: name(nodeId),
    nodeName: name(nodeName),
    message: shown(message, redact),
    code: name(code),
  };
}

/** The states of a step that end its run. One that is `ERRORED_AND_SKIPPED` does not. */
const FAILED_NODE: ReadonlySet<ExecutionNodeStatus> = new Set([
  'ERRORED',
  'FAILED',
  'TIMED_OUT',
  'REJECTED',
  'ABORTED',
]);

/** The step that a run has failed at: of those that failed the one entered last, since it went on after the others. */
function failedNode(nodes: readonly ExecutionNode[]): ExecutionNode | undefined {
  return nodes.findLast(({ status }) => FAILED_NODE.has(status));
}

function shown(message: string, redact: Redact): string {
  return bounded(redact(message.slice(0, MAX_READ_CHARS)));
}

function bounded(message: string): string {
  if (message.length <= MAX_MESSAGE_CHARS) return message;
  // Not in the middle of a character.
  return `${message.slice(0, MAX_MESSAGE_CHARS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
