import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { errorBody } from './answer.ts';

/** A name, an IPv4 address or an IPv6 one in brackets, and perhaps a port. */
const HOST = /^(?:[\w.-]{1,255}|\[[\da-f:.]{2,45}\])(?::\d{0,5})?$/i;

/** Refuses with 400, as RFC 9112 demands, a request that does not say once and soundly which host it is for. */
export function refuseBadHosts(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isHostSound(request.raw)) {
      await reply.code(400).send(errorBody('The request must have one sound Host header', 'BAD_REQUEST'));
    }
  });
}

/** HTTP before 1.1 need not name a host. */
function isHostSound({ headersDistinct, httpVersion }: IncomingMessage): boolean {
  const [host, ...more] = headersDistinct['host'] ?? [];
  if (host === undefined) return httpVersion === '1.0';
  return more.length === 0 && HOST.test(host);
}
