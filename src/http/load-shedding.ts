import type { FastifyReply, FastifyRequest } from 'fastify';
import { RETRY_AFTER, tooMuchToDo } from '../domain/overload.ts';
import type { Metrics } from '../observability/metrics.ts';
import { errorBody } from './answer.ts';
import type { LoadProbe } from './load-probe.ts';
import { pressureOf, type OverloadLimits } from './pressure.ts';

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
  /** How long a request has waited by now, at the most: that is how long the event loop has had no pause. */
  readonly waitedMs: (request: FastifyRequest) => number;
}

/**
 * Builds what sheds load. Only operations are refused: whether the gateway lives, is ready and how it does, it always
 * tells.
 */
export function createLoadShedding(limits: OverloadLimits, probe: LoadProbe, metrics: Metrics): LoadShedding {
  let operations = 0;
  metrics.watch('operations', () => operations);
  const hooks: Hooks = {
    onRequest: ({ raw }, reply, done) => {
      const pressure = pressureOf({ ...probe(raw.socket), operations }, limits);
      if (pressure === null) {
        done();
        return;
      }
      metrics.shed(pressure);
      const { message, code, details } = tooMuchToDo();
      void reply
        .code(503)
        .header('retry-after', RETRY_AFTER)
        .send(errorBody(message, code, { ...details }));
    },
    preValidation: (_request, reply, done) => {
      operations += 1;
      reply.raw.once('close', () => {
        operations -= 1;
      });
      done();
    },
  };
  return { hooks, waitedMs: ({ raw }) => probe(raw.socket).waitedMs };
}
