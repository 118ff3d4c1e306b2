import type { Workflow, WorkflowFilter } from '../../domain/model.ts';
import type { Page, PageRequest } from '../../lists/page.ts';
import type { Ask } from '../call.ts';
import { pathId } from '../../domain/id.ts';
import { readPage } from './page.ts';
import { readWorkflow, readWorkflowPage } from './wire.ts';

/** Workflows that the linked account can see. */
export function createWorkflowEndpoint(ask: Ask) {
  return {
    /** `GET /workflow/{id}`: NOT_FOUND when unknown, FORBIDDEN when private to another linked account. */
    get: async (id: string): Promise<Workflow> =>
      ask({
        method: 'GET',
        route: '/workflow/{id}',
        path: `/workflow/${pathId('id', id)}`,
        query: {},
        read: readWorkflow,
        freshness: () => 'workflow',
      }),

    /** One page of `GET /workflow`. Without a scope, the public ones. */
    list: (filter: WorkflowFilter, page: PageRequest, since?: number): Promise<Page<Workflow>> =>
      readPage(page, ({ number, size }) =>
        ask({
          method: 'GET',
          route: '/workflow',
          path: '/workflow',
          query: {
            page: String(number),
            limit: String(size),
            application_id: filter.applicationId,
            slug: filter.applicationSlug,
            name: filter.name,
            published: filter.published?.toString(),
            start_date: filter.startDate,
            end_date: filter.endDate,
            scope: filter.scope === 'PRIVATE' ? 'private' : undefined,
          },
          read: readWorkflowPage,
          since,
          freshness: () => 'workflow',
        }),
      ),
  };
}
