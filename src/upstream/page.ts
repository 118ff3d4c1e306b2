import type { Page, PageAsk } from '../domain/paging.ts';
import { badResponse } from './failure.ts';
import type { WirePage } from './wire.ts';

/**
 * Reads a page and makes sure of its total. Where upstream leaves the total out, it follows from the last page:
 * from this one when it is not full, otherwise from one more read.
 * @param read asks upstream for one page
 */
export async function readPage<T>(
  ask: PageAsk,
  read: (ask: PageAsk) => Promise<WirePage<T>>,
): Promise<Page<T>> {
  const { items, total, totalPages } = await read(ask);
  if (total !== null) return { items, total };
  const known = totalOf(ask, items.length);
  if (known !== null) return { items, total: known };
  if (totalPages === null) throw badResponse("Upstream's answer does not tell how many rows there are");
  const last = { number: totalPages, size: ask.size };
  const { items: lastItems } = totalPages === ask.number ? { items } : await read(last);
  return { items, total: (totalPages - 1) * ask.size + lastItems.length };
}

/** The total, when a page that holds this many rows is the last one. */
function totalOf({ number, size }: PageAsk, rows: number): number | null {
  const isLast = rows < size && (rows > 0 || number === 1);
  return isLast ? (number - 1) * size + rows : null;
}
