import type { FastifyReply, FastifyRequest } from 'fastify';
import { print, TOKEN_HEADER_KEY } from 'graphql-sse';
import type { Credential } from '../../domain/credential.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { RawRequest } from '../../graphql/limits/request.ts';
import { errorBody } from '../answer.ts';
import { clientOf } from '../client-name.ts';
import { signInHeadersOf } from '../sign-in-headers.ts';
import { wantedStream } from './accept.ts';
import type { Results } from './desk.ts';
import { refuse } from '../refusal.ts';
import { createReservations, type Reservation } from './reservations.ts';
import { isOperation, openFor, refuseBody, type StreamParts } from './streams.ts';

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The single connection mode of `graphql-sse`, a method each. */
export interface SingleConnection {
  /** PUT: reserves a stream, and answers its token. */
  readonly reserve: Answer;
  /** GET: opens it. */
  readonly open: Answer;
  /** POST: asks for an operation, whose results come over the stream. */
  readonly ask: Answer;
  /** DELETE: ends an operation. */
  readonly end: Answer;
}

/** Whether a request is about a stream that has been reserved. */
export function isOfReservation({ headers }: FastifyRequest): boolean {
  return headers[TOKEN_HEADER_KEY] !== undefined;
}

/** Builds the mode: nothing is reserved yet. */
export function createSingleConnection(parts: StreamParts, maxViewers: number): SingleConnection {
  const { contexts, desk, viewers } = parts;
  const reservations = createReservations(parts.quota, parts.clock, maxViewers);

  /** Goes on with whoever has signed in. */
  const signedIn =
    (next: (request: FastifyRequest, reply: FastifyReply, caller: Credential) => FastifyReply): Answer =>
    async (request, reply) => {
      const caller = await contexts.signIn(signInHeadersOf(request.raw));
      return caller instanceof Error ? refuseCaller(reply, caller) : next(request, reply, caller);
    };
  /** Goes on with a stream of the caller's own. */
  const reserved = (
    next: (
      reservation: Reservation,
      request: FastifyRequest,
      reply: FastifyReply,
      caller: Credential,
    ) => FastifyReply,
  ): Answer =>
    signedIn((request, reply, caller) => {
      const reservation = reservations.of(caller.identity, String(request.headers[TOKEN_HEADER_KEY]));
      if (reservation === null) return refuseWith(reply, 404, 'There is no such stream', 'NOT_FOUND');
      return next(reservation, request, reply, caller);
    });

  return {
    reserve: signedIn((_request, reply, { identity }) => {
      const reservation = viewers.isClosed() ? null : reservations.add(identity);
      if (reservation === null) return refuse(reply);
      return reply.code(201).type('text/plain; charset=utf-8').send(reservation.token);
    }),
    open: reserved((reservation, request, reply, caller) => {
      if (wantedStream(request.headers.accept)?.transport !== 'sse') {
        return refuseWith(reply, 406, 'A stream is text/event-stream');
      }
      if (reservation.isOpen()) return refuseWith(reply, 409, 'The stream is open already');
      if (viewers.isClosed()) return refuse(reply);
      parts.shedding.settle(request);
      const exchange = { request, reply, signedIn: caller, transport: 'sse' } as const;
      reservation.open(openFor(exchange, parts, reservation.drop));
      return reply;
    }),
    ask: reserved((reservation, { body, id: requestId, headers, raw, trace }, reply, caller) => {
      if (!isOperation(body)) return refuseBody(reply);
      const id = operationIdOf(body);
      if (id === null) return refuseWith(reply, 400, 'extensions.operationId must be a text');
      if (reservation.operations.has(id)) return refuseWith(reply, 409, 'There is an operation with this id');
      const { quota } = reservation;
      const client = clientOf(headers);
      const { socket } = raw;
      const question = { request: body, signedIn: caller, requestId, trace, client, socket, quota };
      const results = desk.ask({ ...question, transport: 'sse' });
      reservation.operations.set(id, results);
      void run(id, results, reservation);
      return reply.code(202).send();
    }),
    end: reserved(({ operations }, request, reply) => {
      const { operationId: id } = request.query as { readonly operationId?: unknown };
      if (typeof id !== 'string') return refuseWith(reply, 400, 'operationId must be there once');
      void operations.get(id)?.return();
      operations.delete(id);
      return reply.code(200).send();
    }),
  };
}

/** Sends the results of an operation, each once the one before it is taken, and not before anybody listens. */
async function run(id: string, results: Results, { operations, opened }: Reservation): Promise<void> {
  const stream = await opened;
  const isLeft = () => operations.get(id) !== results;
  for (;;) {
    const result = await results.next();
    // Of what the client has ended nothing more is said.
    if (isLeft()) return;
    if (result.done === true) break;
    await stream.send(print({ event: 'next', data: { id, payload: result.value as object } }));
    if (isLeft()) return;
  }
  operations.delete(id);
  await stream.send(print({ event: 'complete', data: { id } }));
}

function operationIdOf({ extensions }: RawRequest): string | null {
  const { operationId = null } = (extensions ?? {}) as { readonly operationId?: unknown };
  return typeof operationId === 'string' && operationId !== '' ? operationId : null;
}

function refuseWith(
  reply: FastifyReply,
  status: number,
  message: string,
  code = 'BAD_REQUEST',
): FastifyReply {
  return reply.code(status).send(errorBody(message, code));
}

/** Refuses a caller who is not let in. */
function refuseCaller(reply: FastifyReply, error: Error): FastifyReply {
  // A defect says nothing to the client: the error handler masks it.
  if (!(error instanceof GatewayError)) throw error;
  const { code, message } = error;
  if (code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
  const status = code === 'UNAUTHENTICATED' ? 401 : 400;
  return code === 'UNAUTHENTICATED' || code === 'BAD_USER_INPUT'
    ? refuseWith(reply, status, message, code)
    : refuse(reply, error);
}
