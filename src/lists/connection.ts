import { cursorOf } from './cursor.ts';
import type { RowKey } from './order.ts';

/** Rows with their position in the whole list. */
export interface Connection<T> {
  readonly items: readonly T[];
  /** Position of the first row, 0-based. */
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

/** Everything that a `PageInfo` tells, worked out from the rows' position and the total alone. */
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

/**
 * The cursor of the row so many behind the first; null where there is no such row, or the rows have no cursors.
 */
export function cursorIn(connection: Connection<unknown>, offset: number): string | null {
  const { from, total, at, binding, keys } = connection;
  const key = keys?.[offset];
  return key ? cursorOf(binding, { ...key, position: from + offset, total, at }) : null;
}
