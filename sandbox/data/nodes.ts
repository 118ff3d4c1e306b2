import type { WorkflowNode } from './catalogue.ts';
import { UpstreamError } from '../api/errors.ts';
import { hash } from './random.ts';
import { isEnd } from './run.ts';
import type { Run } from './run.ts';
import { executionRow } from '../api/wire.ts';
import type { Wire, WireContext } from '../api/wire.ts';

const BATCH_STATUSES = ['COMPLETED', 'ERRORED'] as const;
const FAILURES: Readonly<Record<string, { readonly status: string; readonly message: string }>> = {
  ERRORED: { status: 'Errored', message: 'channel_not_found' },
  TIMED_OUT: { status: 'Timed Out', message: 'The step took longer than 30 seconds' },
  STOPPED: { status: 'Stopped', message: 'The execution was stopped' },
};

/** The nodes of a run that it has reached, the last one being where it failed or is now. */
function reachedNodes(run: Run): readonly WorkflowNode[] {
  if (run.status === 'COMPLETED') return run.workflow.nodes;
  if (run.endedAtMs === null && run.progress === 0) return run.workflow.nodes.slice(0, 1);
  const actions = run.workflow.nodes.length - 1;
  return run.workflow.nodes.slice(0, 2 + Math.floor(run.progress * actions));
}

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

function nodeRow(node: WorkflowNode, run: Run, isLast: boolean): Wire {
  const hashed = hash(run.hash, node.id.length, node.id.charCodeAt(node.id.length - 1));
  const failure = isLast ? FAILURES[run.status] : undefined;
  const isRunning = isLast && !isEnd(run.status);
  const attempts = failure === undefined ? 1 : 1 + (hashed % 3);
  const slug = run.workflow.application.slug;
  return {
    node_id: node.id,
    node_name: node.name,
    node_type: node.type,
    node_status: isRunning ? 'Running' : (failure?.status ?? 'Success'),
    is_batch: node.isBatch,
    attempts_made: attempts,
    ...(isRunning ? {} : { execution_time: 5 + (hashed % 900) }),
    latest_output: isRunning
      ? null
      : failure === undefined
        ? successOutput(node, run, hashed)
        : { error: { message: failure.message, code: 400 + (hashed % 5) }, node_id: node.id },
    ...(node.type === 'action' && hashed % 3 === 1
      ? {
          parsed_request_curl: `curl -X POST 'https://${slug}.example.com/v1/records' -H 'Authorization: Bearer example-token'`,
        }
      : {}),
  };
}

/** The answer of the endpoint for one execution. D2 leaves the id out. */
export function executionDetail(run: Run, context: WireContext): Wire {
  const row: Record<string, unknown> = { ...executionRow(run, context) };
  if (context.traits.generation === 'd2') delete row['_id'];
  const nodes = reachedNodes(run);
  return {
    ...row,
    completion_percentage: Math.floor(run.progress * 100),
    nodes: nodes.map((node, index) =>
      nodeRow(node, run, run.status !== 'COMPLETED' && index === nodes.length - 1),
    ),
  };
}

function batchCount(run: Run): number {
  return 3 + (run.hash % 40);
}

/**
 * The sub-runs of a batch node, all or those of one status. 404 for a node that the run does not have (yet),
 * 501 for one that is not a batch node.
 */
export function nodeBatches(run: Run, nodeId: string, status: string | null): Wire[] {
  const node = reachedNodes(run).find((one) => one.id === nodeId);
  if (node === undefined) throw new UpstreamError(404, 'Node not found');
  if (!node.isBatch) throw new UpstreamError(501, 'Batches are only supported for batch nodes');
  return Array.from({ length: batchCount(run) }, (_, index) => {
    const failed = hash(run.hash, index, 8) % 6 === 0;
    return {
      batch_index: index,
      status: BATCH_STATUSES[failed ? 1 : 0],
      output: failed ? { error: { message: 'rate_limited' } } : { ok: true, record: index + 1 },
    };
  }).filter((batch) => status === null || batch.status === status);
}
