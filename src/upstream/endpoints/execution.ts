import {
  hasEnded,
  type Execution,
  type ExecutionDetail,
  type ExecutionFilter,
  type ExecutionSource,
  type KnownStatus,
  type NodeBatch,
  type SortDirection,
} from '../../domain/model.ts';
import type { Page, PageRequest } from '../../lists/page.ts';
import type { Ask } from '../call.ts';
import { countAll, countByDay, countByStatus, type CountReads } from './count.ts';
import { mergeFirst } from './merge.ts';
import { pathId } from '../../domain/id.ts';
import { readPage } from './page.ts';
import { readBatchPage, readExecution, readExecutionPage, readRerun, readStopped } from './wire.ts';

/** Spelled as the first generation does, which both read. */
const SOURCES: Readonly<Record<ExecutionSource, string>> = {
  EVENT: 'Event',
  SCHEDULE: 'Schedule',
  API_CALL: 'API Call',
};

/** What a list of executions may be told besides. */
interface ListOptions {
  /** Its rows hardly change any more. */
  readonly isSettled?: boolean;
  /** Answers that are remembered from before this time, epoch milliseconds, do not count. */
  readonly since?: number | undefined;
}

/** Executions of the linked account. */
export function createExecutionEndpoint(ask: Ask) {
  const listOne = (
    filter: ExecutionFilter,
    status: KnownStatus | undefined,
    sort: SortDirection,
    page: PageRequest,
    { isSettled = false, since }: ListOptions,
  ): Promise<Page<Execution>> =>
    readPage(page, ({ number, size }) =>
      ask({
        method: 'GET',
        route: '/execution',
        path: '/execution',
        query: {
          page: String(number),
          limit: String(size),
          status,
          execution_source: filter.source && SOURCES[filter.source],
          execution_type: filter.type,
          start_date: filter.startDate,
          end_date: filter.endDate,
          slug: filter.applicationSlugs?.join(','),
          workflow_id: filter.workflowId,
          workflow_name: filter.workflowName,
          execution_id: filter.executionId,
          sortAsc: sort === 'ASC' ? 'true' : undefined,
        },
        read: readExecutionPage,
        since,
        freshness: ({ items }) =>
          isSettled && items.every(({ status: state }) => hasEnded(state)) ? 'terminal' : 'list',
      }),
    );

  /**
   * One page of `GET /execution`: one call, but where upstream leaves out the total; with several statuses, one
   * call for each, and only the first page, of at most 1,000 rows.
   */
  const list = (
    filter: ExecutionFilter,
    sort: SortDirection,
    page: PageRequest,
    options: ListOptions = {},
  ): Promise<Page<Execution>> => {
    const lists = (filter.statuses ?? [undefined]).map(
      (status) => (request: PageRequest) => listOne(filter, status, sort, request, options),
    );
    const [only, ...others] = lists;
    return only !== undefined && others.length === 0 ? only(page) : mergeFirst(lists, page, sort);
  };

  /** @param settledUntil days up to this one hardly change any more, `YYYY-MM-DD` */
  const countReads = (settledUntil: string): CountReads => {
    const isSettled = ({ endDate }: ExecutionFilter) => endDate !== undefined && endDate <= settledUntil;
    return {
      newest: (filter, size) => list(filter, 'DESC', { number: 1, size }, { isSettled: isSettled(filter) }),
      count: async (filter, status) =>
        (await listOne(filter, status, 'DESC', { number: 1, size: 1 }, { isSettled: isSettled(filter) }))
          .total,
    };
  };

  return {
    list,

    /** How many executions match: one call, or one for each status that the filter names. */
    count: (filter: ExecutionFilter, settledUntil: string) => countAll(countReads(settledUntil), filter),

    /** How many are in each state, by lists of up to `maxRows` rows; see `countByStatus`. */
    countByStatus: (filter: ExecutionFilter, settledUntil: string, maxRows: number) =>
      countByStatus(countReads(settledUntil), filter, maxRows),

    /** How many were created on each of these days, as far as upstream can be asked now; see `countByDay`. */
    countByDay: (filter: ExecutionFilter, settledUntil: string, maxRows: number, days: readonly string[]) =>
      countByDay(countReads(settledUntil), filter, days, maxRows),

    /** `GET /execution/{execution_id}`: NOT_FOUND when unknown or another account's. */
    get: async (id: string): Promise<ExecutionDetail> =>
      ask({
        method: 'GET',
        route: '/execution/{execution_id}',
        path: `/execution/${pathId('id', id)}`,
        query: {},
        read: readExecution(id),
        freshness: ({ status }) => (hasEnded(status) ? 'terminal' : 'running'),
      }),

    /** `POST /execution/{execution_id}/stop`: what upstream says of it. BAD_USER_INPUT when the run has ended. */
    stop: (id: string): Promise<{ readonly message: string | null }> =>
      ask({
        method: 'POST',
        route: '/execution/{execution_id}/stop',
        path: `/execution/${pathId('id', id)}/stop`,
        query: {},
        read: readStopped,
        freshness: () => 'running',
      }),

    /** `POST /execution/{execution_id}/rerun`: the new run's id. BAD_USER_INPUT when the run did not fail. */
    rerun: (id: string): Promise<{ readonly id: string }> =>
      ask({
        method: 'POST',
        route: '/execution/{execution_id}/rerun',
        path: `/execution/${pathId('id', id)}/rerun`,
        query: {},
        read: readRerun,
        freshness: () => 'running',
      }),

    /** One page of a batch node's sub-runs: NOT_SUPPORTED for a node that is none. */
    batches: (
      { executionId, id }: { readonly executionId: string; readonly id: string },
      status: string | undefined,
      page: PageRequest,
    ): Promise<Page<NodeBatch>> =>
      readPage(page, ({ number, size }) =>
        ask({
          method: 'GET',
          route: '/execution/{execution_id}/nodes/{node_id}/batches',
          path: `/execution/${pathId('id', executionId)}/nodes/${pathId('id', id)}/batches`,
          query: { page: String(number), limit: String(size), status },
          read: readBatchPage,
          freshness: () => 'list',
        }),
      ),
  };
}
