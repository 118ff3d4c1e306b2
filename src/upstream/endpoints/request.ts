import type { UpstreamRequest } from '../call.ts';

/**
 * The path of a route.
 * @param ids fill its placeholders, in order; they have been checked by `pathId` or `pathSlug`
 */
export function pathOf(route: string, ids: readonly string[]): string {
  const left = [...ids];
  return route.replaceAll(/\{\w+\}/g, () => left.shift() ?? '');
}

/**
 * The question for one thing.
 * @param id what fills the route's placeholder, checked
 */
export function lookUp<T>(
  route: string,
  id: string,
  { read, freshness }: Pick<UpstreamRequest<T>, 'read' | 'freshness'>,
): UpstreamRequest<T> {
  return { method: 'GET', route, path: pathOf(route, [id]), query: {}, read, freshness };
}
