import { pathId } from '../../domain/id.ts';
import type { Workflow, WorkflowFilter } from '../../domain/model.ts';
import type { Page, PageRequest } from '../../lists/page.ts';
import type { Ask } from '../call.ts';
import { readPage, type PagedList } from './page.ts';
import { lookUp } from './request.ts';
import { readWorkflow, readWorkflowPage } from './workflow-wire.ts';

const freshness = () => 'workflow' as const;

/** Workflows that the linked account can see. */
export function createWorkflowEndpoint(ask: Ask) {
  return {
    /**
     * `GET /workflow/{id}`: NOT_FOUND when unknown, FORBIDDEN when private to another linked account, or where the
     * second generation wants an API key.
     */
    get: async (id: string): Promise<Workflow> =>
      ask(lookUp('/workflow/{id}', pathId('id', id), { read: readWorkflow, freshness, forSessions: null })),

    /** One page of `GET /workflow`. Without a scope, the public ones. */
    list: (filter: WorkflowFilter, request: PageRequest, since?: number): Promise<Page<Workflow>> =>
      readPage(ask, listOf(filter), request, since),
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
