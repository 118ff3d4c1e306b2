import { GatewayError } from '../domain/errors.ts';
import { errorTypeOf } from '../observability/operation-trace.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import { templateOf, type UpstreamCall } from './call.ts';
import { wordOf } from './failure-log.ts';

/** Starts the spans of attempts to ask this upstream; null where tracing is off. */
export function createAttemptTrace({ hostname, port, protocol }: URL) {
  const server = {
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
  return (call: UpstreamCall<unknown>): TraceSpan | null => {
    const { method, operation, retries = 0 } = call;
    if (operation.trace === null) return null;
    const template = templateOf(call);
    const span = operation.trace.start('client', `${method} ${template}`);
    span.set({
      'http.request.method': method,
      'url.template': template,
      ...server,
      ...(retries > 0 && { 'http.request.resend_count': retries }),
    });
    operation.trace.lastAttempt = span.link;
    return span;
  };
}

/** Ends the span of an attempt that has failed: the status that it was answered with, or what kept it from an answer. */
export function endFailedAttempt(trace: TraceSpan, error: unknown): void {
  const status = error instanceof GatewayError ? error.details.upstream?.status : undefined;
  trace.fail(status === undefined ? (wordOf(error) ?? errorTypeOf(error)) : String(status));
  trace.end();
}
