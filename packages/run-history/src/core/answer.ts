import { objectOf, problemOf, readProblem } from './problem.ts';
import type { Answer } from './run-client.ts';

/** Reads the result of an operation, as GraphQL over HTTP has it. Takes any value, and never throws. */
export function readAnswer<Data>(result: unknown): Answer<Data> {
  const { data, errors, extensions } = objectOf(result);
  const { asOf } = objectOf(objectOf(extensions)['upstream']);
  if (data === undefined && !Array.isArray(errors))
    return unanswered('UNREADABLE', 'The answer is not GraphQL', { isOutcomeUnknown: true });
  return {
    data: (data ?? null) as Data | null,
    problems: Array.isArray(errors) ? errors.map(readProblem) : [],
    asOf: typeof asOf === 'string' ? asOf : null,
  };
}

/** Reads an HTTP response. A change behind one that is not GraphQL may have been done: a proxy may have given it up. */
export function readResponse<Data>(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  text: string,
): Answer<Data> {
  const retryAfterMs = retryAfterIn(headers.get('retry-after'));
  const isOutcomeUnknown = status < 400 || status >= 500;
  const json = parse(text);
  if (json !== null && (status < 400 || 'data' in json || 'errors' in json)) return readAnswer<Data>(json);
  if (status === 429 || status === 503) {
    const code = status === 429 ? 'RATE_LIMITED' : 'OVERLOADED';
    return unanswered(code, 'There is too much to do', { retryAfterMs, isOutcomeUnknown });
  }
  if (status === 401) return unanswered('UNAUTHENTICATED', 'The sign-in is refused');
  return unanswered('UNREADABLE', `The answer is not GraphQL, with status ${String(status)}`, {
    isOutcomeUnknown,
  });
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** In milliseconds from now; null: it does not say. Seconds, or a date. */
function retryAfterIn(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/** The answer to a question that nobody waits for any more. */
export const NOT_AWAITED = unanswered('ABORTED', 'Nobody waits for the answer any more');

/** An answer that says why there is none. */
export function unanswered(...problem: Parameters<typeof problemOf>): Answer<never> {
  return { data: null, problems: [problemOf(...problem)], asOf: null };
}
