import type { ListArgument } from '../../core/capability.ts';
import { DEFAULT_VIEW, type RunView } from '../../core/view.ts';
import type { AllMessages } from '../messages.ts';

/** What a view narrows or orders its list by, as an argument of the list. */
type Narrowing = 'search' | 'status' | 'source' | 'type' | 'workflow' | 'application' | 'range' | 'sort';

const NARROWINGS: Readonly<Partial<Record<ListArgument, Narrowing>>> = {
  sort: 'sort',
  'filter.executionId': 'search',
  'filter.workflowName': 'search',
  'filter.status': 'status',
  'filter.source': 'source',
  'filter.type': 'type',
  'filter.workflowId': 'workflow',
  'filter.applicationSlugs': 'application',
  'filter.startDate': 'range',
  'filter.endDate': 'range',
  'filter.createdAfter': 'range',
  'filter.createdBefore': 'range',
};

/** How a filter is called on the page; null: it is none of the page's. */
export function nameOfArgument(argument: ListArgument, { filters, list }: AllMessages): string | null {
  const narrowing = NARROWINGS[argument];
  if (narrowing === undefined) return null;
  if (narrowing === 'search') return filters.search.chip;
  return narrowing === 'sort' ? list.columns.started : filters[narrowing];
}

/** What a view shows in place of it, so that the list is asked for without the argument. */
export function withoutArgument(argument: ListArgument): Partial<RunView> | null {
  switch (NARROWINGS[argument]) {
    case 'search':
      return { search: '' };
    case 'status':
      return { status: [] };
    case 'source':
      return { source: null };
    case 'type':
      return { type: null };
    case 'workflow':
      return { workflowId: null };
    case 'application':
      return { applicationSlugs: [] };
    case 'range':
      return { range: { preset: 'all' } };
    case 'sort':
      return { sort: DEFAULT_VIEW.sort };
    default:
      return null;
  }
}
