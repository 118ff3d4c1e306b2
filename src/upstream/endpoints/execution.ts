import { pathId } from '../../domain/id.ts';
import { hasEnded, type ExecutionDetail, type ExecutionNode, type NodeBatch } from '../../domain/model.ts';
import type { Page, PageRequest } from '../../lists/page.ts';
import type { Ask } from '../call.ts';
import type { ExecutionReaderParts } from './execution-reader.ts';
import { createExecutionChanges } from './execution-changes.ts';
import { createExecutionCounts } from './execution-counts.ts';
import { createExecutionList } from './execution-list.ts';
import { readExecution } from './execution-wire.ts';
import { readBatchPage } from './node-wire.ts';
import { readPage } from './page.ts';
import { lookUp, type Remembering } from './request.ts';

/** Executions of the linked account. */
export function createExecutionEndpoint(
  ask: Ask,
  { knowledge, applications }: Pick<ExecutionReaderParts, 'knowledge' | 'applications'>,
) {
  /** `GET /execution/{execution_id}`: NOT_FOUND when unknown or another account's. */
  const get = async (id: string, remembering: Remembering = {}): Promise<ExecutionDetail> =>
    ask(
      lookUp('/execution/{execution_id}', pathId('id', id), {
        read: readExecution(id),
        freshness: ({ status }) => (hasEnded(status) ? 'terminal' : 'running'),
        ...remembering,
      }),
    );
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
