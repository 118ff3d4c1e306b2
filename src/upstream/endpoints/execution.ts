import { pathId } from '../../domain/id.ts';
import type { ExecutionDetail, ExecutionNode, NodeBatch } from '../../domain/model.ts';
import type { RowReader } from '../../lists/rows.ts';
import type { Ask } from '../call.ts';
import type { ExecutionReaderParts } from './execution-reader.ts';
import { createExecutionChanges } from './execution-changes.ts';
import { createExecutionCounts } from './execution-counts.ts';
import { createExecutionList } from './execution-list.ts';
import { readDetail } from './execution-detail.ts';
import { readBatchPage } from './node-wire.ts';
import type { PageLimits } from './page-limits.ts';
import { readPage } from './page.ts';
import type { LookUpOptions } from './request.ts';
import { createRowReader, type PageReader } from './row-reader.ts';

/** Executions of the linked account. */
export function createExecutionEndpoint(
  ask: Ask,
  {
    knowledge,
    applications,
    limits,
  }: Pick<ExecutionReaderParts, 'knowledge' | 'applications'> & { readonly limits: PageLimits },
) {
  const get = (id: string, options: LookUpOptions = {}): Promise<ExecutionDetail> =>
    readDetail(ask, id, options);
  const list = createExecutionList({ ask, knowledge, get, applications }, limits);
  return {
    list: list.of,
    newest: list.newest,
    newestPage: list.newestPage,
    ...createExecutionCounts(list),
    ...createExecutionChanges(ask),

    get,

    /** A batch node's sub-runs. Reading them is NOT_SUPPORTED for a node that is none. */
    batches: (
      { executionId, nodeId }: Pick<ExecutionNode, 'executionId' | 'nodeId'>,
      status: string | undefined,
    ): RowReader<NodeBatch> => {
      const route = '/execution/{execution_id}/nodes/{node_id}/batches';
      const batches = {
        route,
        ids: [pathId('id', executionId), pathId('nodeId', nodeId)],
        query: { status },
        read: readBatchPage,
        freshness: () => 'list' as const,
      };
      const read: PageReader<NodeBatch> = (request, since) => readPage(ask, batches, request, since);
      return createRowReader(read, limits, { route, keyOf: null, order: null });
    },
  };
}
