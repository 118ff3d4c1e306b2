import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { Begun } from '../contexts.ts';
import type { Logger } from '../observability/logger.ts';
import { documentIn, type Outcome } from '../observability/outcome.ts';
import type { Metrics } from '../observability/metrics.ts';
import { clientOf } from './client-name.ts';

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
const CLIENT_GONE = 499;

/** Writes one line of the log for each request, and counts it and its operation, once its answer is out or nobody waits for it. */
export function logRequests(app: FastifyInstance, logger: Logger, metrics: Metrics): void {
  const report = (request: FastifyRequest, reply: FastifyReply, status: number, codes: string[]) => {
    const begun = request.context ?? request.begun;
    const outcome = begun?.outcome ?? request.rememberedOutcome;
    const client = clientOf(request.headers);
    const calls = begun?.operation.ledger.calls ?? 0;
    const { method, trace } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const durationMs = reply.elapsedTime;
    if (request.streamStatus === null) metrics.requested({ method, route, status, durationMs, trace });
    const code = codes[0] ?? 'OK';
    if (outcome !== null) metrics.operated({ outcome, code, durationMs, calls, client, trace });
    logger.info('request', {
      requestId: request.id,
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
  app.decorateRequest('context', null);
  app.decorateRequest('begun', null);
  app.decorateRequest('rememberedOutcome', null);
  app.decorateRequest('streamStatus', null);
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.on('close', () => {
      // Fastify calls no hook for whoever left before the answer. What it cost is known once its work is called off.
      if (!reply.raw.writableFinished)
        setImmediate(report, request, reply, request.streamStatus ?? CLIENT_GONE, ['GONE']);
    });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    report(request, reply, reply.statusCode, [...(request.context?.outcome.codes ?? [])]);
    done();
  });
}
