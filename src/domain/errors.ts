/** Every code that this gateway's own errors carry in `extensions.code`. The set is closed: clients switch on it. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_BAD_RESPONSE'
  | 'NOT_SUPPORTED'
  | 'COST_LIMIT_EXCEEDED'
  | 'OVERLOADED'
  | 'INTERNAL_SERVER_ERROR';

/** What upstream said of a failure, reduced to what is safe to show. */
export interface UpstreamFailure {
  /** HTTP status. */
  readonly status: number;
  /** Upstream's own error code, such as `SERVER_ERROR`. */
  readonly code?: string;
  /** Upstream's id of the request, for its support. */
  readonly requestId?: string;
}

/** What an error tells besides its code and message. */
export interface ErrorDetails {
  /** When asking again can succeed, in milliseconds from now. */
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamFailure;
  /** Of a change: it was sent, and nobody can tell whether it was done. */
  readonly outcome?: 'UNKNOWN';
  /** Of an operation that is refused before it runs: how many upstream calls, or values in its answer, it could need. */
  readonly requested?: number;
  /** How many of them are allowed. */
  readonly limit?: number;
}

/**
 * A failure that the caller may see as it is. The message is written here and never taken from upstream, so that
 * nothing of its answers, addresses or credentials can reach a client.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** Of a change: the state that the run is in does not allow it. Upstream's own failures can tell. */
  readonly isStateRefusal: boolean = false;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Why work ends whose caller has left: nobody sees it. */
export const CALLER_GONE = new GatewayError('UPSTREAM_UNAVAILABLE', 'The caller has gone away');

/** What a failure means to whoever meets it: a column a question. What a row leaves out is no. */
interface Meaning {
  /** Does it say that upstream is not there? Its refusals, 429 among them, say that it is. */
  readonly isOutage?: true;
  /** May an older answer stand in for it? Upstream could not be asked, as opposed to having said no. */
  readonly allowsStale?: true;
  /** May the rest be asked for later, so that what is known by now is worth showing? */
  readonly allowsPartial?: true;
  /** Of a change whose outcome is known: was it not done, and can it be done in a moment? */
  readonly mayTryChangeAgain?: true;
  /** Can the same read succeed in a moment? Upstream's failures know better, by status and by network code. */
  readonly mayPass?: true;
  /** Of a list: are these credentials refused it, though they may yet be told its rows one by one? */
  readonly refusesList?: true;
  /** Does it say that something is unknown or another account's, and not which of the two? */
  readonly isUnknownOrForeign?: true;
}

/** The one table of what failures mean. */
const MEANINGS: Readonly<Record<ErrorCode, Meaning>> = {
  UNAUTHENTICATED: { refusesList: true },
  FORBIDDEN: { refusesList: true, isUnknownOrForeign: true },
  NOT_FOUND: { isUnknownOrForeign: true },
  BAD_USER_INPUT: {},
  RATE_LIMITED: { allowsStale: true, allowsPartial: true, mayTryChangeAgain: true, mayPass: true },
  UPSTREAM_TIMEOUT: {
    isOutage: true,
    allowsStale: true,
    allowsPartial: true,
    mayTryChangeAgain: true,
    mayPass: true,
  },
  UPSTREAM_UNAVAILABLE: {
    isOutage: true,
    allowsStale: true,
    allowsPartial: true,
    mayTryChangeAgain: true,
    mayPass: true,
  },
  UPSTREAM_BAD_RESPONSE: {},
  NOT_SUPPORTED: { refusesList: true },
  COST_LIMIT_EXCEEDED: { allowsPartial: true },
  OVERLOADED: {},
  INTERNAL_SERVER_ERROR: {},
};

/** Whether upstream refused the linked account itself, as 400 says, and not one thing or another. */
function isAboutAccount(error: unknown): boolean {
  return (
    error instanceof GatewayError && error.code === 'FORBIDDEN' && error.details.upstream?.status === 400
  );
}

/** Asks the table; a defect, which has no code, means nothing of it. */
function means(error: unknown, question: keyof Meaning): boolean {
  return error instanceof GatewayError && MEANINGS[error.code][question] === true;
}

/** Whether a failure says that upstream is not there. */
export function isOutage(error: unknown): boolean {
  return means(error, 'isOutage');
}

/** Whether an older answer may be shown in place of a failure. */
export function allowsStale(error: unknown): boolean {
  return means(error, 'allowsStale');
}

/** Whether what is missing may be asked for later, so that the rest is worth showing. */
export function allowsPartial(error: unknown): boolean {
  return means(error, 'allowsPartial');
}

/** Whether a change was not done and may be tried again. Never where its outcome is unknown. */
export function mayTryChangeAgain(error: unknown): boolean {
  return (
    means(error, 'mayTryChangeAgain') &&
    !(error instanceof GatewayError && error.details.outcome === 'UNKNOWN')
  );
}

/** Whether a failure of this kind can pass by itself. */
export function mayPass(error: unknown): boolean {
  return means(error, 'mayPass');
}

/** Whether these credentials are refused a list whose rows they may yet be told one by one. */
export function refusesList(error: unknown): boolean {
  return means(error, 'refusesList') && !isAboutAccount(error);
}

/** Whether something is unknown or another account's, as the caller cannot tell which. */
export function isUnknownOrForeign(error: unknown): boolean {
  return means(error, 'isUnknownOrForeign') && !isAboutAccount(error);
}

/** Whether these credentials may not have what was asked for, such as the catalogue by a session token. */
export function refusesCaller(error: unknown): boolean {
  return error instanceof GatewayError && (error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN');
}

/** Null for what is unknown or another account's; throws every other error. */
export function nullIfUnknown(error: unknown): null {
  if (isUnknownOrForeign(error)) return null;
  throw error;
}

/** Null for what is not there; throws every other error. */
export function nullIfNotFound(error: unknown): null {
  if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
  throw error;
}

/**
 * Throws what is private to another linked account as what is unknown: whoever asks for an id must not learn by the
 * answer that it is there.
 */
export function throwAsUnknown(error: unknown): never {
  const upstream = error instanceof GatewayError ? error.details.upstream : undefined;
  if (!isUnknownOrForeign(error) || (upstream?.status !== 403 && upstream?.status !== 404)) throw error;
  const { requestId } = upstream;
  throw new GatewayError('NOT_FOUND', 'Upstream knows nothing by this id', {
    upstream: { status: 404, ...(requestId !== undefined && { requestId }) },
  });
}

/** Whether a change was refused because of the state that the run is in. */
export function refusesState(error: unknown): boolean {
  return error instanceof GatewayError && error.isStateRefusal;
}

/** An argument that cannot be served. `message` names the argument. */
export function badInput(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', message);
}

/** A request that is not signed in, or not well enough. */
export function unauthenticated(message: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', message);
}
