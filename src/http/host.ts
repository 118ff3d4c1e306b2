import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { errorBody } from './answer.ts';
import { valuesOf } from './sign-in-headers.ts';

/** A name, an IPv4 address or an IPv6 one in brackets, and perhaps a port. */
const HOST = /^(?:[\w.-]{1,255}|\[[\da-f:.]{2,45}\])(?::\d{0,5})?$/i;

/** Refuses with 400, as RFC 9112 demands, a request that does not say once and soundly which host it is for. */
export function refuseBadHosts(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (isHostSound(request.raw)) done();
    else void reply.code(400).send(errorBody('The request must have one sound Host header', 'BAD_REQUEST'));
  });
}

/** Whether a request says so. HTTP before 1.1 need not name a host. */
export function isHostSound(request: IncomingMessage): boolean {
  const { host } = request.headers;
  if (host === undefined) return request.httpVersion === '1.0';
  return valuesOf(request, 'host').length === 1 && HOST.test(host);
}
