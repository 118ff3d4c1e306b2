import type { ResponsePath } from 'graphql';
import type { PlannedField } from './plan.ts';

/** Where a field stands in the answer. */
export function pathOf({ key, parentType }: PlannedField, prev: ResponsePath | undefined): ResponsePath {
  return { prev, key, typename: parentType.name };
}
