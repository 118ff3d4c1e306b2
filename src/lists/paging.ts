import { anchorOf, cursorOf, MAX_INDEX, type Anchor } from './cursor.ts';
import { badInput } from '../domain/errors.ts';
import type { RowKey } from './order.ts';

/** Asks for a numbered page. `number` counts from 1. */
export interface PageAsk {
  readonly number: number;
  readonly size: number;
}

/** Rows of one page, and how many there are over all pages. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** When upstream answered it, epoch milliseconds. */
  readonly at: number;
}

/** Paging arguments as GraphQL hands them over: left out and null mean the same. */
export interface PagingArguments {
  readonly page?:
    | { readonly number?: number | null | undefined; readonly size?: number | null | undefined }
    | null
    | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Which rows of a list: up to `size` of them, from somewhere on. */
export interface RowWindow {
  readonly size: number;
  /** From this place (0-based), next to a row on one side of it, or the last ones. */
  readonly from: number | 'end' | { readonly side: 'after' | 'before'; readonly anchor: Anchor };
  /** Of those only what comes behind this row. */
  readonly floor: Anchor | null;
  /** Of those only what comes in front of this row. */
  readonly ceiling: Anchor | null;
}

/** Rows with their place in the whole list. */
export interface Connection<T> {
  readonly items: readonly T[];
  /** Place of the first row, 0-based. */
  readonly from: number;
  /** Rows that the window spans, whether or not the list reaches that far. */
  readonly count: number;
  readonly size: number;
  readonly total: number;
  /** When upstream answered them, epoch milliseconds. */
  readonly at: number;
  /** What the cursors are bound to. */
  readonly binding: string;
  /** What each row is told by; null: the rows have no cursors. */
  readonly keys: readonly RowKey[] | null;
}

const DEFAULT_SIZE = 10;

/**
 * Reads either style of paging.
 * @param binding names the list, for cursors
 * @param maxSize the largest page
 * @throws BAD_USER_INPUT naming the argument: both styles at once, a size or number out of range, a foreign cursor
 */
export function readWindow(args: PagingArguments, binding: string, maxSize: number): RowWindow {
  const first = args.first ?? null;
  const last = args.last ?? null;
  const after = args.after ?? null;
  const before = args.before ?? null;
  if (args.page != null) {
    if (first !== null || last !== null || after !== null || before !== null) {
      throw badInput('page excludes first, after, last and before');
    }
    const number = args.page.number ?? 1;
    const size = sizeOf('page.size', args.page.size ?? DEFAULT_SIZE, maxSize);
    const maxNumber = Math.floor(MAX_INDEX / size);
    if (number < 1 || number > maxNumber) {
      throw badInput(`page.number must be from 1 to ${String(maxNumber)} for pages of this size`);
    }
    return { from: (number - 1) * size, size, floor: null, ceiling: null };
  }
  if (first !== null && last !== null) throw badInput('first and last exclude each other');
  const size =
    last === null ? sizeOf('first', first ?? DEFAULT_SIZE, maxSize) : sizeOf('last', last, maxSize);
  const floor = after === null ? null : anchorOf(binding, after, 'after');
  const ceiling = before === null ? null : anchorOf(binding, before, 'before');
  if (last !== null || (ceiling !== null && first === null)) {
    const from = ceiling === null ? 'end' : ({ side: 'before', anchor: ceiling } as const);
    return { from, size, floor, ceiling: null };
  }
  const from = floor === null ? 0 : ({ side: 'after', anchor: floor } as const);
  return { from, size, floor: null, ceiling };
}

function sizeOf(argument: string, size: number, maxSize: number): number {
  if (size >= 1 && size <= maxSize) return size;
  throw badInput(`${argument} must be from 1 to ${String(maxSize)}`);
}

/**
 * The numbered page that holds rows `from` to `from + count`: of all that do, the smallest. It is hardly ever larger
 * than twice the rows, and one page costs one call and shows one moment, where two might not fit each other.
 */
export function pageCovering(from: number, count: number): PageAsk {
  for (let size = Math.max(1, count); ; size++) {
    const page = Math.floor(from / size);
    if (from + count <= (page + 1) * size) return { number: page + 1, size };
  }
}

/** Everything that a `PageInfo` tells, worked out from the rows' place and the total alone. */
export function pageInfoOf(connection: Connection<unknown>) {
  const { items, from, count, size, total } = connection;
  const totalPages = Math.max(1, Math.ceil(total / size));
  // A page is the whole of its rows: a window that starts like one and ends short of it is none.
  const isPage = from % size === 0 && (count === size || from + count === total);
  const currentPage = isPage ? from / size + 1 : null;
  return {
    hasNextPage: from + count < total,
    hasPreviousPage: from > 0,
    startCursor: cursorIn(connection, 0),
    endCursor: cursorIn(connection, items.length - 1),
    currentPage,
    pageSize: size,
    totalPages,
    nextPage: currentPage !== null && currentPage < totalPages ? currentPage + 1 : null,
    previousPage: currentPage !== null && currentPage > 1 ? currentPage - 1 : null,
    startIndex: from + 1,
  };
}

/** The cursor of one of the rows; null where there is no such row, or the rows have no cursors. */
export function cursorIn(connection: Connection<unknown>, place: number): string | null {
  const { from, total, at, binding, keys } = connection;
  const key = keys?.[place];
  return key ? cursorOf(binding, { ...key, index: from + place, total, at }) : null;
}
