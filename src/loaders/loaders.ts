import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { createApplicationLoaders } from './application.ts';
import { createExecutionLoader } from './execution.ts';
import { createWorkflowLoader } from './workflow.ts';

/**
 * Builds the look-ups, anew for every request: what they remember belongs to one caller.
 * @param pageSize how many workflows one list call reads
 */
export function createLoaders(upstream: Upstream, pageSize: number) {
  return {
    execution: createExecutionLoader(upstream),
    workflow: createWorkflowLoader(upstream, pageSize),
    ...createApplicationLoaders(upstream),
  };
}
