import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errorBody } from './answer.ts';

/** Refuses a GET that a page of another site makes the visitor's browser send. */
export function refuseCrossSiteGets(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isCrossSiteGet(request)) {
      await reply.code(403).send(errorBody('GET is not for pages of other sites: use POST', 'BAD_REQUEST'));
    }
  });
}

/** Tells browsers which other sites' pages may ask. Without any, it tells them nothing, and they allow none. */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  });
}

/**
 * Browsers say in `Sec-Fetch-Site` which site a request comes from; those too old for it send `Origin`. A GET without
 * a query string asks nothing: it is somebody following a link to the explorer. A POST needs no such check: its
 * content type makes browsers ask for permission first.
 */
function isCrossSiteGet({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' || !url.includes('?')) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && originHost(headers.origin) !== headers.host;
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
