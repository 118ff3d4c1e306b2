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

/** What a view shows in its place, so that the list is asked for without it. */
const WITHOUT: Readonly<Record<Narrowing, Partial<RunView>>> = {
  search: { search: '' },
  status: { status: [] },
  source: { source: null },
  type: { type: null },
  workflow: { workflowId: null },
  application: { applicationSlugs: [] },
  range: { range: { preset: 'all' } },
  sort: { sort: DEFAULT_VIEW.sort },
};

/** The part of a view without the argument; null: it is none of the page's. */
export function withoutArgument(argument: ListArgument): Partial<RunView> | null {
  const narrowing = NARROWINGS[argument];
  return narrowing === undefined ? null : WITHOUT[narrowing];
}
