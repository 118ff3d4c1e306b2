import { getArgumentValues, type ResponsePath } from 'graphql';
import { onFailure } from './failing.ts';
import { pathOf } from './path.ts';
import { FieldInfo } from './field-info.ts';
import { lookUpParts, type MissingParts } from './missing-parts.ts';
import { isAtHand } from './parts.ts';
import type { Arguments, PlannedField, PlannedSet, Run } from './plan.ts';
import { isPromise } from './promise.ts';

type Answer = Record<string, unknown>;

/** The fields of one object; a promise only where one of them is. */
export function executeFields(
  run: Run,
  { fields, template }: PlannedSet,
  source: unknown,
  path: ResponsePath | undefined,
): Answer | Promise<Answer> {
  const answer = { ...template };
  const waiting: string[] = [];
  const promises: Promise<unknown>[] = [];
  let missing: MissingParts | null = null;
  try {
    for (const field of fields) {
      if (field.part !== null && !isAtHand(field.part, source as object)) {
        missing ??= lookUpParts(run, field.part, source as object, path, answer);
        if (missing.load === field.part.load) {
          missing.fields.push(field);
          continue;
        }
      }
      const value = executeField(run, field, source, path);
      if (isPromise(value)) {
        waiting.push(field.key);
        promises.push(value);
      } else {
        answer[field.key] = value;
      }
    }
  } catch (error) {
    if (missing !== null) promises.push(missing.filled);
    if (promises.length === 0) throw error;
    // The others may fail as well, and somebody has to hear of it.
    return fill(answer, waiting, promises).finally(() => {
      throw error;
    });
  }
  if (missing !== null) promises.push(missing.filled);
  return promises.length === 0 ? answer : fill(answer, waiting, promises);
}

/** Fills in what had to be waited for; promises without a key have done so themselves. */
function fill(
  answer: Answer,
  keys: readonly string[],
  promises: readonly Promise<unknown>[],
): Promise<Answer> {
  return Promise.all(promises).then((values) => {
    for (const [index, key] of keys.entries()) answer[key] = values[index];
    return answer;
  });
}

function executeField(
  run: Run,
  field: PlannedField,
  source: unknown,
  parentPath: ResponsePath | undefined,
): unknown {
  const { resolve, complete } = field;
  // Errors are told apart by the places that they are below: such a place is one and the same object.
  const path = field.isDeep ? pathOf(field, parentPath) : undefined;
  try {
    const args = field.args ?? getArgumentValues(field.definition, field.nodes[0], run.variables);
    const value: unknown =
      resolve === null
        ? propertyOf(run, field, source, args, parentPath)
        : resolve(source, args, run.context, new FieldInfo(run, field, path, parentPath));
    const completed = isPromise(value)
      ? value.then((resolved) => complete(run, field, path, resolved))
      : complete(run, field, path, value);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) =>
      onFailure(run, field, path ?? pathOf(field, parentPath), field.isNullable, error),
    );
  } catch (error) {
    return onFailure(run, field, path ?? pathOf(field, parentPath), field.isNullable, error);
  }
}

/** What a field without a resolver answers. */
function propertyOf(
  run: Run,
  field: PlannedField,
  source: unknown,
  args: Arguments,
  parentPath: ResponsePath | undefined,
): unknown {
  if (typeof source !== 'object' || source === null) return undefined;
  const object = source as Readonly<Record<string, unknown>>;
  const value = object[field.definition.name];
  return typeof value === 'function'
    ? (value.call(object, args, run.context, new FieldInfo(run, field, undefined, parentPath)) as unknown)
    : value;
}
