import { pathId } from '../../domain/id.ts';
import type { Workflow, WorkflowFilter } from '../../domain/model.ts';
import { keyOf } from '../../lists/order.ts';
import type { RowReader } from '../../lists/rows.ts';
import type { Ask } from '../call.ts';
import type { PageLimits } from './page-limits.ts';
import { readPage, type PagedList } from './page.ts';
import { lookUp } from './request.ts';
import { createRowReader } from './row-reader.ts';
import { readWorkflow, readWorkflowPage } from './workflow-wire.ts';

const freshness = () => 'workflow' as const;

export type WorkflowEndpoint = ReturnType<typeof createWorkflowEndpoint>;

/** Workflows that the linked account can see. */
export function createWorkflowEndpoint(ask: Ask, limits: PageLimits) {
  return {
    /**
     * `GET /workflow/{id}`: NOT_FOUND when unknown, FORBIDDEN when private to another linked account, or where the
     * second generation wants an API key.
     */
    get: async (id: string): Promise<Workflow> =>
      ask(lookUp('/workflow/{id}', pathId('id', id), { read: readWorkflow, freshness, forSessions: null })),

    /** `GET /workflow`. Without a scope, the public ones. */
    list: (filter: WorkflowFilter): RowReader<Workflow> =>
      createRowReader((request, since) => readPage(ask, listOf(filter), request, since), limits, {
        route: '/workflow',
        keyOf,
        order: null,
      }),
  };
}

function listOf(filter: WorkflowFilter): PagedList<Workflow> {
  return {
    route: '/workflow',
    query: {
      application_id: filter.applicationId,
      slug: filter.applicationSlug,
      name: filter.name,
      published: filter.published?.toString(),
      start_date: filter.startDate,
      end_date: filter.endDate,
      scope: filter.scope === 'PRIVATE' ? 'private' : undefined,
    },
    read: readWorkflowPage,
    freshness,
  };
}
