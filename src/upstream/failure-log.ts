import { GatewayError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { UpstreamCall } from './call.ts';
import { UpstreamError, type FailureCause } from './failure.ts';

/** What network codes say; whatever TLS has to say is `tls`. */
const CAUSES: readonly (readonly [RegExp, FailureCause])[] = [
  [/^(ENOTFOUND|EAI_\w+)$/, 'dns'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, 'unreachable'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^(ECONNRESET|EPIPE|ERR_HTTP_CONTENT_LENGTH_MISMATCH|HPE_\w+)$/, 'broken off'],
  [/CERT|TLS|SSL|SIGNATURE|SELF_SIGNED|^EPROTO$/, 'tls'],
];

/**
 * What kept a call from being answered.
 * @param code of Node.js, such as `ECONNREFUSED`; empty where there is none
 */
export function causeOf(code: string): FailureCause {
  return CAUSES.find(([pattern]) => pattern.test(code))?.[1] ?? 'network';
}

/** Statuses that are answers like any other: there is no such thing, or no such service. */
const ORDINARY: ReadonlySet<number> = new Set([404, 501]);

/** What a failure was, in a word for whoever runs the gateway; null where it is none of theirs. */
export function wordOf(error: unknown): string | null {
  if (!(error instanceof GatewayError)) return null;
  const status = error.details.upstream?.status;
  if (status !== undefined) return ORDINARY.has(status) ? null : `status ${String(status)}`;
  if (error instanceof UpstreamError) return error.cause;
  return error.code === 'UPSTREAM_TIMEOUT' ? 'timeout' : null;
}

/** Builds what logs a failed attempt: its route and its cause, and nothing that upstream has said. */
export function createFailureLog(logger: Logger) {
  return ({ operation, method, route }: UpstreamCall<unknown>, error: unknown): void => {
    const cause = wordOf(error);
    if (cause !== null) {
      const { requestId, trace } = operation;
      logger.warn('upstream failed', { requestId, ...trace?.ids, method, route, cause });
    }
  };
}
