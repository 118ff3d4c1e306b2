import type {
  ExecutionSource,
  ExecutionStatus,
  ExecutionType,
  SortDirection,
} from '../documents/generated.ts';
import type { RunFilter } from './run.ts';
import { addDays, DAY_MS, dayIn, midnightIn } from './zone.ts';

/** What a page shows: all that its address holds, so that a link, a reload and the way back lead to the same. */
export interface RunView {
  /** None: every state. */
  readonly status: readonly ExecutionStatus[];
  readonly source: ExecutionSource | null;
  readonly type: ExecutionType | null;
  readonly workflowId: string | null;
  readonly applicationSlugs: readonly string[];
  readonly range: RunRange;
  /** A run's id, or a workflow's name; empty: no search. */
  readonly search: string;
  readonly sort: SortDirection;
  /** The run that is open beside the list; null: none. */
  readonly runId: string | null;
}

/**
 * By when the runs were created: a preset, which moves on with time; or days, each of them included; null: open. Instead
 * of a day there may be a moment, the first one of the range, or the first one behind it.
 */
export type RunRange =
  { readonly preset: RangePreset } | { readonly from: string | null; readonly to: string | null };

/** `24h` needs an upstream that knows times; elsewhere it is today and yesterday. */
export type RangePreset = 'today' | '24h' | '7d' | '30d' | '90d' | 'all';

/** All presets, the shortest first. */
export const RANGE_PRESETS: readonly RangePreset[] = ['today', '24h', '7d', '30d', '90d', 'all'];

/** The states that a list can be narrowed to, those that need somebody's eyes first. */
export const FILTER_STATUSES: readonly ExecutionStatus[] = [
  'ERRORED',
  'TIMED_OUT',
  'RUNNING',
  'STOPPING',
  'STOPPED',
  'COMPLETED',
];
/** What can have started a run. */
export const FILTER_SOURCES: readonly ExecutionSource[] = ['EVENT', 'SCHEDULE', 'API_CALL'];
/** Whether somebody can have waited for it. */
export const FILTER_TYPES: readonly ExecutionType[] = ['SYNC', 'ASYNC'];

/** What a page opens with. */
export const DEFAULT_VIEW: RunView = {
  status: [],
  source: null,
  type: null,
  workflowId: null,
  applicationSlugs: [],
  range: { preset: '7d' },
  search: '',
  sort: 'DESC',
  runId: null,
};

/** How many days a preset has, today included. */
const DAYS: Readonly<Record<Exclude<RangePreset, 'all'>, number>> = {
  today: 1,
  '24h': 2,
  '7d': 7,
  '30d': 30,
  '90d': 90,
};

/** Whether a search is for the one run with that id; otherwise it is for workflows of that name. */
export function isRunId(search: string): boolean {
  return /^[\da-f]{24}$/i.test(search);
}

/**
 * The filter that the gateway is asked with.
 * @param nowMs when presets are resolved
 * @param knowsTimes whether upstream can be asked for times within a day: then days are those of `timeZone`, else of UTC
 */
export function filterOf(view: RunView, nowMs: number, knowsTimes: boolean, timeZone = 'UTC'): RunFilter {
  const search = view.search.trim();
  return {
    ...(view.status.length > 0 && { status: view.status }),
    ...(view.source !== null && { source: view.source }),
    ...(view.type !== null && { type: view.type }),
    ...(view.workflowId !== null && { workflowId: view.workflowId }),
    ...(view.applicationSlugs.length > 0 && { applicationSlugs: view.applicationSlugs }),
    ...(search !== '' &&
      (isRunId(search) ? { executionId: search.toLowerCase() } : { workflowName: search })),
    ...(knowsTimes ? timesOf(view.range, nowMs, timeZone) : daysOf(view.range, nowMs)),
  };
}

function timesOf(range: RunRange, nowMs: number, timeZone: string): RunFilter {
  if ('preset' in range && range.preset === '24h') {
    // To the minute, so that those who ask within it ask the same.
    const since = Math.floor((nowMs - DAY_MS) / 60_000) * 60_000;
    return { createdAfter: new Date(since).toISOString() };
  }
  const { from, to } = boundsOf(range, dayIn(timeZone, nowMs));
  if (timeZone === 'UTC' && isDay(from) && isDay(to)) return daysOf(range, nowMs);
  return {
    ...(from !== null && { createdAfter: isDay(from) ? midnightIn(timeZone, from) : from }),
    ...(to !== null && { createdBefore: isDay(to) ? midnightIn(timeZone, addDays(to, 1)) : to }),
  };
}

function daysOf(range: RunRange, nowMs: number): RunFilter {
  const { from, to } = boundsOf(range, dayIn('UTC', nowMs));
  return {
    ...(from !== null && { startDate: from.slice(0, 10) }),
    ...(to !== null && { endDate: isDay(to) ? to : dayIn('UTC', Date.parse(to) - 1) }),
  };
}

function boundsOf(
  range: RunRange,
  today: string,
): { readonly from: string | null; readonly to: string | null } {
  if (!('preset' in range)) return range;
  return { from: range.preset === 'all' ? null : addDays(today, 1 - DAYS[range.preset]), to: null };
}

/** Whether it is a day, `YYYY-MM-DD`, or none at all, rather than a moment. */
function isDay(bound: string | null): boolean {
  return bound === null || bound.length === 10;
}
