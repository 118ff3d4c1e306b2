import { createApplicationEndpoint } from './application.ts';
import type { Ask } from '../call.ts';
import type { Knowledge } from '../capabilities.ts';
import { createExecutionEndpoint } from './execution.ts';
import type { PageLimits } from './page-limits.ts';
import { createWorkflowEndpoint } from './workflow.ts';

/** Upstream as one caller sees it: an endpoint a noun. */
export type Upstream = ReturnType<typeof createUpstream>;

/**
 * Puts the endpoints in front of one caller's way of asking.
 * @param knowledge what upstream has shown of itself to this caller
 * @param limits how large the pages of its lists can be
 */
export function createUpstream(ask: Ask, knowledge: Knowledge, limits: PageLimits) {
  const application = createApplicationEndpoint(ask);
  return {
    execution: createExecutionEndpoint(ask, { knowledge, limits, applications: application.list }),
    workflow: createWorkflowEndpoint(ask, limits),
    application,
  };
}
