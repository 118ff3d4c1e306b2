import type { WorkflowNode } from './catalogue.ts';
import { UpstreamError } from '../api/errors.ts';
import { failedOutput } from './failed-outputs.ts';
import { hash, pick } from './random.ts';
import { isByThanos, isEnd } from './run.ts';
import type { Run } from './run.ts';
import { executionRow } from '../api/wire.ts';
import type { Wire, WireContext } from '../api/wire.ts';

const BATCH_STATUSES = ['COMPLETED', 'ERRORED'] as const;
/** What the last node of a run may say of itself, by the status of the run. */
const LAST_STATUSES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  ERRORED: ['Errored', 'Errored', 'Errored', 'Failed', 'Rejected'],
  TIMED_OUT: ['Timed_Out'],
  STOPPED: ['Stopped', 'Terminated', 'Aborted'],
};

/** A node as a run came by it; the same node may come twice. */
interface Step {
  readonly node: WorkflowNode;
  readonly status: string;
}

/** How many nodes a run has reached, the last one being where it failed or is now. */
function reached(run: Run): number {
  const { length } = run.workflow.nodes;
  if (run.status === 'COMPLETED') return length;
  if (run.endedAtMs === null && run.progress === 0) return 1;
  return Math.min(length, 2 + Math.floor(run.progress * (length - 1)));
}

/** How a step that the run has left behind ended; few did not succeed. */
function pastSteps(node: WorkflowNode, run: Run): Step[] {
  const decided = hash(run.hash, Number(node.id), 9) % 40;
  if (node.type === 'start') return [{ node, status: 'Success' }];
  if (node.isBatch && decided < 12) return [{ node, status: 'Partially Successful' }];
  // The first try is listed as a step of its own.
  if (decided < 4) return ['Errored', 'Success'].map((status) => ({ node, status }));
  if (decided === 4) return [{ node, status: 'Skipped' }];
  return [{ node, status: decided === 5 ? 'Errored_and_Skipped' : 'Success' }];
}

/** The steps of a run by time of entry; those that are still to come while it goes on are ready. */
function stepsOf(run: Run): Step[] {
  const { nodes } = run.workflow;
  const count = reached(run);
  if (run.status === 'COMPLETED') return nodes.flatMap((node) => pastSteps(node, run));
  const past = nodes.slice(0, count - 1).flatMap((node) => pastSteps(node, run));
  const statuses = LAST_STATUSES[run.status];
  const status = statuses === undefined ? 'Waiting' : pick(statuses, run.hash >>> 5);
  const current = nodes.slice(count - 1, count).map((node) => ({ node, status }));
  const coming = isEnd(run.status) ? [] : nodes.slice(count);
  return [...past, ...current, ...coming.map((node) => ({ node, status: 'Ready' }))];
}

const FAILED = [
  'Errored',
  'Failed',
  'Rejected',
  'Timed_Out',
  'Stopped',
  'Terminated',
  'Aborted',
  'Errored_and_Skipped',
];
const UNDER_WAY = ['Waiting', 'Ready'];

/** Records enough for an output of some 20 KB and more. */
function manyRecords(hashed: number): Wire {
  const records = Array.from({ length: 240 }, (_, index) => ({
    id: index + 1,
    email: `person-${String(index + 1)}@example.com`,
    score: hash(hashed, index) % 100,
    note: 'Imported from the list of the last quarter',
  }));
  return { records, total: records.length };
}

function successOutput(node: WorkflowNode, run: Run, hashed: number): unknown {
  if (node.type === 'start')
    return { source: run.source, event_id: run.eventId, payload: { amount: hashed % 500 } };
  if (node.isBatch) return { processed: batchCount(run) };
  if (node.name === 'Look up record') {
    if (hashed % 16 === 0) return manyRecords(hashed);
    // The real upstream shows secrets of the connected application here, so this one does, too.
    const credentials = { access_token: `example-token-${String(hashed)}`, password: 'example-password' };
    return hashed % 3 === 0 ? { id: hashed, auth: credentials } : { id: hashed, active: true, tags: ['vip'] };
  }
  if (hashed % 7 === 0) return null;
  return hashed % 5 === 0 ? 'ok' : { ok: true, ts: String(run.createdAtMs) };
}

function outputOf({ node, status }: Step, run: Run, hashed: number): unknown {
  if (UNDER_WAY.includes(status) || status === 'Skipped') return null;
  return FAILED.includes(status)
    ? failedOutput(run.status, run.failure, hash(hashed, run.hash))
    : successOutput(node, run, hashed);
}

function nodeRow(step: Step, run: Run): Wire {
  const { node, status } = step;
  const hashed = hash(run.hash, Number(node.id), node.id.length);
  const isUnderWay = UNDER_WAY.includes(status);
  const slug = run.workflow.application.slug;
  return {
    node_id: node.id,
    node_name: node.name,
    node_type: node.type,
    node_status: status,
    current_status: status,
    is_batch: node.isBatch,
    attempts_made: FAILED.includes(status) ? 1 + (hashed % 3) : 1,
    maximum_attempts: 3,
    ...(isUnderWay ? {} : { execution_time: 5 + (hashed % 900) }),
    input_data: status === 'Ready' ? {} : { record: hashed % 1000, note: `For ${node.name}` },
    latest_output: outputOf(step, run, hashed),
    ...(node.type === 'action' && hashed % 3 === 1
      ? {
          parsed_request_curl: `curl -X POST 'https://${slug}.example.com/v1/records' -H 'Authorization: Bearer example-token'`,
        }
      : {}),
  };
}

/** The step that a run has failed at, as its detail has it; null where it has not failed. */
export function failedStep(run: Run): Wire | null {
  const step = run.status === 'ERRORED' || run.status === 'TIMED_OUT' ? stepsOf(run).at(-1) : undefined;
  return step === undefined ? null : nodeRow(step, run);
}

/** The answer of the endpoint for one execution. D2 leaves the id out. */
export function executionDetail(run: Run, context: WireContext): Wire {
  const row: Record<string, unknown> = { ...executionRow(run, context) };
  if (context.traits.generation === 'd2') delete row['_id'];
  return {
    ...row,
    completion_percentage: Math.floor(run.progress * 100),
    nodes: stepsOf(run).map((step) => nodeRow(step, run)),
  };
}

function batchCount(run: Run): number {
  return 3 + (run.hash % 40);
}

/**
 * The sub-runs of a batch node, all or those of one status. 404 for a node that the run does not have (yet),
 * 501 for one that is not a batch node, and for any
 * of a run by the newer engine.
 */
export function nodeBatches(run: Run, nodeId: string, status: string | null): Wire[] {
  const node = run.workflow.nodes.slice(0, reached(run)).find((one) => one.id === nodeId);
  if (node === undefined) throw new UpstreamError(404, 'Node not found');
  if (!node.isBatch || isByThanos(run))
    throw new UpstreamError(501, 'Batches are only supported for batch nodes');
  return Array.from({ length: batchCount(run) }, (_, index) => {
    const failed = hash(run.hash, index, 8) % 6 === 0;
    return {
      batch_index: index,
      status: BATCH_STATUSES[failed ? 1 : 0],
      output: failed ? { error: { message: 'rate_limited' } } : { ok: true, record: index + 1 },
    };
  }).filter((batch) => status === null || batch.status === status);
}
