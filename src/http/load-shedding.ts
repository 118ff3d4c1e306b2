import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import { errorBody } from './answer.ts';
import type { LoadProbe } from './load-probe.ts';
import { pressureOf, type OverloadLimits } from './pressure.ts';

/** When to ask again. An overload that lasts longer than that refuses anew, at once and for next to nothing. */
const RETRY_AFTER_MS = 1000;

/** What is done at a route whose requests may be refused. */
export interface LoadShedding {
  /** Refuses the request where there is too much to do, before its body is read. */
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
  /** Counts it as in progress, now that all of it has come. */
  readonly preValidation: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
}

/**
 * Builds what sheds load. Only operations are refused: whether the gateway lives, is ready and how it does, it always
 * tells.
 */
export function createLoadShedding(limits: OverloadLimits, probe: LoadProbe, metrics: Metrics): LoadShedding {
  let operations = 0;
  metrics.watch('operations', () => operations);
  return {
    onRequest: ({ raw }, reply, done) => {
      const pressure = pressureOf({ ...probe(raw.socket), operations }, limits);
      if (pressure === null) {
        done();
        return;
      }
      metrics.shed(pressure);
      void reply
        .code(503)
        .header('retry-after', String(RETRY_AFTER_MS / 1000))
        .send(
          errorBody('There is too much to do at the moment', 'OVERLOADED', { retryAfterMs: RETRY_AFTER_MS }),
        );
    },
    preValidation: (_request, reply, done) => {
      operations += 1;
      reply.raw.once('close', () => {
        operations -= 1;
      });
      done();
    },
  };
}
