import { GatewayError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { UpstreamCall } from './call.ts';
import { UpstreamError } from './failure.ts';

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
