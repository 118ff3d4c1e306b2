import { z } from 'zod';
import { canonicalId, standInId } from '../../domain/id.ts';
import {
  NODE_STATUSES,
  type ExecutionNode,
  type ExecutionNodeStatus,
  type NodeBatch,
} from '../../domain/model.ts';
import { pageReader } from './page-wire.ts';
import {
  boundedElements,
  flag,
  identifier,
  integer,
  integerOf,
  number,
  text,
  textOf,
  withStandIns,
  type Wire,
} from './scalar-wire.ts';

/** A step, as an execution's detail has it. */
const NodeWire = z.object({
  node_id: identifier,
  node_name: text,
  node_type: text,
  node_status: text,
  current_status: text,
  is_batch: flag,
  attempts_made: integer,
  maximum_attempts: integer,
  execution_time: number,
  input_data: z.unknown().optional(),
  latest_output: z.unknown().optional(),
  parsed_request_curl: text,
});

/** Many more than anybody builds: a run with more of them is refused, since reading it would hold up everybody. */
const MAX_STEPS = 2000;

/** The steps of an execution's detail, whatever strange ones are among them. */
export const nodeList = boundedElements(NodeWire, MAX_STEPS, 'steps').nullable().catch(null);

/** Whose steps they are, which by themselves they do not tell. */
export interface NodesOwner {
  readonly id: string;
  /** Upstream's other engine lists no batches. */
  readonly listsBatches: boolean;
}

/** The steps of a run, by order of entry. */
export function nodesOf(
  owner: NodesOwner,
  rows: readonly (z.infer<typeof NodeWire> | null)[],
): readonly ExecutionNode[] {
  const entered = new Map<string, number>();
  const nodes = rows.map((row) => {
    if (row === null) return null;
    const occurrence = (entered.get(row.node_id) ?? 0) + 1;
    entered.set(row.node_id, occurrence);
    return nodeOf(owner, row, occurrence);
  });
  return withStandIns(nodes, (closest, distance) =>
    nodeOf(owner, NodeWire.parse({ node_id: standInId(closest, distance) }), 1),
  );
}

function nodeOf(owner: NodesOwner, row: z.infer<typeof NodeWire>, occurrence: number): ExecutionNode {
  const rawStatus = row.node_status ?? row.current_status;
  return {
    executionId: owner.id,
    id: uniqueId(owner.id, row.node_id, occurrence),
    nodeId: row.node_id,
    name: row.node_name,
    type: row.node_type,
    status: statusOf(rawStatus),
    rawStatus,
    isBatch: row.is_batch,
    mayListBatches: owner.listsBatches && row.is_batch !== false,
    attempts: row.attempts_made,
    maxAttempts: row.maximum_attempts,
    durationMs: row.execution_time,
    input: row.input_data ?? null,
    output: row.latest_output ?? null,
    requestCurl: row.parsed_request_curl,
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { batch_index, status, output }: Wire<'batch_index' | 'status' | 'output'> = value;
  return { index: integerOf(batch_index), status: textOf(status), output: output ?? null };
}

/** `GET /execution/{execution_id}/nodes/{node_id}/batches`. */
export const readBatchPage = pageReader(readBatch, 'a page of batches', () => ({
  index: null,
  status: null,
  output: null,
}));
