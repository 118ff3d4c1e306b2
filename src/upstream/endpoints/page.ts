import type { Page, PageRequest } from '../../lists/page.ts';
import { badResponse } from '../failure.ts';
import type { WirePage } from './wire.ts';

/**
 * Reads a page and makes sure of its total. Where upstream leaves the total out, it follows from the last page:
 * from this one when it is the last, otherwise from one more read.
 * @param read asks upstream for one page
 */
export async function readPage<T>(
  request: PageRequest,
  read: (request: PageRequest) => Promise<WirePage<T>>,
): Promise<Page<T>> {
  const readExactly = async (exactly: PageRequest) => checked(exactly, await read(exactly));
  const page = await readExactly(request);
  const { items, totalPages, at } = page;
  const total = page.total ?? totalOf(request, page);
  if (total !== null) return { items, total, at };
  if (totalPages === null) throw badResponse("Upstream's answer does not tell how many rows there are");
  const last = { number: totalPages, size: request.size };
  const { items: lastItems } = totalPages === request.number ? { items } : await readExactly(last);
  return { items, total: (totalPages - 1) * request.size + lastItems.length, at };
}

/**
 * Makes sure that the page is the one asked for. Rows are told by their position: an upstream that caps the size of
 * its pages would answer other rows than those asked for.
 */
function checked<T>({ number, size }: PageRequest, page: WirePage<T>): WirePage<T> {
  if (page.limit !== null && page.limit !== size) {
    throw badResponse(
      `Upstream made pages of ${String(page.limit)} rows where ${String(size)} were asked for`,
    );
  }
  if (page.page !== null && page.page !== number) {
    throw badResponse(`Upstream answered page ${String(page.page)} where ${String(number)} was asked for`);
  }
  return page;
}

/** The total, when it follows from one page. */
function totalOf<T>({ number, size }: PageRequest, page: WirePage<T>): number | null {
  if (page.totalPages === 0) return 0;
  const rows = page.items.length;
  const isAtTheEnd = rows < size || page.hasNextPage === false;
  const isPastTheEnd = rows === 0 && number > 1;
  return isAtTheEnd && !isPastTheEnd ? (number - 1) * size + rows : null;
}
