import type { Context } from '../../context.ts';
import { badInput, GatewayError } from '../../domain/errors.ts';
import type { ExecutionNode, NodeBatch } from '../../domain/model.ts';
import { connectionFields, connectionOf, type NamedList } from './connection.ts';
import type { Resolvers } from './generated.ts';

/** The steps of an execution, and the sub-runs of batch nodes. */
export const nodeResolvers: Resolvers = {
  ExecutionNode: {
    input: ({ input }, { maxBytes }, { showOutput }) => showOutput(input, maxBytes),
    output: ({ output }, { maxBytes }, { showOutput }) => showOutput(output, maxBytes),
    requestCurl: ({ requestCurl }, { maxBytes }, { showOutput }) => showOutput(requestCurl, maxBytes),
    batches: (node, { page, status }, context) =>
      connectionOf({ page: page ?? {} }, context, batchesOf(node, status ?? null, context)),
  },
  NodeBatchConnection: {
    nodes: connectionFields.nodes,
    pageInfo: connectionFields.pageInfo,
    totalCount: connectionFields.totalCount,
  },
  NodeBatch: {
    output: ({ output }, { maxBytes }, { showOutput }) => showOutput(output, maxBytes),
  },
};

function batchesOf(node: ExecutionNode, status: string | null, { upstream }: Context): NamedList<NodeBatch> {
  if (node.isBatch === false) throw new GatewayError('NOT_SUPPORTED', 'This is no batch node');
  if (!node.mayListBatches) {
    throw new GatewayError('NOT_SUPPORTED', 'Upstream does not list the batches of runs by its other engine');
  }
  const wanted = status === null ? undefined : readBatchStatus(status);
  return {
    name: { batches: node.id },
    list: {
      readers: [upstream.execution.batches(node, wanted)],
      keyOf: null,
      order: null,
      isFinal: () => true,
    },
  };
}

/** Upstream spells these as it likes, so only what cannot be one is refused. */
function readBatchStatus(status: string): string {
  if (/^[\w -]{1,64}$/.test(status)) return status;
  throw badInput('status may only have letters, digits, spaces, - and _, and from 1 to 64 of them');
}
