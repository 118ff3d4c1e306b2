import { getArgumentValues, type ResponsePath } from 'graphql';
import { completeLater, failLater, onFailure } from './failing.ts';
import { pathOf } from './path.ts';
import { FieldInfo } from './field-info.ts';
import { lookUpParts, type MissingParts } from './missing-parts.ts';
import { valueIn } from './parts.ts';
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
  let waiting: Waiting | null = null;
  let missing: MissingParts | null = null;
  try {
    for (const field of fields) {
      const known = field.part === null ? undefined : valueIn(source as object, field.part);
      if (known === undefined && field.part !== null && field.isNullable) {
        missing ??= lookUpParts(run, field.part, source as object, path, answer);
        if (missing.load === field.part.load) {
          missing.fields.push(field);
          continue;
        }
      }
      const value = executeField(run, field, source, path, known);
      if (isPromise(value)) {
        waiting ??= { keys: [], promises: [] };
        waiting.keys.push(field.key);
        waiting.promises.push(value);
      } else {
        answer[field.key] = value;
      }
    }
  } catch (error) {
    if (waiting === null && missing === null) throw error;
    return failBehind(fill(answer, waiting, missing), error);
  }
  return waiting === null && missing === null ? answer : fill(answer, waiting, missing);
}

/** What has to be waited for, by the keys that it is for. */
interface Waiting {
  readonly keys: string[];
  readonly promises: Promise<unknown>[];
}

/** Fails, behind others that may fail as well: somebody has to hear of it. */
function failBehind(others: Promise<Answer>, error: unknown): Promise<Answer> {
  return others.finally(() => {
    throw error;
  });
}

/** Fills in what had to be waited for; missing parts have done so themselves. */
function fill(answer: Answer, waiting: Waiting | null, missing: MissingParts | null): Promise<Answer> {
  const { keys, promises } = waiting ?? { keys: [], promises: [] };
  if (missing !== null) promises.push(missing.filled);
  return Promise.all(promises).then((values) => {
    for (const [index, key] of keys.entries()) answer[key] = values[index];
    return answer;
  });
}

/** @param known its value, where it is at hand; undefined: it has to be resolved */
function executeField(
  run: Run,
  field: PlannedField,
  source: unknown,
  parentPath: ResponsePath | undefined,
  known: unknown,
): unknown {
  // Errors are told apart by the places that they are below: such a place is one and the same object.
  const path = field.isDeep ? pathOf(field, parentPath) : undefined;
  try {
    const value = known === undefined ? resolveField(run, field, source, path, parentPath) : known;
    const completed = isPromise(value)
      ? completeLater(run, field, path, value, field.complete)
      : field.complete(run, field, path, value);
    if (!isPromise(completed)) return completed;
    return failLater(run, field, path ?? pathOf(field, parentPath), field.isNullable, completed);
  } catch (error) {
    return onFailure(run, field, path ?? pathOf(field, parentPath), field.isNullable, error);
  }
}

function resolveField(
  run: Run,
  field: PlannedField,
  source: unknown,
  path: ResponsePath | undefined,
  parentPath: ResponsePath | undefined,
): unknown {
  const { resolve } = field;
  const args = field.args ?? getArgumentValues(field.definition, field.nodes[0], run.variables);
  if (resolve === null) return propertyOf(run, field, source, args, parentPath);
  return resolve(source, args, run.context, new FieldInfo(run, field, path, parentPath));
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
