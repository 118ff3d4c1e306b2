import { locatedError, responsePathAsArray, type ResponsePath } from 'graphql';
import type { PlannedField, Run } from './plan.ts';

/** A value that may not be null fails what is around it; another one is null, and its error is told. */
export function onFailure(
  { failures }: Run,
  { nodes }: PlannedField,
  path: ResponsePath,
  isNullable: boolean,
  error: unknown,
): null {
  const located = locatedError(error, nodes, responsePathAsArray(path));
  if (!isNullable) throw located;
  failures.add(located, path);
  return null;
}
