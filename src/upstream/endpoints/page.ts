import type { Page, PageRequest } from '../../lists/page.ts';
import type { Ask, UpstreamRequest } from '../call.ts';
import { badResponse } from '../failure.ts';
import type { PageWire } from './page-wire.ts';
import { pathOf } from './request.ts';

/** One of upstream's lists, narrowed by its filter: all that there is to know of it but which page is wanted. */
export interface PagedList<T> extends Pick<UpstreamRequest<PageWire<T>>, 'route' | 'read' | 'freshness'> {
  /** What fills the route's placeholders, checked. */
  readonly ids?: readonly string[];
  /** The filter, as upstream spells it. Undefined values are left out. */
  readonly query: UpstreamRequest<unknown>['query'];
}

/**
 * Reads a page and makes sure of its total. Where upstream leaves the total out, it follows from the last page:
 * from this one when it is the last, otherwise from one more read.
 * @param since answers that are remembered from before this time, epoch milliseconds, do not count
 */
export async function readPage<T>(
  ask: Ask,
  list: PagedList<T>,
  request: PageRequest,
  since?: number,
): Promise<Page<T>> {
  const read = async (wanted: PageRequest) => checked(wanted, await ask(questionOf(list, wanted, since)));
  const page = await read(request);
  const { items, totalPages, at } = page;
  const total = page.total ?? totalOf(request, page);
  if (total !== null) return { items, total, at };
  if (totalPages === null) throw badResponse("Upstream's answer does not tell how many rows there are");
  const last = { number: totalPages, size: request.size };
  const { items: lastItems } = totalPages === request.number ? { items } : await read(last);
  return { items, total: (totalPages - 1) * request.size + lastItems.length, at };
}

function questionOf<T>(
  { route, ids = [], query, read, freshness }: PagedList<T>,
  { number, size }: PageRequest,
  since: number | undefined,
): UpstreamRequest<PageWire<T>> {
  return {
    method: 'GET',
    route,
    path: pathOf(route, ids),
    query: { page: String(number), limit: String(size), ...query },
    read,
    since,
    freshness,
  };
}

/**
 * What a page must satisfy: that it is the one asked for. Rows are told by their position: an upstream that caps the
 * size of its pages would answer other rows than those asked for.
 */
function checked<T>({ number, size }: PageRequest, page: PageWire<T>): PageWire<T> {
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
function totalOf<T>({ number, size }: PageRequest, page: PageWire<T>): number | null {
  if (page.totalPages === 0) return 0;
  const rows = page.items.length;
  const isAtTheEnd = rows < size || page.hasNextPage === false;
  const isPastTheEnd = rows === 0 && number > 1;
  return isAtTheEnd && !isPastTheEnd ? (number - 1) * size + rows : null;
}
