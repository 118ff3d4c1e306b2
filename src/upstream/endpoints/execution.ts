import { pathId } from '../../domain/id.ts';
import type { ExecutionDetail, ExecutionNode, NodeBatch } from '../../domain/model.ts';
import type { Page, PageRequest } from '../../lists/page.ts';
import type { Ask } from '../call.ts';
import type { ExecutionReaderParts } from './execution-reader.ts';
import { createExecutionChanges } from './execution-changes.ts';
import { createExecutionCounts } from './execution-counts.ts';
import { createExecutionList } from './execution-list.ts';
import { readDetail } from './execution-detail.ts';
import { readBatchPage } from './node-wire.ts';
import { readPage } from './page.ts';
import type { LookUpOptions } from './request.ts';

/** Executions of the linked account. */
export function createExecutionEndpoint(
  ask: Ask,
  { knowledge, applications }: Pick<ExecutionReaderParts, 'knowledge' | 'applications'>,
) {
  const get = (id: string, options: LookUpOptions = {}): Promise<ExecutionDetail> =>
    readDetail(ask, id, options);
  const list = createExecutionList({ ask, knowledge, get, applications });
  return {
    list: list.of,
    ...createExecutionCounts(list),
    ...createExecutionChanges(ask),

    get,

    /** One page of a batch node's sub-runs: NOT_SUPPORTED for a node that is none. */
    batches: async (
      { executionId, nodeId }: Pick<ExecutionNode, 'executionId' | 'nodeId'>,
      status: string | undefined,
      request: PageRequest,
    ): Promise<Page<NodeBatch>> => {
      const batches = {
        route: '/execution/{execution_id}/nodes/{node_id}/batches',
        ids: [pathId('id', executionId), pathId('nodeId', nodeId)],
        query: { status },
        read: readBatchPage,
        freshness: () => 'list' as const,
      };
      return readPage(ask, batches, request);
    },
  };
}
