import { canonicalId } from '../domain/id.ts';
import type { ExecutionFilter } from '../domain/model.ts';

/** A filter without its states: what it narrows down stays in it for good, while a run goes from state to state. */
export function withoutStates(filter: ExecutionFilter): ExecutionFilter {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => name !== 'statuses'));
}

/** Names the list that a filter stands for: the same however the filter is written. */
export function nameOf({
  workflowId,
  executionId,
  applicationSlugs,
  statuses,
  ...filter
}: ExecutionFilter): string {
  const inOneSpelling = {
    ...(workflowId !== undefined && { workflowId: canonicalId(workflowId) }),
    ...(executionId !== undefined && { executionId: canonicalId(executionId) }),
    ...(statuses && { statuses: statuses.toSorted() }),
    ...(applicationSlugs && { applicationSlugs: applicationSlugs.toSorted() }),
  };
  const fields = Object.entries({ ...filter, ...inOneSpelling }).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return JSON.stringify(fields);
}
