import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, METHODS, STREAM_METHODS } from './answer.ts';
import { isOfHost, PERMISSION, STREAM_PERMISSION, type Origins } from './origins.ts';

/** Refuses a GET that a page of another site makes the visitor's browser send, unless the site is an allowed one. */
export function refuseCrossSiteGets(app: FastifyInstance, origins: Origins): void {
  app.addHook('onRequest', (request, reply, done) => {
    const isRefused =
      isCrossSiteGet(request) &&
      request.routeOptions.config.isPage !== true &&
      !origins.allows(request.headers.origin);
    if (!isRefused) done();
    else void reply.code(403).send(errorBody('GET is not for pages of other sites: use POST', 'BAD_REQUEST'));
  });
}

/** Answers browsers that ask whether a page of another site may send its request, and others which methods there are. */
export function addPreflight(app: FastifyInstance, origins: Origins): void {
  addPreflightAt(app, '/graphql', origins, METHODS, PERMISSION);
  addPreflightAt(app, '/graphql/stream', origins, STREAM_METHODS, STREAM_PERMISSION);
}

/**
 * The same for one address.
 * @param allowed the methods there are, as `Allow` has them
 */
export function addPreflightAt(
  app: FastifyInstance,
  url: string,
  origins: Origins,
  allowed: string,
  permission: typeof PERMISSION,
): void {
  const answer = async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    if (headers['access-control-request-method'] === undefined) {
      await reply.code(204).header('allow', allowed).send();
    } else if (origins.allows(headers.origin)) {
      await reply.code(204).headers(permission).send();
    } else {
      await reply.code(403).send(errorBody('Pages of this site may not ask', 'BAD_REQUEST'));
    }
  };
  // Before the body is read: there is to be none.
  app.route({ method: 'OPTIONS', url, onRequest: answer, handler: answer });
}

/**
 * Browsers say in `Sec-Fetch-Site` which site a request comes from; those too old for it send `Origin`. A GET without
 * a query string asks nothing: it is somebody following a link to the explorer. A POST needs no such check: its
 * content type makes browsers ask for permission first.
 */
function isCrossSiteGet({ method, url, headers, host }: FastifyRequest): boolean {
  if (method !== 'GET' || !url.includes('?')) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && !isOfHost(headers.origin, host);
}
