import { pathId } from '../../domain/id.ts';
import type { ExecutionDetail, ExecutionFilter, ExecutionNode, NodeBatch } from '../../domain/model.ts';
import type { RowReader } from '../../lists/rows.ts';
import { createExecutionChanges } from './execution-changes.ts';
import { createExecutionCounts } from './execution-counts.ts';
import { readDetail } from './execution-detail.ts';
import { ExecutionList, type ExecutionListParts, type ListOptions } from './execution-list.ts';
import { readBatchPage } from './node-wire.ts';
import { readPage } from './page.ts';
import type { LookUpOptions } from './request.ts';
import { createRowReader, type PageReader } from './row-reader.ts';

/** Executions of the linked account. */
export class ExecutionEndpoint {
  readonly #parts: ExecutionListParts;
  readonly #lists: ExecutionList;

  constructor(parts: ExecutionListParts) {
    this.#parts = parts;
    this.#lists = new ExecutionList(parts);
  }

  /** See `ExecutionList`. */
  list(...asked: Parameters<ExecutionList['of']>): ReturnType<ExecutionList['of']> {
    return this.#lists.of(...asked);
  }

  /** See `ExecutionList`. */
  newest(filter: ExecutionFilter, most: number, options?: ListOptions): ReturnType<ExecutionList['newest']> {
    return this.#lists.newest(filter, most, options);
  }

  /** See `ExecutionList`. */
  newestPage(filter: ExecutionFilter, options?: ListOptions): ReturnType<ExecutionList['newestPage']> {
    return this.#lists.newestPage(filter, options);
  }

  /** How many there are. */
  get counts(): ReturnType<typeof createExecutionCounts> {
    return createExecutionCounts(this.#lists);
  }

  get(id: string, options: LookUpOptions = {}): Promise<ExecutionDetail> {
    return readDetail(this.#parts.ask, id, options);
  }

  /** See `createExecutionChanges`. */
  stop(id: string): Promise<{ readonly message: string | null }> {
    return createExecutionChanges(this.#parts.ask).stop(id);
  }

  /** See `createExecutionChanges`. */
  rerun(id: string): Promise<{ readonly id: string }> {
    return createExecutionChanges(this.#parts.ask).rerun(id);
  }

  /** A batch node's sub-runs. Reading them is NOT_SUPPORTED for a node that is none. */
  batches(
    { executionId, nodeId }: Pick<ExecutionNode, 'executionId' | 'nodeId'>,
    status: string | undefined,
  ): RowReader<NodeBatch> {
    const { ask, limits } = this.#parts;
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
  }
}
