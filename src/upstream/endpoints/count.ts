import { countRows, unknownCounts, type Counts, type SpanCounts } from '../../domain/count.ts';
import { dayOf } from '../../domain/day.ts';
import { allowsPartial } from '../../domain/errors.ts';
import {
  KNOWN_STATUSES,
  type Execution,
  type ExecutionFilter,
  type KnownStatus,
} from '../../domain/model.ts';
import { isMidnight, type TimeRange } from '../../domain/time-range.ts';

/** The newest rows that match. */
export interface NewestRows {
  readonly items: readonly Execution[];
  /** Whether these are all that match. */
  readonly isAll: boolean;
  /** How many match; null where upstream does not tell. */
  readonly total: number | null;
}

/** What counting asks upstream for. */
export interface CountReads {
  /** As many of the newest rows as one call gives; a call for each status that the filter names. */
  readonly newest: (filter: ExecutionFilter) => Promise<NewestRows>;
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
 */
export async function countAtOnce(reads: CountReads, filter: ExecutionFilter): Promise<Counts> {
  if (filter.statuses !== undefined) return countEach(reads, filter, filter.statuses);
  const { items, isAll, total } = await reads.newest(filter);
  return isAll ? countRows(items) : { ...unknownCounts(filter), total };
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
 * How many were created in each span of time. Goes back from the newest: a page of rows settles every span that it holds
 * whole, and a span with more rows than that is counted state by state. Ends where upstream cannot be asked any more.
 * @param spans from the oldest to the newest, without a gap; together they are the filter's own range
 * @throws NOT_SUPPORTED where upstream has to be asked for times, and knows days only
 */
export async function countBySpan(
  reads: CountReads,
  filter: ExecutionFilter,
  spans: readonly TimeRange[],
): Promise<SpanCounts[]> {
  const settled = new Map<TimeRange, Counts>();
  let left = spans;
  try {
    for (let [newest] = left.slice(-1); newest !== undefined; [newest] = left.slice(-1)) {
      const rest = { fromMs: left[0]?.fromMs ?? newest.fromMs, untilMs: newest.untilMs };
      const page = await reads.newest(within(filter, rest));
      const whole = wholeSpans(page, left);
      for (const span of whole) settled.set(span, countRows(page.items.filter((row) => isIn(row, span))));
      if (whole.length === 0) settled.set(newest, await countSpan(reads, within(filter, newest)));
      left = left.slice(0, left.length - Math.max(1, whole.length));
    }
  } catch (error) {
    if (!allowsPartial(error)) throw error;
  }
  return spans.map((span) => ({ span, counts: settled.get(span) ?? null }));
}

/** A filter, narrowed to a part of its range: in whole days where they will do, since every upstream knows those. */
function within(filter: ExecutionFilter, { fromMs, untilMs }: TimeRange): ExecutionFilter {
  const [from, until] = [new Date(fromMs), new Date(untilMs)];
  return {
    ...filter,
    ...(isMidnight(from) ? { startDate: dayOf(from) } : { createdAfter: from }),
    ...(isMidnight(until) ? { endDate: dayOf(new Date(untilMs - 1)) } : { createdBefore: until }),
  };
}

function isIn({ createdAt }: Execution, { fromMs, untilMs }: TimeRange): boolean {
  return createdAt !== null && createdAt.getTime() >= fromMs && createdAt.getTime() < untilMs;
}

/** One span of many rows. */
async function countSpan(reads: CountReads, filter: ExecutionFilter): Promise<Counts> {
  if (filter.statuses !== undefined) return countEach(reads, filter, filter.statuses);
  const total = await reads.count(filter, undefined);
  return withUnknown(total, await countEach(reads, filter, KNOWN_STATUSES));
}

/** The spans that a page of the newest rows holds every row of: all, or those that begin after its oldest row. */
function wholeSpans({ items, isAll }: NewestRows, spans: readonly TimeRange[]): readonly TimeRange[] {
  // What cannot be read has only borrowed its time.
  if (items.some(({ createdAt, isUnreadable }) => createdAt === null || isUnreadable)) return [];
  if (isAll) return spans;
  const oldest = items.at(-1)?.createdAt?.getTime();
  return oldest === undefined ? [] : spans.filter(({ fromMs }) => fromMs > oldest);
}

/** Null where one of them is not known. */
function sum(counts: readonly (number | null)[]): number | null {
  return counts.reduce((total, count) => (total === null || count === null ? null : total + count), 0);
}
