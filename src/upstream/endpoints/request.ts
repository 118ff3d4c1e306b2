import type { UpstreamRequest } from '../call.ts';

/**
 * The path of a route.
 * @param ids fill its placeholders, in order; they have been checked by `pathId` or `pathSlug`
 */
export function pathOf(route: string, ids: readonly string[]): string {
  const left = [...ids];
  return route.replaceAll(/\{\w+\}/g, () => left.shift() ?? '');
}

/** Which of what is remembered counts as an answer. */
export type Remembering = Pick<UpstreamRequest<unknown>, 'since' | 'onlyRemembered'>;

/**
 * The question for one thing.
 * @param id what fills the route's placeholder, checked
 */
export function lookUp<T>(
  route: string,
  id: string,
  request: Pick<
    UpstreamRequest<T>,
    'read' | 'freshness' | 'forSessions' | 'isTimeoutFinal' | keyof Remembering
  >,
): UpstreamRequest<T> {
  return { method: 'GET', route, path: pathOf(route, [id]), query: {}, ...request };
}
