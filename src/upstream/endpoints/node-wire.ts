import { canonicalId, standInId } from '../../domain/id.ts';
import {
  NODE_STATUSES,
  type ExecutionNode,
  type ExecutionNodeStatus,
  type NodeBatch,
} from '../../domain/model.ts';
import { pageReader } from './page-wire.ts';
import {
  boundedListOf,
  flagOf,
  idOf,
  integerOf,
  isObject,
  numberOf,
  textOf,
  withStandIns,
  type Wire,
} from './scalar-wire.ts';

/** A step, as an execution's detail has it. */
type NodeWire = Wire<
  | 'node_id'
  | 'node_name'
  | 'node_type'
  | 'node_status'
  | 'current_status'
  | 'is_batch'
  | 'attempts_made'
  | 'maximum_attempts'
  | 'execution_time'
  | 'input_data'
  | 'latest_output'
  | 'parsed_request_curl'
>;

/** One whose id is known. */
interface Step {
  readonly id: string;
  readonly row: NodeWire;
}

/** Many more than anybody builds: a run with more of them is refused, since reading it would hold up everybody. */
const MAX_STEPS = 2000;

/** The steps of an execution's detail, whatever strange ones are among them; null: it is no list. */
export function stepsOf(list: unknown): readonly (Step | null)[] | null {
  return boundedListOf(list, MAX_STEPS, 'steps', (row) => {
    const id = isObject(row) ? idOf((row as NodeWire).node_id) : null;
    return id === null ? null : { id, row: row as NodeWire };
  });
}

/** Whose steps they are, which by themselves they do not tell. */
export interface NodesOwner {
  readonly id: string;
  /** Upstream's other engine lists no batches. */
  readonly listsBatches: boolean;
}

/** The steps of a run, by order of entry. */
export function nodesOf(owner: NodesOwner, steps: readonly (Step | null)[]): readonly ExecutionNode[] {
  const entered = new Map<string, number>();
  const nodes = steps.map((step) => {
    if (step === null) return null;
    const occurrence = (entered.get(step.id) ?? 0) + 1;
    entered.set(step.id, occurrence);
    return nodeOf(owner, step, occurrence);
  });
  return withStandIns(nodes, (closest, distance) =>
    nodeOf(owner, { id: standInId(closest, distance), row: {} }, 1),
  );
}

function nodeOf(owner: NodesOwner, { id, row }: Step, occurrence: number): ExecutionNode {
  const isBatch = flagOf(row.is_batch);
  const rawStatus = textOf(row.node_status) ?? textOf(row.current_status);
  return {
    executionId: owner.id,
    id: uniqueId(owner.id, id, occurrence),
    nodeId: id,
    name: textOf(row.node_name),
    type: textOf(row.node_type),
    status: statusOf(rawStatus),
    rawStatus,
    isBatch,
    mayListBatches: owner.listsBatches && isBatch !== false,
    attempts: integerOf(row.attempts_made),
    maxAttempts: integerOf(row.maximum_attempts),
    durationMs: numberOf(row.execution_time),
    input: row.input_data ?? null,
    output: row.latest_output ?? null,
    requestCurl: textOf(row.parsed_request_curl),
  };
}

/** Tells a step from all others: upstream's ids of steps are the same in every run, and may repeat within one. */
function uniqueId(executionId: string, nodeId: string, occurrence: number): string {
  const parts = JSON.stringify([canonicalId(executionId), nodeId, occurrence]);
  return Buffer.from(parts).toString('base64url');
}

const STATUSES = new Set<string>(NODE_STATUSES);

/** Upstream spells them `Timed_Out` and `Partially Successful`. */
function statusOf(raw: string | null): ExecutionNodeStatus {
  const status =
    raw
      ?.trim()
      .toUpperCase()
      .replace(/[\s-]+/g, '_') ?? '';
  return STATUSES.has(status) ? (status as ExecutionNodeStatus) : 'UNKNOWN';
}

function readBatch(value: unknown): NodeBatch | null {
  if (!isObject(value)) return null;
  const { batch_index, status, output }: Wire<'batch_index' | 'status' | 'output'> = value;
  return { index: integerOf(batch_index), status: textOf(status), output: output ?? null };
}

/** `GET /execution/{execution_id}/nodes/{node_id}/batches`. */
export const readBatchPage = pageReader(readBatch, 'a page of batches', () => ({
  index: null,
  status: null,
  output: null,
}));
