import { DAY_MS, dayOf } from './day.ts';
import type { ExecutionFilter } from './model.ts';

/** A span of creation times, epoch milliseconds: from the first, up to but without the second. */
export interface TimeRange {
  /** `-Infinity`: it has no start. */
  readonly fromMs: number;
  /** `Infinity`: it has no end. */
  readonly untilMs: number;
}

/** The span that a filter's days and times leave together. It is empty where it ends before it starts. */
export function timeRangeOf({ startDate, endDate, createdAfter, createdBefore }: ExecutionFilter): TimeRange {
  const dayAfter = endDate === undefined ? Infinity : Date.parse(endDate) + DAY_MS;
  return {
    fromMs: Math.max(
      startDate === undefined ? -Infinity : Date.parse(startDate),
      createdAfter?.getTime() ?? -Infinity,
    ),
    untilMs: Math.min(dayAfter, createdBefore?.getTime() ?? Infinity),
  };
}

/** Whether a filter has a bound that is finer than a day. */
export function hasTimes({ createdAfter, createdBefore }: ExecutionFilter): boolean {
  return createdAfter !== undefined || createdBefore !== undefined;
}

/** Whether a time is the first moment of its day in UTC, where a day's start and the end before it meet. */
export function isMidnight(time: Date): boolean {
  return time.getTime() % DAY_MS === 0;
}

/** The day after a day, both `YYYY-MM-DD`. */
export function dayAfter(day: string): string {
  return dayOf(new Date(Date.parse(day) + DAY_MS));
}
