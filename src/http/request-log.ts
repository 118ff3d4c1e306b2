import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { Begun } from '../contexts.ts';
import type { Logger } from '../observability/logger.ts';
import { documentIn, type Outcome } from '../observability/outcome.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import { clientOf } from './client-name.ts';
import { foundOf } from './front.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The GraphQL context, once there is one. */
    context: Context | null;
    /** The operation, where it has begun and has waited for the answer to another one; null: it has not. */
    begun: Begun | null;
    /** How the operation went whose answer is given again; null: there is none. */
    rememberedOutcome: Outcome | null;
    /** The status of an answer that goes on for as long as somebody watches; null: it does not. */
    streamStatus: number | null;
  }
}

/** The status in the log of a request whose client left before the answer, as nginx has it. */
export const CLIENT_GONE = 499;
/** The codes of the errors of such a request. */
export const GONE_CODES = ['GONE'];

/** A request whose answer is out, or that nobody waits for any more. */
export interface EndedRequest {
  readonly id: string;
  readonly method: string;
  /** The route's pattern, never the path that was asked for. */
  readonly route: string;
  readonly headers: IncomingHttpHeaders;
  readonly status: number;
  readonly durationMs: number;
  readonly trace: TraceSpan | null;
  /** How its operation went; null: it has none. */
  readonly outcome: Outcome | null;
  /** The upstream calls that it made. */
  readonly calls: number;
  /** The codes of its errors. */
  readonly codes: readonly string[];
  /** Whether its answer goes on for as long as somebody watches: how long that is says nothing. */
  readonly isWatched: boolean;
}

/** Writes one line of the log for a request, and counts it and its operation. */
export type Report = (ended: EndedRequest) => void;

/** Builds what does so. */
export function createReport(logger: Logger, metrics: Metrics): Report {
  return (ended) => {
    const { method, route, headers, status, durationMs, trace, outcome, calls, codes } = ended;
    if (!ended.isWatched) metrics.requested({ method, route, status, durationMs, trace });
    const client = clientOf(headers);
    const code = codes[0] ?? 'OK';
    if (outcome !== null) metrics.operated({ outcome, code, durationMs, calls, client, trace });
    logger.info('request', {
      requestId: ended.id,
      ...trace?.ids,
      method,
      route,
      status,
      durationMs: Math.round(durationMs),
      ...(client && { client }),
      ...(outcome && {
        operation: outcome.operation,
        codes,
        ...documentIn(outcome),
        cost: { requested: outcome.requestedCost, actual: calls },
      }),
    });
  };
}

/** Reports each request, once its answer is out or nobody waits for it. */
export function reportRequests(app: FastifyInstance, report: Report): void {
  const end = (request: FastifyRequest, reply: FastifyReply, status: number, codes: string[]) => {
    const begun = request.context ?? request.begun;
    report({
      id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      headers: request.headers,
      status,
      durationMs: elapsedMs(request, reply),
      trace: request.trace,
      outcome: begun?.outcome ?? request.rememberedOutcome,
      calls: begun?.operation.ledger.calls ?? 0,
      codes,
      isWatched: request.streamStatus !== null,
    });
  };
  app.decorateRequest('context', null);
  app.decorateRequest('begun', null);
  app.decorateRequest('rememberedOutcome', null);
  app.decorateRequest('streamStatus', null);
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.on('close', () => {
      // Fastify calls no hook for whoever left before the answer. What it cost is known once its work is called off.
      if (!reply.raw.writableFinished)
        setImmediate(end, request, reply, request.streamStatus ?? CLIENT_GONE, GONE_CODES);
    });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    end(request, reply, reply.statusCode, [...(request.context?.outcome.codes ?? [])]);
    done();
  });
}

/** How long ago a request came. */
function elapsedMs({ raw }: FastifyRequest, { elapsedTime }: FastifyReply): number {
  const found = foundOf(raw);
  return found === undefined ? elapsedTime : performance.now() - found.startMs;
}
