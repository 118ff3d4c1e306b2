/**
 * The client's own codes: `NETWORK` (no answer at all), `UNREADABLE` (an answer that is not GraphQL's), `REFUSED` (a live
 * connection that the gateway does not want), `ABORTED` (nobody waited for the answer).
 */
export type ClientCode = 'NETWORK' | 'UNREADABLE' | 'REFUSED' | 'ABORTED';

/** What went wrong, as a page needs it. `code` is the gateway's `extensions.code`, or a `ClientCode`. */
export interface Problem {
  readonly code: string;
  /** In English, by the gateway; a page shows its own words for the codes that it knows. */
  readonly message: string;
  /** Where in the answer, such as `['executions']`; empty: all of it. */
  readonly path: readonly (string | number)[];
  /** When asking again can succeed, in milliseconds from when it was told. */
  readonly retryAfterMs: number | null;
  /** Of a change: it was sent, and nobody can tell whether it was done. Of a question it means nothing. */
  readonly isOutcomeUnknown: boolean;
}

/** A problem of the client's own making. */
export function problemOf(
  code: ClientCode | 'UNAUTHENTICATED' | 'OVERLOADED' | 'RATE_LIMITED',
  message: string,
  more: Partial<Pick<Problem, 'retryAfterMs' | 'isOutcomeUnknown'>> = {},
): Problem {
  return { code, message, path: [], retryAfterMs: null, isOutcomeUnknown: false, ...more };
}

/** Reads an error of a GraphQL answer. Takes any value, and never throws. */
export function readProblem(error: unknown): Problem {
  const { message, path, extensions } = objectOf(error);
  const { code, retryAfterMs, outcome } = objectOf(extensions);
  return {
    code: typeof code === 'string' ? code : 'UNREADABLE',
    message: typeof message === 'string' ? message : 'The answer has an error that cannot be read',
    path: Array.isArray(path) ? path.filter(isStep) : [],
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    isOutcomeUnknown: outcome === 'UNKNOWN',
  };
}

/** Whether the caller has to sign in again. */
export function isSignedOut({ code }: Problem): boolean {
  return code === 'UNAUTHENTICATED';
}

const TRANSIENT: readonly string[] = [
  'NETWORK',
  'UNREADABLE',
  'RATE_LIMITED',
  'OVERLOADED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
];

/** Whether the same question can succeed a little later. */
export function isTransient({ code }: Problem): boolean {
  return TRANSIENT.includes(code);
}

/** Whether the same question can never succeed: what it asks for is wrong, or nothing that upstream does. */
export function isWrongQuestion({ code }: Problem): boolean {
  return code === 'BAD_USER_INPUT' || code === 'NOT_SUPPORTED';
}

function isStep(step: unknown): step is string | number {
  return typeof step === 'string' || typeof step === 'number';
}

/** The members of an object; none, of anything else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
