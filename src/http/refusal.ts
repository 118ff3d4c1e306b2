import type { FastifyReply } from 'fastify';
import type { GatewayError } from '../domain/errors.ts';
import { RETRY_AFTER, tooMuchToDo } from '../domain/overload.ts';
import { errorBody } from './answer.ts';

/** Refuses what there is no room or no time for now: it may come again. */
export function refuse(reply: FastifyReply, error: GatewayError = tooMuchToDo()): FastifyReply {
  return reply.code(503).header('retry-after', RETRY_AFTER).send(bodyOf(error));
}

/** An error in the shape of a GraphQL answer. */
export function bodyOf({ message, code, details }: GatewayError) {
  return errorBody(message, code, { ...details });
}
