import type { ResponsePath } from 'graphql';
import { failLater, onFailure } from './failing.ts';
import { valueIn, type Part } from './parts.ts';
import { pathOf } from './path.ts';
import type { PlannedField, Run } from './plan.ts';
import { isPromise } from './promise.ts';

type Answer = Record<string, unknown>;

/** The parts that an object lacks, and what they are read from. */
export interface MissingParts {
  readonly load: Part['load'];
  /** Those that are to be filled in: nullable fields. */
  readonly fields: PlannedField[];
  /** Resolves once they are in the answer: their values, or null and an error. */
  readonly filled: Promise<unknown>;
}

/**
 * Looks up the whole for what an object lacks. A page of rows has hundreds of such fields, each of which would keep three
 * promises while all wait for the same. Steps are those of graphql-js, so that errors are told in the same order.
 * @param answer of the object
 */
export function lookUpParts(
  run: Run,
  { load }: Part,
  source: object,
  path: ResponsePath | undefined,
  answer: Answer,
): MissingParts {
  const fields: PlannedField[] = [];
  const filled = load(source, run.context)
    .then((whole) => whole)
    .then((whole) => fill(run, fields, whole, path, answer))
    .then(
      (late) => late && Promise.all(late),
      (error: unknown) => {
        for (const field of fields) {
          answer[field.key] = onFailure(run, field, pathOf(field, path), field.isNullable, error);
        }
      },
    );
  return { load, fields, filled };
}

/** Fills in what is there; answers a promise for each that fails or has to be waited for, null where there is none. */
function fill(
  run: Run,
  fields: readonly PlannedField[],
  whole: object,
  parentPath: ResponsePath | undefined,
  answer: Answer,
): Promise<void>[] | null {
  let late: Promise<void>[] | null = null;
  for (const field of fields) {
    const completed = completePart(run, field, whole, parentPath);
    if (isPromise(completed)) (late ??= []).push(fillLater(answer, field.key, completed));
    else answer[field.key] = completed;
  }
  return late;
}

function completePart(
  run: Run,
  field: PlannedField,
  whole: object,
  parentPath: ResponsePath | undefined,
): unknown {
  const path = field.isDeep ? pathOf(field, parentPath) : undefined;
  try {
    const completed = field.part && field.complete(run, field, path, valueIn(whole, field.part));
    if (!isPromise(completed)) return completed;
    return failLater(run, field, path ?? pathOf(field, parentPath), field.isNullable, adopt(completed));
  } catch (error) {
    return failNext(run, field, path ?? pathOf(field, parentPath), error);
  }
}

/** Fails a turn later, as what graphql-js waits for. */
function failNext(run: Run, field: PlannedField, path: ResponsePath, error: unknown): Promise<unknown> {
  return Promise.resolve(error).then((failed) => onFailure(run, field, path, field.isNullable, failed));
}

function fillLater(answer: Answer, key: string, completed: Promise<unknown>): Promise<void> {
  return completed.then((known) => {
    answer[key] = known;
  });
}

/** A promise that is answered with another one, as by whoever waits for it. */
function adopt(promise: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    resolve(promise);
  });
}
