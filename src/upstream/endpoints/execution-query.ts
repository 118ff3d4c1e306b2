import {
  hasEnded,
  type Execution,
  type ExecutionFilter,
  type ExecutionSource,
  type SortDirection,
} from '../../domain/model.ts';
import { unmatchedBy } from '../../domain/row-check.ts';
import { dayAfter, hasTimes, timeRangeOf } from '../../domain/time-range.ts';
import type { PageRequest } from '../../lists/page.ts';
import type { Habits, Knowledge } from '../capabilities.ts';
import { readExecutionPage } from './execution-wire.ts';
import type { PagedList } from './page.ts';

/** What is asked of `GET /execution`. */
export interface ExecutionQuestion {
  /** With one status at the most. */
  readonly filter: ExecutionFilter;
  readonly sort: SortDirection;
  readonly request: PageRequest;
  /** Its rows hardly change any more. */
  readonly isSettled: boolean;
  /** Answers that are remembered from before this time, epoch milliseconds, do not count. */
  readonly since: number | undefined;
  /** Only what upstream itself has narrowed down will do, and whoever asks makes sure of every row. */
  readonly isAsApplied: boolean;
}

/** The other spelling of each habit. */
export const OTHER = {
  sources: { D1: 'D2', D2: 'D1' },
  dates: { DAY: 'TIME', TIME: 'DAY' },
  endOfRange: { END_OF_DAY: 'START_OF_DAY', START_OF_DAY: 'END_OF_DAY' },
} as const satisfies { readonly [K in keyof Habits]: Readonly<Record<Habits[K], Habits[K]>> };

/** The spelling that upstream is known for, and where nothing is known, that of its documentation. */
export function spellingFor(knowledge: Knowledge): Habits {
  return {
    sources: knowledge.habit('sources') ?? 'D2',
    dates: knowledge.habit('dates') ?? 'DAY',
    endOfRange: knowledge.habit('endOfRange') ?? 'END_OF_DAY',
  };
}

/** Whether the two generations spell this source differently. */
export function hasTwoSpellings(source: ExecutionSource | undefined): source is 'SCHEDULE' | 'API_CALL' {
  return source === 'SCHEDULE' || source === 'API_CALL';
}

const SOURCES: Readonly<Record<Habits['sources'], Readonly<Record<ExecutionSource, string>>>> = {
  D1: { EVENT: 'Event', SCHEDULE: 'Schedule', API_CALL: 'API Call' },
  D2: { EVENT: 'Event', SCHEDULE: 'SCHEDULE', API_CALL: 'API_CALL' },
};

/** The list that a question is about, spelled for upstream. */
export function listOf(
  { filter, sort, isSettled }: ExecutionQuestion,
  spelling: Habits,
): PagedList<Execution> {
  return {
    route: '/execution',
    query: {
      status: filter.statuses?.[0],
      execution_source: filter.source && SOURCES[spelling.sources][filter.source],
      execution_type: filter.type,
      ...datesOf(filter, spelling),
      slug: filter.applicationSlugs?.join(','),
      workflow_id: filter.workflowId,
      workflow_name: filter.workflowName,
      execution_id: filter.executionId,
      sortAsc: sort === 'ASC' ? 'true' : undefined,
    },
    read: readExecutionPage,
    // Rows that contradict the filter will be refused: then upstream is asked again soon.
    freshness: ({ items }) =>
      isSettled && items.every((run) => hasEnded(run.status) && unmatchedBy(filter, run) === null)
        ? 'terminal'
        : 'list',
  };
}

/** Days where they will do, since every upstream takes them; upstream's bounds both count. */
function datesOf(filter: ExecutionFilter, { dates, endOfRange }: Habits) {
  const { startDate, endDate } = filter;
  if (hasTimes(filter) || dates === 'TIME') {
    const { fromMs, untilMs } = timeRangeOf(filter);
    return { start_date: isoOf(fromMs), end_date: isoOf(untilMs - 1) };
  }
  const isNextDay = endDate !== undefined && endOfRange === 'START_OF_DAY';
  return { start_date: startDate, end_date: isNextDay ? dayAfter(endDate) : endDate };
}

function isoOf(ms: number): string | undefined {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : undefined;
}
