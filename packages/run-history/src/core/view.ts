import type {
  ExecutionSource,
  ExecutionStatus,
  ExecutionType,
  SortDirection,
} from '../documents/generated.ts';
import type { RunFilter } from './run.ts';

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

/** By when the runs were created: a preset, which moves on with time, or days, each of them included; null: open. */
export type RunRange =
  { readonly preset: RangePreset } | { readonly from: string | null; readonly to: string | null };

/** `24h` needs an upstream that knows times; elsewhere it is today and yesterday. */
export type RangePreset = 'today' | '24h' | '7d' | '30d' | '90d' | 'all';

/** All presets, the shortest first. */
export const RANGE_PRESETS: readonly RangePreset[] = ['today', '24h', '7d', '30d', '90d', 'all'];

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

const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<Exclude<RangePreset, 'all' | '24h'>, number>> = {
  today: 1,
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
 * @param nowMs by whose days a preset is meant, in UTC, as upstream's days are
 * @param knowsTimes whether upstream can be asked for times within a day
 */
export function filterOf(view: RunView, nowMs: number, knowsTimes: boolean): RunFilter {
  const search = view.search.trim();
  return {
    ...(view.status.length > 0 && { status: view.status }),
    ...(view.source !== null && { source: view.source }),
    ...(view.type !== null && { type: view.type }),
    ...(view.workflowId !== null && { workflowId: view.workflowId }),
    ...(view.applicationSlugs.length > 0 && { applicationSlugs: view.applicationSlugs }),
    ...(search !== '' &&
      (isRunId(search) ? { executionId: search.toLowerCase() } : { workflowName: search })),
    ...rangeOf(view.range, nowMs, knowsTimes),
  };
}

function rangeOf(range: RunRange, nowMs: number, knowsTimes: boolean): RunFilter {
  if (!('preset' in range)) {
    return {
      ...(range.from !== null && { startDate: range.from }),
      ...(range.to !== null && { endDate: range.to }),
    };
  }
  const { preset } = range;
  if (preset === 'all') return {};
  if (preset !== '24h') return { startDate: dayOf(nowMs - (DAYS[preset] - 1) * DAY_MS) };
  // To the minute, so that those who ask within it ask the same.
  const since = Math.floor((nowMs - DAY_MS) / 60_000) * 60_000;
  return knowsTimes ? { createdAfter: new Date(since).toISOString() } : { startDate: dayOf(nowMs - DAY_MS) };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
