import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import { foundOf } from './front.ts';
import type { LoadProbe } from './load-probe.ts';
import { pressureOf, type OverloadLimits } from './pressure.ts';
import { refuse } from './refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Says that its operation is no longer in progress; null: it never was. */
    endOperation: (() => void) | null;
  }
}

/** What is done at a route whose requests may be refused. */
interface Hooks {
  /** Refuses the request where there is too much to do, before its body is read. */
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
  /** Counts it as in progress, now that all of it has come. */
  readonly preValidation: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
}

/** What sheds load, and tells of it. */
export interface LoadShedding {
  readonly hooks: Hooks;
  /** How long a client has waited by now, at the most: that is how long the event loop has had no pause. */
  readonly waitedMs: (client: object) => number;
  /** Whether another operation of a client that is connected already has to be refused. */
  readonly refuses: (client: object) => boolean;
  /** Counts an operation as in progress until the answer is called. */
  readonly begin: () => () => void;
  /** The operation of a request is no longer in progress, though its answer goes on. */
  readonly settle: (request: FastifyRequest) => void;
}

/**
 * Builds what sheds load. Only operations are refused: whether the gateway lives, is ready and how it does, it always
 * tells.
 */
export function createLoadShedding(
  app: FastifyInstance,
  limits: OverloadLimits,
  probe: LoadProbe,
  metrics: Metrics,
): LoadShedding {
  app.decorateRequest('endOperation', null);
  let operations = 0;
  metrics.watch('operations_in_progress', () => operations);
  const begin = () => {
    let isOver = false;
    operations += 1;
    return () => {
      if (!isOver) operations -= 1;
      isOver = true;
    };
  };
  const refuses = (client: object) => {
    const pressure = pressureOf({ ...probe(client), operations }, limits);
    if (pressure !== null) metrics.shed(pressure);
    return pressure !== null;
  };
  const hooks: Hooks = {
    onRequest: ({ raw }, reply, done) => {
      if (foundOf(raw)?.isRefused ?? refuses(raw.socket)) void refuse(reply);
      else done();
    },
    preValidation: (request, reply, done) => {
      const end = begin();
      request.endOperation = end;
      reply.raw.on('close', end);
      done();
    },
  };
  return {
    hooks,
    waitedMs: (client) => probe(client).waitedMs,
    refuses,
    begin,
    settle: (request) => request.endOperation?.(),
  };
}
