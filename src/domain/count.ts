import { DAY_MS } from './day.ts';
import { badInput } from './errors.ts';
import {
  isKnownStatus,
  KNOWN_STATUSES,
  type Execution,
  type ExecutionFilter,
  type ExecutionStatus,
} from './model.ts';
import { nextStart, spansIn, type SpanUnit } from './span.ts';
import { timeRangeOf, type TimeRange } from './time-range.ts';
import type { TimeZone } from './time-zone.ts';

/** How many executions there are, and how many of them in each state. Null: it is not known. */
export interface Counts {
  readonly total: number | null;
  /** Without the states that nobody asked for. */
  readonly byStatus: ReadonlyMap<ExecutionStatus, number | null>;
}

/** Counts of executions that are made when they are asked for. */
export interface LazyCounts {
  readonly filter: ExecutionFilter;
  total(): Promise<number | null>;
  byStatus(): Promise<Counts>;
  /** Whether some of what is asked for is not known. */
  isPartial(): Promise<boolean>;
}

/** The executions created in one span of time. */
export interface SpanCounts {
  readonly span: TimeRange;
  /** Null: they could not be counted. */
  readonly counts: Counts | null;
}

/** The most days that one question may be about, by what it counts. */
const MAX_DAYS: Readonly<Record<SpanUnit, number>> = { DAY: 92, HOUR: 14 };

/** Counts rows by their states: those that upstream cannot be asked for are `UNKNOWN`, however they are counted. */
export function countRows(rows: readonly Execution[]): Counts {
  const byStatus = new Map<ExecutionStatus, number>();
  for (const row of rows) {
    const status = isKnownStatus(row.status) ? row.status : 'UNKNOWN';
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }
  return { total: rows.length, byStatus };
}

/** What is known before anything has been counted: nothing of any state that the filter lets through. */
export function unknownCounts({ statuses }: ExecutionFilter): Counts {
  const states = statuses ?? [...KNOWN_STATUSES, 'UNKNOWN' as const];
  return { total: null, byStatus: new Map(states.map((status) => [status, null])) };
}

/** Whether something has not been counted. */
export function isIncomplete({ total, byStatus }: Counts): boolean {
  return [total, ...byStatus.values()].includes(null);
}

/**
 * The spans of time that a filter's executions are counted in, the oldest first.
 * @param now where the range ends unless the filter says so: with the span that this is in, epoch milliseconds
 * @throws BAD_USER_INPUT when it does not say where the range starts, or the range is too long
 */
export function countedSpans(
  filter: ExecutionFilter,
  unit: SpanUnit,
  zone: TimeZone,
  now: number,
): readonly TimeRange[] {
  const { fromMs, untilMs } = timeRangeOf(filter);
  if (fromMs === -Infinity) throw badInput('buckets needs filter.startDate or filter.createdAfter');
  const range = { fromMs, untilMs: untilMs === Infinity ? nextStart(now, unit, zone) : untilMs };
  if (range.untilMs - fromMs <= MAX_DAYS[unit] * DAY_MS) return spansIn(range, unit, zone);
  throw badInput(
    `buckets by ${unit} span at most ${String(MAX_DAYS[unit])} days: narrow filter.startDate and filter.endDate`,
  );
}
