import { responsePathAsArray, type GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.ts';
import { isReadable, type ListElement } from '../../domain/model.ts';

/**
 * The elements of a list that could be read. That others are left out is noted, and becomes an error on the path of
 * the list.
 */
export function readable<T extends ListElement>(
  elements: readonly T[],
  { outcome }: Pick<Context, 'outcome'>,
  { path }: Pick<GraphQLResolveInfo, 'path'>,
): readonly T[] {
  const readableOnes = elements.filter(isReadable);
  const count = elements.length - readableOnes.length;
  if (count > 0) outcome.leftOut.push({ path: responsePathAsArray(path), count });
  return readableOnes;
}
