import type { PageRequest } from '../../lists/page.ts';
import type { Ask, UpstreamRequest } from '../call.ts';
import { badResponse } from '../failure.ts';
import type { PageWire, ReadPageOf } from './page-wire.ts';
import { pathOf } from './request.ts';
import { refuseLonger } from './scalar-wire.ts';

/** One of upstream's lists, narrowed by its filter: all that there is to know of it but which page is wanted. */
export interface PagedList<T> extends Pick<UpstreamRequest<PageWire<T>>, 'route' | 'freshness'> {
  readonly read: ReadPageOf<T>;
  /** What fills the route's placeholders, checked. */
  readonly ids?: readonly string[];
  /** The filter, as upstream spells it. Undefined values are left out. */
  readonly query: UpstreamRequest<unknown>['query'];
}

/**
 * Reads a page: one call.
 * @param since answers that are remembered from before this time, on the monotonic clock, do not count
 */
export async function readPage<T>(
  ask: Ask,
  list: PagedList<T>,
  request: PageRequest,
  since?: number,
): Promise<PageWire<T>> {
  return checked(request, await ask(questionOf(list, request, since)));
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
    read: read(size),
    since,
    freshness,
  };
}

/** What a page must satisfy: that it is the one asked for. It may be smaller; see `madeSizeOf`. */
function checked<T>({ number, size }: PageRequest, page: PageWire<T>): PageWire<T> {
  const { limit, items } = page;
  if (limit !== null && limit > size) {
    throw badResponse(`Upstream made pages of ${String(limit)} rows where ${String(size)} were asked for`);
  }
  // That they are no more than were asked for is known before they are read.
  if (limit !== null) refuseLonger(items, limit, `rows where ${String(limit)} make a page`);
  if (page.page !== null && page.page !== number) {
    throw badResponse(`Upstream answered page ${String(page.page)} where ${String(number)} was asked for`);
  }
  return page;
}
