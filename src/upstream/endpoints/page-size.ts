import type { Moment } from '../../domain/moment.ts';
import type { PageRequest } from '../../lists/page.ts';
import type { PageWire } from './page-wire.ts';

/**
 * The size that upstream made a page in: the one asked for, or a smaller one where it makes none as large as that.
 * Rows are told by their position, so a page past the first of another size holds other rows than those asked for.
 * It is doubtful where fewer rows came than asked for, and the answer does not show that they are the last.
 * @param isProven whether upstream has made a page of this size lately
 */
export function madeSizeOf(
  { number, size }: PageRequest,
  page: Omit<PageWire<unknown>, keyof Moment>,
  isProven: boolean,
): number | 'doubtful' {
  const { items, limit, total, totalPages, hasNextPage } = page;
  if (limit !== null && limit > 0 && limit < size) return limit;
  const rows = items.length;
  if (rows === size || rows === 0) return size;
  const end = (number - 1) * size + rows;
  if (isContradicted(page, number, end)) return 'doubtful';
  if (number === 1) return size;
  // No page of a smaller size could say this of itself.
  const isLast = total === end && (hasNextPage === false || totalPages === number);
  return isLast || isProven || limit === size ? size : 'doubtful';
}

/** Whether what a page says of the whole list does not end with its last row. */
function isContradicted(
  { total, totalPages, hasNextPage }: Pick<PageWire<unknown>, 'total' | 'totalPages' | 'hasNextPage'>,
  number: number,
  end: number,
): boolean {
  if (total !== null && total < end) return true;
  if (hasNextPage !== null) return hasNextPage;
  return (totalPages !== null && totalPages > number) || (total !== null && total > end);
}

/** Whether rows follow a page that was made in the size asked for; null: it does not say, or contradicts itself. */
export function hasMoreAfter(
  { number, size }: PageRequest,
  { items, total, totalPages, hasNextPage }: Omit<PageWire<unknown>, keyof Moment>,
): boolean | null {
  const rows = items.length;
  const end = (number - 1) * size + rows;
  if (rows < size) return false;
  if (total !== null) {
    const isMore = total > end;
    return total < end || (hasNextPage !== null && hasNextPage !== isMore) ? null : isMore;
  }
  if (hasNextPage !== null) return hasNextPage;
  return totalPages === null || totalPages < number ? null : totalPages > number;
}

/**
 * How many rows a list has; null where upstream does not tell, or its word does not fit its rows.
 * @param rows the last of them that were read; `from` is the position of the first
 * @param page what upstream says
 */
export function totalOf(
  rows: { readonly from: number; readonly count: number; readonly hasMore: boolean | null },
  { total, totalPages }: Pick<PageWire<unknown>, 'total' | 'totalPages'>,
): number | null {
  const end = rows.from + rows.count;
  if (rows.hasMore === true) return total !== null && total > end ? total : null;
  if (rows.hasMore === null) return null;
  const isPastTheEnd = rows.count === 0 && rows.from > 0;
  if (isPastTheEnd) return totalPages === 0 ? 0 : total !== null && total <= rows.from ? total : null;
  return total === null || total === end ? end : null;
}
