import type { ResponsePath } from 'graphql';
import { onFailure } from './failing.ts';
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

/** A part that is not in the answer yet: it has failed, or has to be waited for. */
interface Unfilled {
  readonly field: PlannedField;
  /** As what is below it knows it. */
  readonly path: ResponsePath | undefined;
  /** Null: it has failed. */
  readonly completed: Promise<unknown> | null;
  readonly error?: unknown;
}

/**
 * Looks up the whole for what an object lacks. A page of rows has hundreds of such fields, each of which would keep three
 * promises while all wait for the same. What is told is told in the turn in which graphql-js tells it, so that errors come
 * in the same order.
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
    .then(
      (whole) => fill(run, fields, whole, path, answer),
      (error: unknown) => fields.map((field) => ({ field, path: undefined, completed: null, error })),
    )
    .then((unfilled) => unfilled && fillLater(run, unfilled, path, answer));
  return { load, fields, filled };
}

/** Fills in what is there; answers what is not, null where there is no such thing. */
function fill(
  run: Run,
  fields: readonly PlannedField[],
  whole: object,
  parentPath: ResponsePath | undefined,
  answer: Answer,
): Unfilled[] | null {
  let unfilled: Unfilled[] | null = null;
  for (const field of fields) {
    const path = field.isDeep ? pathOf(field, parentPath) : undefined;
    try {
      const completed = field.part && field.complete(run, field, path, valueIn(whole, field.part));
      if (isPromise(completed)) (unfilled ??= []).push({ field, path, completed });
      else answer[field.key] = completed;
    } catch (error) {
      (unfilled ??= []).push({ field, path, completed: null, error });
    }
  }
  return unfilled;
}

/**
 * Fills in the rest, a turn after the others: what has failed at once, and what has to be waited for a turn after it is
 * there, which is when the answer resolves that others wait for.
 */
function fillLater(
  run: Run,
  unfilled: readonly Unfilled[],
  parentPath: ResponsePath | undefined,
  answer: Answer,
): Promise<unknown> | null {
  const waiting: Promise<unknown>[] = [];
  for (const { field, path, completed, error } of unfilled) {
    const fail = (reason: unknown) => {
      answer[field.key] = onFailure(run, field, path ?? pathOf(field, parentPath), field.isNullable, reason);
    };
    if (completed === null) {
      fail(error);
      continue;
    }
    waiting.push(completed);
    void completed
      .then((value) => value)
      .then((value) => {
        answer[field.key] = value;
      }, fail);
  }
  return waiting.length === 0 ? null : Promise.allSettled(waiting);
}
