import type { ExecutionFilter, ExecutionSource, Execution, SortDirection } from '../domain/model.ts';
import type { Page, PageAsk } from '../domain/paging.ts';
import type { Ask } from './call.ts';
import { readPage } from './page.ts';
import { readExecutionPage } from './wire.ts';

/** Spelled as the first generation does, which both read. */
const SOURCES: Readonly<Record<ExecutionSource, string>> = {
  EVENT: 'Event',
  SCHEDULE: 'Schedule',
  API_CALL: 'API Call',
};

/** Executions of the linked account. */
export function createExecutionEndpoint(ask: Ask) {
  return {
    /** One page of `GET /execution`: one call, but where upstream leaves out the total. */
    list: (filter: ExecutionFilter, sort: SortDirection, page: PageAsk): Promise<Page<Execution>> =>
      readPage(page, ({ number, size }) =>
        ask({
          method: 'GET',
          route: '/execution',
          path: '/execution',
          query: {
            page: String(number),
            limit: String(size),
            status: filter.status,
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
          freshness: () => 'list',
        }),
      ),
  };
}
