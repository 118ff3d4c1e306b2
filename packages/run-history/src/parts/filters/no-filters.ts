import { DEFAULT_VIEW, type RunView } from '../../core/view.ts';

/** A view's filters as they are at first; order and open run stay as they are. */
export const NO_FILTERS: Partial<RunView> = {
  status: DEFAULT_VIEW.status,
  source: DEFAULT_VIEW.source,
  type: DEFAULT_VIEW.type,
  workflowId: DEFAULT_VIEW.workflowId,
  applicationSlugs: DEFAULT_VIEW.applicationSlugs,
  range: DEFAULT_VIEW.range,
  search: DEFAULT_VIEW.search,
};

/** Whether a view is narrowed by more than its range. */
export function hasFilters(view: RunView): boolean {
  return (
    view.status.length > 0 ||
    view.source !== null ||
    view.type !== null ||
    view.workflowId !== null ||
    view.applicationSlugs.length > 0 ||
    view.search.trim() !== ''
  );
}
