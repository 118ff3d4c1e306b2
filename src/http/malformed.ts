import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../observability/logger.ts';
import { errorBody, headersFor } from './answer.ts';

/** What is answered where there is no request to speak of, by the error's code. */
const REFUSALS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
};

/** Answers what Node.js could not read as HTTP, like any other request that is refused. */
export function refuseMalformed(error: { readonly code?: string }, socket: Socket, logger: Logger): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = REFUSALS[error.code ?? ''] ?? [400, 'The request is not HTTP'];
  const requestId = randomUUID();
  const body = JSON.stringify(errorBody(message, 'BAD_REQUEST'));
  const headers = {
    ...headersFor(requestId),
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
    connection: 'close',
  };
  const lines = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
  logger.info('request', { requestId, route: 'unknown', status });
}

/** Answers and logs a request whose address Fastify could not read: it calls no hooks for it. */
export function refuseAddress({ id, method }: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const body = errorBody('The address cannot be read', 'BAD_REQUEST');
  void reply.code(400).send(body);
  logger.info('request', { requestId: id, method, route: 'unknown', status: 400 });
}
