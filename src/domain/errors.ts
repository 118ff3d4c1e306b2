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
  /** Of an operation that is refused before it runs: how many upstream calls it could need. */
  readonly requested?: number;
  /** How many upstream calls are allowed. */
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

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** The statuses that upstream refuses a run's state with: it documents 400, and the others mean the same. */
const STATE_REFUSALS = new Set([400, 409, 422]);

/** Whether a change was refused because of the state that the run is in. */
export function refusesState(error: unknown): boolean {
  const status = error instanceof GatewayError ? error.details.upstream?.status : undefined;
  return status !== undefined && STATE_REFUSALS.has(status);
}

/** An argument that cannot be served. `message` names the argument. */
export function badInput(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', message);
}

/** A request that is not signed in, or not well enough. */
export function unauthenticated(message: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', message);
}
