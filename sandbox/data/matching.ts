import type { ExecutionFilter } from '../api/query.ts';
import type { Workflow } from './catalogue.ts';
import type { Run } from './run.ts';

/** Whether a filter wants the runs of a workflow. */
export function wantsWorkflow(workflow: Workflow, filter: ExecutionFilter): boolean {
  return (
    (filter.slugs === null || filter.slugs.includes(workflow.application.slug)) &&
    (filter.workflowId === null || workflow.id === filter.workflowId) &&
    (filter.workflowName === null || workflow.name.toLowerCase().includes(filter.workflowName.toLowerCase()))
  );
}

/** Whether a filter wants a run. */
export function wantsRun(run: Run, filter: ExecutionFilter): boolean {
  return (
    (filter.status === null || run.status === filter.status) &&
    (filter.source === null || run.source === filter.source) &&
    (filter.type === null || run.type === filter.type) &&
    run.createdAtMs >= filter.fromMs &&
    run.createdAtMs <= filter.toMs &&
    wantsWorkflow(run.workflow, filter)
  );
}
