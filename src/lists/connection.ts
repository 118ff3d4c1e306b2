import { cursorOf, type Place } from './cursor.ts';
import type { RowKey } from './order.ts';

/** Rows with their position in the whole list. */
export interface Connection<T> {
  readonly items: readonly T[];
  /** Position of the first row, 0-based. */
  readonly from: number;
  /** Rows that the window spans, whether or not the list reaches that far. */
  readonly count: number;
  readonly size: number;
  /** How many rows the list has; null: upstream does not tell, or contradicts itself. */
  readonly total: number | null;
  /** Whether rows follow. */
  readonly hasNext: boolean;
  /** What the rows' cursors are made of; null: they have none. */
  readonly marks: RowMarks | null;
}

/** What the cursors of rows are made of, worked out once somebody asks for one: few do. */
export interface RowMarks {
  read(): Marks;
  /** Those of some of the rows. */
  slice(from: number, to: number): RowMarks;
}

/** What the cursors of some rows are made of. */
export interface Marks {
  /** Names the list; see `Binding`. */
  readonly name: string;
  readonly owner: string | null;
  /** What each row is told by. */
  readonly keys: readonly RowKey[];
  /** Which of the lists that are merged each row is of. */
  readonly lists: readonly number[];
  /** Where each row stood in them. */
  readonly places: readonly (readonly Place[])[];
  /** The time of day when upstream answered them, epoch milliseconds. */
  readonly date: number;
}

/** Everything that a `PageInfo` tells, worked out from the rows' position alone. */
export class PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly currentPage: number | null;
  readonly pageSize: number;
  readonly totalPages: number | null;
  readonly nextPage: number | null;
  readonly previousPage: number | null;
  readonly startIndex: number;
  readonly #connection: Connection<unknown>;

  constructor(connection: Connection<unknown>) {
    const { from, count, size, total, hasNext } = connection;
    // A page is the whole of its rows: a window that starts like one and ends short of it is none.
    const isPage = from % size === 0 && (count === size || !hasNext);
    const currentPage = isPage ? from / size + 1 : null;
    this.hasNextPage = hasNext;
    this.hasPreviousPage = from > 0;
    this.currentPage = currentPage;
    this.pageSize = size;
    this.totalPages = total === null ? null : Math.max(1, Math.ceil(total / size));
    this.nextPage = currentPage !== null && hasNext ? currentPage + 1 : null;
    this.previousPage = currentPage !== null && currentPage > 1 ? currentPage - 1 : null;
    this.startIndex = from + 1;
    this.#connection = connection;
  }

  /** A cursor is a hash: it is made where it is asked for. */
  get startCursor(): string | null {
    return cursorIn(this.#connection, 0);
  }

  get endCursor(): string | null {
    return cursorIn(this.#connection, this.#connection.items.length - 1);
  }
}

/**
 * The cursor of the row so many behind the first; null where there is no such row, or the rows have no cursors.
 */
export function cursorIn(connection: Connection<unknown>, offset: number): string | null {
  const marks = connection.marks?.read();
  const [key, list, places] = [marks?.keys[offset], marks?.lists[offset], marks?.places[offset]];
  if (!marks || !key || list === undefined || !places) return null;
  const { name, owner, date } = marks;
  return cursorOf(name, { ...key, places, list, date, owner });
}
