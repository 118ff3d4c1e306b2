import { z } from 'zod';
import type { ExecutionNode, NodeBatch } from '../../domain/model.ts';
import { pageReader } from './page-wire.ts';
import { flag, identifier, integer, number, text } from './scalar-wire.ts';

/** A step, as an execution's detail has it. */
export const NodeWire = z.object({
  node_id: identifier,
  node_name: text,
  node_type: text,
  node_status: text,
  is_batch: flag,
  attempts_made: integer,
  execution_time: number,
  latest_output: z.unknown().optional(),
});

/** A step of the execution of this id: by itself it does not tell whose it is. */
export function nodeOf(executionId: string, row: z.infer<typeof NodeWire>): ExecutionNode {
  return {
    executionId,
    id: row.node_id,
    name: row.node_name,
    type: row.node_type,
    status: row.node_status,
    isBatch: row.is_batch,
    attempts: row.attempts_made,
    durationMs: row.execution_time,
    output: row.latest_output ?? null,
  };
}

const NodeBatchWire = z
  .object({ batch_index: integer, status: text, output: z.unknown().optional() })
  .transform(({ batch_index, status, output }): NodeBatch => ({
    index: batch_index,
    status,
    output: output ?? null,
  }));

/** `GET /execution/{execution_id}/nodes/{node_id}/batches`. */
export const readBatchPage = pageReader(NodeBatchWire, 'a page of batches');
