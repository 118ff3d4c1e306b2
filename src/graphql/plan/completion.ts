import {
  GraphQLError,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type ResponsePath,
} from 'graphql';
import { charactersIn } from './characters.ts';
import { completeLater, failLater, onFailure } from './failing.ts';
import { executeFields } from './fields.ts';
import type { Completion, PlannedField, Run } from './plan.ts';
import { isPromise } from './promise.ts';

/** How a field of a type is completed, by graphql-js's rules and in its order. */
export function completionOf(type: GraphQLOutputType): Completion {
  const nullable = isNonNullType(type) ? type.ofType : type;
  const complete = isListType(nullable)
    ? completeList(nullable.ofType)
    : isLeafType(nullable)
      ? completeLeaf(nullable)
      : isAbstractType(nullable)
        ? completeMember
        : completeObject;
  return isNonNullType(type) ? completeNonNull(complete) : complete;
}

function completeNonNull(inner: Completion): Completion {
  return (run, field, path, value) => {
    const completed = inner(run, field, path, value);
    if (completed !== null) return completed;
    throw new Error(`Cannot return null for non-nullable field ${field.name}.`);
  };
}

function completeLeaf(type: GraphQLLeafType): Completion {
  return (run, _field, _path, value) => {
    if (value === null || value === undefined) return null;
    throwIfError(value);
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined) {
      throw new Error(`${type.name} has no value for what was answered`);
    }
    run.characters += charactersIn(serialized, Infinity);
    return serialized;
  };
}

const completeObject: Completion = (run, { inner }, path, value) => {
  if (value === null || value === undefined || inner === null) return null;
  throwIfError(value);
  return executeFields(run, inner, value, path);
};

/** What is of one of several types says of which by its `__typename`. */
const completeMember: Completion = (run, { members, name }, path, value) => {
  if (value === null || value === undefined || members === null) return null;
  throwIfError(value);
  const { __typename } = value as { readonly __typename?: unknown };
  const set = typeof __typename === 'string' ? members.get(__typename) : undefined;
  if (set === undefined) throw new Error(`${name} was answered with something of another type`);
  return executeFields(run, set, value, path);
};

function completeList(itemType: GraphQLOutputType): Completion {
  const kind: ItemKind = { complete: completionOf(itemType), isNullable: !isNonNullType(itemType) };
  return (run, field, path, value) => {
    if (value === null || value === undefined) return null;
    throwIfError(value);
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${field.name}".`);
    }
    const promises: Promise<unknown>[] = [];
    const completed: unknown[] = [];
    try {
      for (const item of value) {
        const itemPath: ResponsePath = { prev: path, key: completed.length, typename: undefined };
        const one = completeItem(run, field, itemPath, item, kind);
        if (isPromise(one)) promises.push(one);
        completed.push(one);
      }
      return promises.length > 0 ? Promise.all(completed) : completed;
    } catch (error) {
      // The list has failed: whether the items before fail as well is nobody's any more.
      for (const promise of promises) promise.catch(() => undefined);
      throw error;
    }
  };
}

/** What the items of a list are. */
interface ItemKind {
  readonly complete: Completion;
  readonly isNullable: boolean;
}

function completeItem(
  run: Run,
  field: PlannedField,
  path: ResponsePath,
  item: unknown,
  { complete, isNullable }: ItemKind,
): unknown {
  try {
    const completed = isPromise(item)
      ? completeLater(run, field, path, item, complete)
      : complete(run, field, path, item);
    return isPromise(completed) ? failLater(run, field, path, isNullable, completed) : completed;
  } catch (error) {
    return onFailure(run, field, path, isNullable, error);
  }
}

function throwIfError(value: unknown): void {
  if (value instanceof Error) throw value;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
