import { createApplicationLoaders } from './application.ts';
import { createExecutionLoader, type ExecutionReads } from './execution.ts';
import { createFailedRunLoader, type FailedRunReads } from './failed-run.ts';
import { createWorkflowLoader } from './workflow.ts';

/** What look-ups are made with. */
export type LoaderOptions = Omit<FailedRunReads, 'loader'> & ExecutionReads;

/** Builds the look-ups, anew for every request: what they remember belongs to one caller. */
export function createLoaders({ upstream, promise, now, ...options }: LoaderOptions) {
  const loader = createExecutionLoader({ upstream, promise, now });
  return {
    execution: loader,
    failedRun: createFailedRunLoader({ ...options, loader, now }),
    workflow: createWorkflowLoader(upstream),
    ...createApplicationLoaders(upstream),
  };
}
