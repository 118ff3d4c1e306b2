import { isStandInId } from '../../domain/id.ts';
import { earlier } from '../../domain/moment.ts';
import { isOlder, type Order, type RowKey } from '../../lists/order.ts';
import { pagesCovering, type PageRequest } from '../../lists/page.ts';
import { endOf, type RowReader, type Rows } from '../../lists/rows.ts';
import { badResponse } from '../failure.ts';
import type { PageLimits } from './page-limits.ts';
import { hasMoreAfter, madeSizeOf, totalOf } from './page-size.ts';
import type { PageWire } from './page-wire.ts';

/** How often rows are read anew where their pages do not fit each other, or turn out to be of another size. */
const MAX_ROUNDS = 6;

/** Reads one page of a list. */
export type PageReader<T> = (request: PageRequest, since?: number) => Promise<PageWire<T>>;

/** What is known of a list. */
export interface ListTraits<T> {
  readonly route: string;
  /** What its rows are told by; null: they have nothing to tell them by. */
  readonly keyOf: ((row: T) => RowKey) | null;
  /** How it is ordered by creation time; null: nobody knows. */
  readonly order: Order | null;
}

/** What the rows of one list are read with. */
interface RowParts<T> {
  readonly readPage: PageReader<T>;
  readonly limits: PageLimits;
  readonly list: ListTraits<T>;
}

/** Builds the reading of a list in pages as large as upstream makes them. */
export function createRowReader<T>(
  readPage: PageReader<T>,
  limits: PageLimits,
  list: ListTraits<T>,
): RowReader<T> {
  const { route } = list;
  const parts = { readPage, limits, list };
  return {
    first: async (count, since) => {
      const size = Math.max(1, Math.min(count, limits.limitOf(route)));
      const { rows, isDoubtful } = await readStart(parts, size, since);
      if (!isDoubtful) return rows;
      // One more call settles for a while how large pages can be.
      const more = await readOn(parts, rows, since);
      if (more !== null && more.items.length > rows.items.length) limits.learn(route, rows.pageSize);
      return more ?? rows;
    },
    readOn: (rows, since) => readOn(parts, rows, since),
    largest: () => limits.limitOf(route),
    read: async (from, count, since) => {
      let newest = since;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const { rows, at } = await readOnce(parts, from, count, newest);
        if (rows !== null) return rows;
        newest = Math.max(newest ?? 0, at + 1);
      }
      throw badResponse("Upstream's pages do not fit each other, however often they are read");
    },
  };
}

/** The size that a page was made in, which is remembered. */
function sizeOf<T>({ limits, list }: RowParts<T>, request: PageRequest, page: PageWire<T>) {
  const { route } = list;
  const size = madeSizeOf(request, page, limits.isProven(route, request.size));
  if (size !== 'doubtful' && size < request.size) limits.learn(route, size);
  else if (page.items.length === request.size) limits.prove(route, request.size);
  return size;
}

/** The first rows in a page of this size, and whether it is doubtful that no larger ones follow. */
async function readStart<T>(parts: RowParts<T>, size: number, since: number | undefined) {
  const request = { number: 1, size };
  const page = await parts.readPage(request, since);
  const made = sizeOf(parts, request, page);
  const isDoubtful = made === 'doubtful';
  const rows = rowsOf({ number: 1, size: isDoubtful ? page.items.length : made }, page);
  return { isDoubtful, rows: isDoubtful ? { ...rows, hasMore: null, total: null } : rows };
}

/** A page past the first; null: upstream does not make pages of this size, and what it makes has been learned. */
async function readFurther<T>(
  parts: RowParts<T>,
  request: PageRequest,
  since: number | undefined,
): Promise<Rows<T> | null> {
  const page = await parts.readPage(request, since);
  const size = sizeOf(parts, request, page);
  if (size === request.size) return rowsOf(request, page);
  if (size === 'doubtful') {
    // The first page tells: a list that goes on behind it fills it, unless pages are smaller than that.
    const first = await parts.readPage({ number: 1, size: request.size }, since);
    const { items } = first;
    sizeOf(parts, { number: 1, size: request.size }, first);
    if (items.length === request.size) return rowsOf(request, page);
    if (items.length > 0) parts.limits.learn(parts.list.route, items.length);
  }
  return null;
}

/** The rows and the page behind them; null: that page does not fit them. */
async function readOn<T>(
  parts: RowParts<T>,
  rows: Rows<T>,
  since: number | undefined,
): Promise<Rows<T> | null> {
  const number = endOf(rows) / rows.pageSize + 1;
  const request = { number, size: rows.pageSize };
  const page = await parts.readPage(request, since);
  const size = sizeOf(parts, request, page);
  if (size !== 'doubtful' && size < request.size) return null;
  const next = rowsOf(request, page);
  if (next.items.length === 0) return { ...rows, hasMore: false, total: totalAt(rows, page) };
  if (!areInOrder(parts.list, rows.items, next.items)) return null;
  const isSameList = rows.told !== null && rows.told === next.told;
  if (!isSameList) {
    // Where the totals do not show that nothing has changed in between, the rows do.
    const again = await parts.readPage({ number: number - 1, size: request.size }, next.at);
    if (!areSame(parts.list, rows.items.slice(-request.size), again.items)) return null;
  }
  return {
    ...next,
    items: [...rows.items, ...next.items],
    from: rows.from,
    total: isSameList || rows.told === null ? next.total : null,
    ...earlier(rows, next),
  };
}

/** The rows of a range, and when its first page was read; null: its pages do not fit each other, or are of another size. */
async function readOnce<T>(parts: RowParts<T>, from: number, count: number, since: number | undefined) {
  const { limits, list } = parts;
  const { route } = list;
  const plan = pagesCovering(from, count, limits.limitOf(route));
  const isFromStart = plan.first === 1;
  const start = isFromStart
    ? await readStart(parts, plan.size, since)
    : { isDoubtful: false, rows: await readFurther(parts, { number: plan.first, size: plan.size }, since) };
  let { rows } = start;
  const at = rows?.at ?? 0;
  while (rows !== null && rows.hasMore !== false && endOf(rows) < from + count) {
    rows = await readOn(parts, rows, since);
    if (start.isDoubtful && rows !== null && endOf(rows) > rows.pageSize) {
      limits.learn(route, rows.pageSize);
    }
  }
  return { rows, at };
}

/** What a page tells that was made in the size asked for. */
function rowsOf<T>({ number, size }: PageRequest, page: PageWire<T>): Rows<T> {
  const { items, at, date, total: told } = page;
  const from = (number - 1) * size;
  const hasMore = hasMoreAfter({ number, size }, page);
  const total = totalOf({ from, count: items.length, hasMore }, page);
  return { items, from, pageSize: size, total, told, hasMore, at, date };
}

/** How many rows there are where an empty page has shown that these are the last. */
function totalAt(rows: Rows<unknown>, page: PageWire<unknown>): number | null {
  return totalOf({ from: rows.from, count: rows.items.length, hasMore: false }, page);
}

/** Whether rows follow others as they do in one list: none of them again, and none out of order at the seam. */
function areInOrder<T>({ keyOf, order }: ListTraits<T>, rows: readonly T[], next: readonly T[]): boolean {
  if (keyOf === null) return true;
  // What cannot be read is told by nothing of its own.
  const told = (some: readonly T[]) => some.map(keyOf).filter(({ id }) => !isStandInId(id));
  const [keys, nextKeys] = [told(rows), told(next)];
  const ids = new Set(keys.map(({ id }) => id));
  if (nextKeys.some(({ id }) => ids.has(id))) return false;
  const [last, first] = [keys.at(-1), nextKeys[0]];
  if (order === null || last === undefined || first === undefined) return true;
  const [before, after] = order === 'ASC' ? [last, first] : [first, last];
  return !isOlder(inSeconds(after), inSeconds(before));
}

/** A key that tells a time no finer than an id does, and nothing else. */
function inSeconds({ time }: RowKey): RowKey {
  return { id: '', time: Math.floor(time / 1000) };
}

function areSame<T>({ keyOf }: ListTraits<T>, rows: readonly T[], others: readonly T[]): boolean {
  const idOf = (row: T) => (keyOf === null ? JSON.stringify(row) : keyOf(row).id);
  return rows.length === others.length && rows.every((row, index) => idOf(row) === idOf(others[index] as T));
}
