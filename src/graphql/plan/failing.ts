import { locatedError, responsePathAsArray, type ResponsePath } from 'graphql';
import type { Completion, PlannedField, Run } from './plan.ts';

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

/*
 * Promises are handed functions here, away from where fields are executed: a function that makes others keeps what they
 * share in an object of its own, which V8 makes each time it is called, whether or not it makes them.
 */

/** Completes a value that has to be waited for. */
export function completeLater(
  run: Run,
  field: PlannedField,
  path: ResponsePath | undefined,
  value: Promise<unknown>,
  complete: Completion,
): Promise<unknown> {
  return value.then((resolved) => complete(run, field, path, resolved));
}

/** Has a completed value that has to be waited for fail as `onFailure` does. */
export function failLater(
  run: Run,
  field: PlannedField,
  path: ResponsePath,
  isNullable: boolean,
  completed: Promise<unknown>,
): Promise<unknown> {
  return completed.then(undefined, (error: unknown) => onFailure(run, field, path, isNullable, error));
}
