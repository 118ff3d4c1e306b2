import type { Moment } from '../domain/moment.ts';

/** Rows of one list that follow each other, and when upstream answered the oldest answer that they are of. */
export interface Rows<T> extends Moment {
  readonly items: readonly T[];
  /** Position of the first, 0-based. */
  readonly from: number;
  /** How large the pages were that they came in: there is a whole number of them in front. */
  readonly pageSize: number;
  /** How many rows the list has; null: upstream does not tell, or contradicts itself. */
  readonly total: number | null;
  /** How many it has by upstream's word, however doubtful: good enough to guess where a row may be. */
  readonly told: number | null;
  /** Whether more rows follow; null: that is not certain. */
  readonly hasMore: boolean | null;
}

/**
 * Reads one list that has numbered pages only. Answers from before `since`, on the monotonic clock, do not count.
 * Positions count from 0. However many pages an answer is made of, they fit each other.
 */
export interface RowReader<T> {
  /** The first rows: as many as one call gives, up to so many; a page more where it is doubtful how large pages are. */
  first(count: number, since?: number): Promise<Rows<T>>;
  /** At least these rows, as far as there are any; most often some more on either side. */
  read(from: number, count: number, since?: number): Promise<Rows<T>>;
  /** The same rows and the next page of them; null: that does not fit them any more, since the list has changed. */
  readOn(rows: Rows<T>, since?: number): Promise<Rows<T> | null>;
  /** The most rows that one call gives, as far as that is known. */
  readonly largest: () => number;
}

/** The position behind the last row. */
export function endOf({ from, items }: Rows<unknown>): number {
  return from + items.length;
}

/**
 * Whether rows may follow, for who must not miss any: where the last page is full, that upstream's total ends with it proves
 * nothing.
 */
export function mayGoOn({ from, items, pageSize, hasMore }: Rows<unknown>): boolean {
  const isFull = items.length > 0 && (from + items.length) % pageSize === 0;
  return isFull || hasMore !== false;
}

/** Whether rows hold all of these that there are. */
export function holds(rows: Rows<unknown>, from: number, count: number): boolean {
  return rows.from <= from && (from + count <= endOf(rows) || rows.hasMore === false);
}

/** A stretch of one list, and the rows that it was cut from. */
export interface Slice<T> {
  readonly items: readonly T[];
  /** Position of the first, 0-based. */
  readonly from: number;
  readonly rows: Rows<T>;
}

/** Cuts a stretch out of the rows that hold it. */
export function sliceOf<T>(rows: Rows<T>, from: number, count: number): Slice<T> {
  return { items: rows.items.slice(from - rows.from, from - rows.from + count), from, rows };
}

/** Whether rows follow a stretch; one more read where that is not certain. */
export async function goesOn<T>(reader: RowReader<T>, { items, from, rows }: Slice<T>): Promise<boolean> {
  return endOf(rows) > from + items.length || (await hasMore(reader, rows));
}

/** Whether rows follow these; one more read where that is not certain. */
async function hasMore<T>(reader: RowReader<T>, rows: Rows<T>): Promise<boolean> {
  return rows.hasMore ?? (await reader.read(endOf(rows), 1, rows.at)).items.length > 0;
}
