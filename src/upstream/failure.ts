import { STATUS_CODES } from 'node:http';
import type { Credential } from '../domain/credential.ts';
import type { ErrorCode, ErrorDetails, UpstreamFailure } from '../domain/errors.ts';
import { GatewayError, mayPass } from '../domain/errors.ts';
import type { NetworkCause } from '../observability/network-cause.ts';
import { DEFAULT_RETRY_AFTER_MS } from './retry-after.ts';

/** What is known of a failed call besides its code and message. */
interface UpstreamErrorOptions {
  readonly details?: ErrorDetails;
  /** The same call would fail again, though a failure of this code may pass. */
  readonly isPermanent?: boolean;
  /** The same read may succeed, though a failure of this code does not pass. */
  readonly isPassing?: boolean;
  /** Nothing reached upstream. */
  readonly isUnsent?: boolean;
  /** What it was, in a word for the log, where no status tells. */
  readonly cause?: FailureCause;
}

/** What became of a call without a status, or with one that is not to blame. */
type FailureCause = NetworkCause | 'bad answer';

/** The statuses that upstream refuses a run's state with: it documents 400, and the others mean the same. */
const STATE_REFUSALS = new Set([400, 409, 422]);

/** Upstream's code for a linked account that it does not know. */
const UNKNOWN_ACCOUNT = 'INVALID_LINKED_ACCOUNT_ID';

/** A call that upstream did not answer as it should. */
export class UpstreamError extends GatewayError {
  /** The same read may succeed in a moment. */
  readonly transient: boolean;
  /** Nothing reached upstream. */
  readonly unsent: boolean;
  override readonly isStateRefusal: boolean;
  /** In a word, for the log. */
  override readonly cause: FailureCause | null;

  constructor(code: ErrorCode, message: string, options: UpstreamErrorOptions = {}) {
    super(code, message, options.details);
    this.transient = (mayPass(this) || options.isPassing === true) && options.isPermanent !== true;
    this.unsent = options.isUnsent ?? false;
    const { status, code: upstreamCode } = options.details?.upstream ?? {};
    this.isStateRefusal = STATE_REFUSALS.has(status ?? 0) && upstreamCode !== UNKNOWN_ACCOUNT;
    this.cause = options.cause ?? null;
  }
}

/** An answer whose size, format or shape is not the one expected. Asking again would not help. */
export function badResponse(message: string): UpstreamError {
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', message, { cause: 'bad answer' });
}

/** An answer that ended before its end, however that was done. Most often the next one does not. */
export function cutShort(): UpstreamError {
  const options = { cause: 'broken off', isPassing: true } as const;
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', 'Upstream broke off its answer', options);
}

/** No answer in time. */
export function timedOut(message: string): UpstreamError {
  return new UpstreamError('UPSTREAM_TIMEOUT', message, { cause: 'timeout' });
}

/** No answer at all, or one that broke off. */
export function unavailable(
  message: string,
  options: Omit<UpstreamErrorOptions, 'details'> = {},
): UpstreamError {
  return new UpstreamError('UPSTREAM_UNAVAILABLE', message, options);
}

/**
 * What a failure means for a change. Where upstream refused it, or never got it, it was not done, and the failure
 * stands; in every other case nobody can tell.
 */
export function failureOfChange(error: unknown): unknown {
  const failure = error instanceof UpstreamError ? error : undefined;
  const upstream = failure?.details.upstream;
  if (failure?.unsent === true || (upstream !== undefined && isRefusal(upstream.status))) return error;
  const message = 'Upstream did not say whether it was done';
  const details = { ...(upstream && { upstream }), outcome: 'UNKNOWN' } as const;
  // The caller's going away or running out of time, or an odd answer, is no sign that upstream is down.
  return failure === undefined || failure.code === 'UPSTREAM_BAD_RESPONSE'
    ? new GatewayError('UPSTREAM_UNAVAILABLE', message, details)
    : new UpstreamError('UPSTREAM_UNAVAILABLE', message, { details, isPermanent: true });
}

/** Whether a status says that upstream did not do it. A timeout, its own or a proxy's, does not say that. */
function isRefusal(status: number): boolean {
  return (status >= 400 && status < 500 && status !== 408) || status === 501;
}

/**
 * No turn in time, by the gateway's own count: upstream was not asked.
 * @param waitMs how long a turn would take
 */
export function rateLimited(waitMs: number): GatewayError {
  return new GatewayError('RATE_LIMITED', 'Too much is being asked of upstream at the moment', {
    retryAfterMs: Math.max(1, Math.ceil(waitMs)),
  });
}

interface StatusMeaning {
  readonly code: ErrorCode;
  readonly message: string;
}

const MEANINGS: Readonly<Record<number, StatusMeaning>> = {
  400: { code: 'BAD_USER_INPUT', message: 'Upstream refused the request as malformed' },
  401: { code: 'UNAUTHENTICATED', message: 'Upstream refused the credentials' },
  403: { code: 'FORBIDDEN', message: 'Upstream does not allow this for these credentials' },
  404: { code: 'NOT_FOUND', message: 'Upstream knows nothing by this id' },
  408: { code: 'UPSTREAM_TIMEOUT', message: 'Upstream took too long' },
  429: { code: 'RATE_LIMITED', message: 'Upstream is asked too often' },
  500: { code: 'UPSTREAM_UNAVAILABLE', message: 'Upstream failed' },
  501: { code: 'NOT_SUPPORTED', message: 'Upstream does not support this here' },
  504: { code: 'UPSTREAM_TIMEOUT', message: 'Upstream took too long' },
};

/** What of a call changes the meaning of its refusal. */
export interface Refused {
  /** How the caller signed in. */
  readonly kind: Credential['kind'];
  /** It may be for API keys alone; see `UpstreamRequest`. */
  readonly isForKeys: boolean;
}

/**
 * Says what an answer other than 200 means.
 * @param body the answer's JSON, or undefined; only its code and request id are looked at
 * @param retryAfterMs what `Retry-After` asked for; null: it did not say
 * @param refused the call, where its refusal may mean something else for it
 */
export function failureOf(
  status: number,
  body: unknown,
  retryAfterMs: number | null,
  refused?: Refused,
): UpstreamError {
  const upstream = { status, ...safeFields(body) };
  const meaning =
    (refused && meaningFor(refused, upstream)) ??
    MEANINGS[status] ??
    (status >= 500 ? MEANINGS[500] : undefined);
  if (meaning === undefined) {
    const details = { upstream };
    return new UpstreamError('UPSTREAM_BAD_RESPONSE', 'Upstream gave an unexpected answer', { details });
  }
  const { code, message } = meaning;
  if (code === 'RATE_LIMITED' && retryAfterMs === null) {
    // Who asks again without being told when is most likely refused again.
    const details = { upstream, retryAfterMs: DEFAULT_RETRY_AFTER_MS };
    return new UpstreamError(code, message, { details, isPermanent: true });
  }
  return new UpstreamError(code, message, {
    details: { upstream, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
  });
}

/** What a refusal means that is not what its status says. */
function meaningFor(
  { kind, isForKeys }: Refused,
  { status, code }: UpstreamFailure,
): StatusMeaning | undefined {
  // The token may be good all the same: whoever it signs in is not to be signed out.
  if (status === 401 && kind === 'SESSION_TOKEN' && isForKeys) {
    return { code: 'FORBIDDEN', message: 'Upstream does not tell session tokens this' };
  }
  if (code !== UNKNOWN_ACCOUNT || status >= 500) return undefined;
  if (kind === 'API_KEY') {
    return { code: 'BAD_USER_INPUT', message: 'linked_account_id: upstream knows no such linked account' };
  }
  // Nobody can put that right but whoever runs the gateway, or issues its tokens.
  return kind === 'SERVER_KEY' ? UNKNOWN_CLAIMED_ACCOUNT : undefined;
}

const UNKNOWN_CLAIMED_ACCOUNT: StatusMeaning = {
  code: 'FORBIDDEN',
  message:
    'Upstream knows no such linked account as the token claims: its operator should check ' +
    'JWT_LINKED_ACCOUNT_CLAIM, and which environment REFOLD_API_KEY is of',
};

/** Where the generations and their older endpoints put the code: in one of these, or with the first two swapped. */
const CODE_FIELDS = ['error_code', 'error', 'error_type', 'http_error_type'] as const;

/** Upstream's code and request id, if they look like such: bodies are not to be trusted with anything else. */
function safeFields(body: unknown): { code?: string; requestId?: string } {
  if (typeof body !== 'object' || body === null) return {};
  const fields = body as Record<string, unknown>;
  const codes = CODE_FIELDS.map((name) => fields[name]).filter(isCode);
  // The name of the HTTP status says no more than the status does.
  const code = codes.find((one) => !HTTP_ERROR_TYPES.has(one)) ?? codes[0];
  const requestId = fields['request_id'];
  return {
    ...(code !== undefined && { code }),
    ...(typeof requestId === 'string' && /^[\w-]{1,64}$/.test(requestId) ? { requestId } : {}),
  };
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(value);
}

/** The names of statuses, as upstream has them: `BAD_REQUEST`. */
const HTTP_ERROR_TYPES: ReadonlySet<string> = new Set(
  Object.values(STATUS_CODES).map((name = '') => name.toUpperCase().replaceAll(/[^A-Z]+/g, '_')),
);
