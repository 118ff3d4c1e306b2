import type { UpstreamRequest } from '../call.ts';

/**
 * The path of a route.
 * @param ids fill its placeholders, in order; they have been checked by `pathId` or `pathSlug`
 */
export function pathOf(route: string, ids: readonly string[]): string {
  if (ids.length === 0) return route;
  const left = [...ids];
  return route.replaceAll(/\{\w+\}/g, () => left.shift() ?? '');
}

/** What a look-up may be told besides: what of what is remembered counts as an answer, and what was promised to it. */
export type LookUpOptions = Pick<UpstreamRequest<unknown>, 'since' | 'onlyRemembered' | 'turns'>;

/**
 * The question for one thing.
 * @param id what fills the route's placeholder, checked
 */
export function lookUp<T>(
  route: string,
  id: string,
  request: Pick<
    UpstreamRequest<T>,
    'read' | 'freshness' | 'forSessions' | 'isTimeoutFinal' | keyof LookUpOptions
  >,
): UpstreamRequest<T> {
  return { method: 'GET', route, path: pathOf(route, [id]), query: {}, ...request };
}
