import {
  hasEnded,
  type Execution,
  type ExecutionFilter,
  type ExecutionSource,
  type KnownStatus,
  type SortDirection,
} from '../../domain/model.ts';
import type { Page, PageRequest } from '../../lists/page.ts';
import type { Ask } from '../call.ts';
import { readExecutionPage } from './execution-wire.ts';
import { mergeFirst } from './merge.ts';
import { readPage, type PagedList } from './page.ts';

/** What a list of executions may be told besides. */
export interface ListOptions {
  /** Its rows hardly change any more. */
  readonly isSettled?: boolean;
  /** Answers that are remembered from before this time, epoch milliseconds, do not count. */
  readonly since?: number | undefined;
}

/** Lists of the linked account's executions. */
export type ExecutionList = ReturnType<typeof createExecutionList>;

/** Puts the lists in front of one caller's way of asking. */
export function createExecutionList(ask: Ask) {
  const ofStatus = (
    filter: ExecutionFilter,
    status: KnownStatus | undefined,
    sort: SortDirection,
    request: PageRequest,
    { isSettled = false, since }: ListOptions = {},
  ): Promise<Page<Execution>> => readPage(ask, listOf(filter, status, sort, isSettled), request, since);

  return {
    /** One page of `GET /execution` with this status, or with any, whatever statuses the filter names. */
    ofStatus,

    /**
     * One page of `GET /execution`: one call, but where upstream leaves out the total; with several statuses, one
     * call for each, and only the first page, of at most `MAX_MERGED_ROWS`.
     */
    of: (
      filter: ExecutionFilter,
      sort: SortDirection,
      request: PageRequest,
      options: ListOptions = {},
    ): Promise<Page<Execution>> => {
      const lists = (filter.statuses ?? [undefined]).map(
        (status) => (wanted: PageRequest) => ofStatus(filter, status, sort, wanted, options),
      );
      const [only, ...others] = lists;
      return only !== undefined && others.length === 0 ? only(request) : mergeFirst(lists, request, sort);
    },
  };
}

/** Spelled as the first generation does, which both read. */
const SOURCES: Readonly<Record<ExecutionSource, string>> = {
  EVENT: 'Event',
  SCHEDULE: 'Schedule',
  API_CALL: 'API Call',
};

function listOf(
  filter: ExecutionFilter,
  status: KnownStatus | undefined,
  sort: SortDirection,
  isSettled: boolean,
): PagedList<Execution> {
  return {
    route: '/execution',
    query: {
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
    freshness: ({ items }) => (isSettled && items.every((run) => hasEnded(run.status)) ? 'terminal' : 'list'),
  };
}
