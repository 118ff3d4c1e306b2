import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { endOperationTrace, rememberedAttributes } from '../observability/operation-trace.ts';
import { CommonAttributes } from '../observability/span-attributes.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import type { Tracing } from '../observability/tracing.ts';
import { foundOf } from './front.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Its span; null: tracing is off, or not for its route. */
    trace: TraceSpan | null;
  }
}

/** The routes whose requests are traced: those that something is done for. */
const TRACED: ReadonlySet<string> = new Set(['/graphql', '/graphql/stream', '/webhooks/refold', '/mcp']);

/** What is said of a request in its span. */
type TracedRequest = Pick<FastifyRequest, 'trace' | 'rememberedOutcome' | 'context' | 'begun'>;

/** Traces requests, from their heads to the end of their answers; null: tracing is off. */
export function traceRequests(app: FastifyInstance, tracing: Tracing | null): void {
  app.decorateRequest('trace', null);
  if (tracing === null) return;
  app.addHook('onRequest', (request, reply, done) => {
    const { url: route = '' } = request.routeOptions;
    if (TRACED.has(route)) {
      request.trace = foundOf(request.raw)?.trace ?? beginRequestTrace(tracing, request, route);
      reply.raw.once('close', () => {
        // What it cost whoever left is known once the work is called off.
        if (reply.raw.writableFinished) endRequestTrace(request, reply.statusCode);
        else setImmediate(endRequestTrace, request, null);
      });
    }
    done();
  });
}

/**
 * Starts the span of a request.
 * @param route its pattern, which none of the traced routes has anybody's data in
 */
export function beginRequestTrace(
  tracing: Tracing,
  {
    method,
    headers,
    protocol,
    raw,
  }: Pick<FastifyRequest, 'method' | 'headers' | 'protocol'> & {
    readonly raw: Pick<IncomingMessage, 'httpVersion'>;
  },
  route: string,
): TraceSpan {
  const { name, said } = kindOf(method, route, protocol, raw.httpVersion);
  const trace = tracing.receive(name, headers);
  trace.setCommon(said);
  return trace;
}

/** What is said of requests of one kind as they come. */
interface RequestKind {
  readonly method: string;
  readonly route: string;
  readonly protocol: string;
  readonly version: string;
  readonly name: string;
  readonly said: CommonAttributes;
}

/** More than there are, but that proxies in front may tell of protocols what they like. */
const MAX_KINDS = 16;
/** Those that came last. */
const kinds: RequestKind[] = [];

function kindOf(method: string, route: string, protocol: string, version: string): RequestKind {
  const known = kinds.find(
    (kind) =>
      kind.route === route &&
      kind.method === method &&
      kind.protocol === protocol &&
      kind.version === version,
  );
  if (known !== undefined) return known;
  const said = new CommonAttributes({
    'http.request.method': method,
    'http.route': route,
    'url.path': route,
    'url.scheme': protocol,
    'network.protocol.version': version,
  });
  const kind = { method, route, protocol, version, name: `${method} ${route}`, said };
  if (kinds.push(kind) > MAX_KINDS) kinds.shift();
  return kind;
}

/** By status: that it was answered with that. */
const answered = new Map<number, CommonAttributes>();

function answeredWith(status: number): CommonAttributes {
  const known = answered.get(status);
  if (known !== undefined) return known;
  const common = new CommonAttributes({ 'http.response.status_code': status });
  answered.set(status, common);
  return common;
}

/**
 * Ends the span of a request. What goes on for as long as somebody watches has been answered when that begins: its events
 * are traces of their own.
 * @param status null: its client has left
 */
export function endRequestTrace(request: TracedRequest, status: FastifyReply['statusCode'] | null): void {
  const { trace, rememberedOutcome } = request;
  if (trace === null) return;
  const begun = request.context ?? request.begun;
  // Most have ended with their execution. Others were refused before, or nobody waits for them any more.
  if (begun?.operation.trace) {
    endOperationTrace(begun.operation.trace, begun.outcome, begun.operation.ledger);
  } else if (rememberedOutcome !== null) {
    trace.setCommon(rememberedAttributes(rememberedOutcome));
  }
  if (status === null) trace.fail('GONE');
  else trace.setCommon(answeredWith(status));
  if (status !== null && status >= 500) trace.fail(String(status));
  trace.end();
}
