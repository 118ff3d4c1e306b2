import { daysBetween } from './day.ts';
import { badInput } from './errors.ts';
import {
  isKnownStatus,
  KNOWN_STATUSES,
  type Execution,
  type ExecutionFilter,
  type ExecutionStatus,
} from './model.ts';

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

/** The executions created on one day. */
export interface DayCounts {
  /** `YYYY-MM-DD`, in UTC. */
  readonly day: string;
  /** Null: they could not be counted. */
  readonly counts: Counts | null;
}

/** The most days that one question may be about. */
const MAX_DAYS = 92;

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
 * The days that a filter spans, the oldest first, each `YYYY-MM-DD`.
 * @param today where the range ends unless the filter says so
 * @throws BAD_USER_INPUT when it does not say where the range starts, or the range is too long
 */
export function daysIn({ startDate, endDate = '' }: ExecutionFilter, today: string): string[] {
  if (startDate === undefined) throw badInput('buckets needs filter.startDate');
  const days = daysBetween(startDate, endDate || today, MAX_DAYS);
  if (days !== null) return days;
  throw badInput(`buckets span at most ${String(MAX_DAYS)} days: narrow filter.startDate and filter.endDate`);
}
