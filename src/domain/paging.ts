import { cursorAt, indexOfCursor, MAX_INDEX } from './cursor.ts';
import { badInput } from './errors.ts';

/** Asks for a numbered page. `number` counts from 1. */
export interface PageAsk {
  readonly number: number;
  readonly size: number;
}

/** Rows of one page, and how many there are over all pages. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
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

/**
 * Which rows of a list: `count` of them from `from` (0-based); or, with `from: null`, the last `count` ones that
 * are not in front of `floor`. `size` is the page size that the caller thinks in.
 */
export interface RowWindow {
  readonly from: number | null;
  readonly floor: number;
  readonly count: number;
  readonly size: number;
}

/** Rows with their place in the whole list. `binding` is what their cursors are bound to. */
export interface Connection<T> {
  readonly items: readonly T[];
  /** Place of the first row, 0-based. */
  readonly from: number;
  /** Rows that the window spans, whether or not the list reaches that far. */
  readonly count: number;
  readonly size: number;
  readonly total: number;
  readonly binding: string;
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
    return { from: (number - 1) * size, floor: 0, count: size, size };
  }
  if (first !== null && last !== null) throw badInput('first and last exclude each other');
  const size =
    last === null ? sizeOf('first', first ?? DEFAULT_SIZE, maxSize) : sizeOf('last', last, maxSize);
  const floor = after === null ? 0 : indexOfCursor(binding, after, 'after') + 1;
  const ceiling = before === null ? Infinity : indexOfCursor(binding, before, 'before');
  const count = Math.max(0, Math.min(size, ceiling - floor));
  const fromTheEnd = last !== null || (before !== null && first === null);
  if (!fromTheEnd) return { from: floor, floor, count, size };
  return { from: ceiling === Infinity ? null : ceiling - count, floor, count, size };
}

function sizeOf(argument: string, size: number, maxSize: number): number {
  if (size >= 1 && size <= maxSize) return size;
  throw badInput(`${argument} must be from 1 to ${String(maxSize)}`);
}

/**
 * Reads a window from a list that only knows numbered pages, in at most two reads: one where the place is known,
 * rarely two; and where it counts from the end, one of them to learn the total.
 * @param maxSize the largest page a caller may ask for; reads use pages of up to twice that, and of more only where
 * the end of a list would need a third read. Or `start`: every read is of the first rows, up to the last one needed
 */
export async function readConnection<T>(
  window: RowWindow,
  binding: string,
  maxSize: number | 'start',
  list: (ask: PageAsk) => Promise<Page<T>>,
): Promise<Connection<T>> {
  const { floor, size } = window;
  let { from, count } = window;
  const isFromTheEnd = from === null;
  if (from === null) {
    const { total, items } = await list({ number: 1, size: count });
    from = Math.max(floor, total - count);
    count = Math.max(0, total - from);
    if (total <= size) {
      return { items: items.slice(from, from + count), from, count, size, total, binding };
    }
  }
  const asks: [PageAsk, ...PageAsk[]] =
    maxSize === 'start'
      ? [{ number: 1, size: Math.max(1, from + count) }]
      : pagesCovering(from, count, isFromTheEnd ? Infinity : 2 * maxSize);
  const pages = await Promise.all(asks.map(list));
  const skipped = from - (asks[0].number - 1) * asks[0].size;
  const items = pages.flatMap((page) => page.items).slice(skipped, skipped + count);
  const total = Math.max(...pages.map((page) => page.total));
  return { items, from, count, size, total, binding };
}

/**
 * The numbered pages that hold rows `from` to `from + count`. Usually one: the smallest page size up to `maxSize`
 * with a page that holds them all costs fewer calls than the two pages of `count` rows that they may straddle.
 */
function pagesCovering(from: number, count: number, maxSize: number): [PageAsk, ...PageAsk[]] {
  const rows = Math.max(1, count);
  for (let size = rows; size <= maxSize; size++) {
    const page = Math.floor(from / size);
    if (Math.floor((from + rows - 1) / size) === page) return [{ number: page + 1, size }];
  }
  const number = Math.floor(from / rows) + 1;
  return [
    { number, size: rows },
    { number: number + 1, size: rows },
  ];
}

/** Everything that a `PageInfo` tells, worked out from the rows' place and the total alone. */
export function pageInfoOf<T>({ items, from, count, size, total, binding }: Connection<T>) {
  const totalPages = Math.max(1, Math.ceil(total / size));
  // A page is the whole of its rows: a window that starts like one and ends short of it is none.
  const isPage = from % size === 0 && (count === size || from + count === total);
  const currentPage = isPage ? from / size + 1 : null;
  const hasNextPage = from + count < total;
  const hasPreviousPage = from > 0;
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: items.length === 0 ? null : cursorAt(binding, from),
    endCursor: items.length === 0 ? null : cursorAt(binding, from + items.length - 1),
    currentPage,
    pageSize: size,
    totalPages,
    nextPage: currentPage !== null && currentPage < totalPages ? currentPage + 1 : null,
    previousPage: currentPage !== null && currentPage > 1 ? currentPage - 1 : null,
    startIndex: from + 1,
  };
}
