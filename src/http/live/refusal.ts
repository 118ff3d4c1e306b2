import type { FastifyReply } from 'fastify';
import type { GatewayError } from '../../domain/errors.ts';
import { RETRY_AFTER, tooMuchToDo } from '../../domain/overload.ts';
import { errorBody } from '../answer.ts';

/** Refuses somebody who wants to watch where nobody else may. */
export function refuse(reply: FastifyReply, error: GatewayError = tooMuchToDo()): FastifyReply {
  const { message, code, details } = error;
  return reply
    .code(503)
    .header('retry-after', RETRY_AFTER)
    .send(errorBody(message, code, { ...details }));
}
