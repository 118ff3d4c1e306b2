import { countRows, unknownCounts, type Counts, type DayCounts } from '../../domain/count.ts';
import { dayOf } from '../../domain/day.ts';
import { allowsPartial } from '../../domain/errors.ts';
import {
  KNOWN_STATUSES,
  type Execution,
  type ExecutionFilter,
  type KnownStatus,
} from '../../domain/model.ts';
import type { Page } from '../../lists/page.ts';

/** What counting asks upstream for. */
export interface CountReads {
  /** The newest rows that match, up to so many, and how many there are; a call for each status that the filter names. */
  readonly newest: (filter: ExecutionFilter, rows: number) => Promise<Page<Execution>>;
  /** How many match, with this status or with any; null where that is not known. One call. */
  readonly count: (filter: ExecutionFilter, status: KnownStatus | undefined) => Promise<number | null>;
}

/** How many match: one call, or one for each status that the filter names. */
export async function countAll(reads: CountReads, filter: ExecutionFilter): Promise<number | null> {
  const counts = (filter.statuses ?? [undefined]).map((status) => reads.count(filter, status));
  return sum(await Promise.all(counts));
}

/**
 * How many match, and how many of them are in each state as far as the same calls tell: one page, which tells the states
 * where all rows fit it; or a call for each status that the filter names.
 * @param maxRows the largest page
 */
export async function countAtOnce(
  reads: CountReads,
  filter: ExecutionFilter,
  maxRows: number,
): Promise<Counts> {
  if (filter.statuses !== undefined) return countEach(reads, filter, filter.statuses);
  const { items, total } = await reads.newest(filter, maxRows);
  return items.length === total ? countRows(items) : { ...unknownCounts(filter), total };
}

/**
 * How many are in each state, a call for each, as far as upstream can be asked now.
 * @param total how many match; null where that is not known
 */
export async function countStates(
  reads: CountReads,
  filter: ExecutionFilter,
  total: number | null,
): Promise<Counts> {
  const forgiving: CountReads = {
    ...reads,
    count: (...question) => reads.count(...question).catch(nullIfPartial),
  };
  return withUnknown(total, await countEach(forgiving, filter, KNOWN_STATUSES));
}

/** Adds what no known state accounts for. Runs move on while they are counted, so that can seem less than nothing. */
function withUnknown(total: number | null, { byStatus, total: known }: Counts): Counts {
  const unknown = total === null || known === null ? null : Math.max(0, total - known);
  return { total, byStatus: new Map([...byStatus, ['UNKNOWN', unknown]]) };
}

/** Null for what cannot be asked for now; throws every other error. */
function nullIfPartial(error: unknown): null {
  if (allowsPartial(error)) return null;
  throw error;
}

async function countEach(
  reads: CountReads,
  filter: ExecutionFilter,
  statuses: readonly KnownStatus[],
): Promise<Counts> {
  const reading = statuses.map((status) => reads.count(filter, status));
  // Where one is refused, the others are waited for: what they find is remembered, and need not be asked again.
  await Promise.allSettled(reading);
  const counts = await Promise.all(reading);
  const byStatus = new Map(statuses.map((status, index) => [status, counts[index] ?? null] as const));
  return { total: sum(counts), byStatus };
}

/**
 * How many were created on each day. Goes back from the newest: a page of rows settles every day that it holds whole,
 * and a day with more rows than that is counted state by state. Ends where upstream cannot be asked any more.
 * @param days from the oldest to the newest, `YYYY-MM-DD`, without a gap
 * @param maxRows the largest page
 */
export async function countByDay(
  reads: CountReads,
  filter: ExecutionFilter,
  days: readonly string[],
  maxRows: number,
): Promise<DayCounts[]> {
  const settled = new Map<string, Counts>();
  let left = days;
  try {
    while (left.length > 0) {
      const [first = '', last = ''] = [left[0], left.at(-1)];
      const page = await reads.newest({ ...filter, startDate: first, endDate: last }, maxRows);
      const whole = wholeDays(page, left);
      for (const day of whole) settled.set(day, countRows(page.items.filter((row) => isOf(row, day))));
      if (whole.length === 0) {
        settled.set(last, await countDay(reads, { ...filter, startDate: last, endDate: last }));
      }
      left = left.slice(0, left.length - Math.max(1, whole.length));
    }
  } catch (error) {
    if (!allowsPartial(error)) throw error;
  }
  return days.map((day) => ({ day, counts: settled.get(day) ?? null }));
}

function isOf({ createdAt }: Execution, day: string): boolean {
  return createdAt !== null && dayOf(createdAt) === day;
}

/** One day of many rows. */
async function countDay(reads: CountReads, filter: ExecutionFilter): Promise<Counts> {
  if (filter.statuses !== undefined) return countEach(reads, filter, filter.statuses);
  const total = await reads.count(filter, undefined);
  return withUnknown(total, await countEach(reads, filter, KNOWN_STATUSES));
}

/** The days that a page of the newest rows holds every row of: all of them, or those newer than its oldest row's. */
function wholeDays({ items, total }: Page<Execution>, days: readonly string[]): readonly string[] {
  if (items.some(({ createdAt }) => createdAt === null)) return [];
  if (items.length >= total) return days;
  const oldest = items.at(-1)?.createdAt;
  return oldest ? days.filter((day) => day > dayOf(oldest)) : [];
}

/** Null where one of them is not known. */
function sum(counts: readonly (number | null)[]): number | null {
  return counts.reduce((total, count) => (total === null || count === null ? null : total + count), 0);
}
