import { createApplicationEndpoint } from './application.ts';
import type { Ask } from '../call.ts';
import { createExecutionEndpoint } from './execution.ts';
import { createWorkflowEndpoint } from './workflow.ts';

/** Upstream as one caller sees it: an endpoint a noun. */
export type Upstream = ReturnType<typeof createUpstream>;

/** Puts the endpoints in front of one caller's way of asking. */
export function createUpstream(ask: Ask) {
  return {
    execution: createExecutionEndpoint(ask),
    workflow: createWorkflowEndpoint(ask),
    application: createApplicationEndpoint(ask),
  };
}
