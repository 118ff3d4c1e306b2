import { objectOf, problemOf, readProblem } from './problem.ts';
import type { Answer } from './run-client.ts';

/** Reads the result of an operation, as GraphQL over HTTP has it. Takes any value, and never throws. */
export function readAnswer<Data>(result: unknown): Answer<Data> {
  const { data, errors, extensions } = objectOf(result);
  const { asOf } = objectOf(objectOf(extensions)['upstream']);
  if (data === undefined && !Array.isArray(errors))
    return unanswered('UNREADABLE', 'The answer is not GraphQL');
  return {
    data: (data ?? null) as Data | null,
    problems: Array.isArray(errors) ? errors.map(readProblem) : [],
    asOf: typeof asOf === 'string' ? asOf : null,
  };
}

/** An answer that says why there is none. */
export function unanswered(...problem: Parameters<typeof problemOf>): Answer<never> {
  return { data: null, problems: [problemOf(...problem)], asOf: null };
}
