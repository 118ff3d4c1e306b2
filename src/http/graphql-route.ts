import { Readable } from 'node:stream';
import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Contexts, Incoming } from '../context.ts';
import { GatewayError } from '../domain/errors.ts';
import { errorBody, METHODS } from './answer.ts';
import type { LiveHttp } from './live/live.ts';
import type { createUpgradeRefusal } from './live/upgrade.ts';
import type { LoadShedding } from './load-shedding.ts';
import { allowExplorer } from './explorer-policy.ts';
import { textHeadersOf } from './text-headers.ts';

/** Why work for a request ends with it. Nobody is left to see it. */
const GONE = new GatewayError('UPSTREAM_UNAVAILABLE', 'The caller has gone away');

/** Adds `/graphql`. */
export function addGraphql(
  app: FastifyInstance,
  apollo: ApolloServer<Context>,
  contexts: Contexts,
  shedding: LoadShedding,
  live: LiveHttp,
  refuseUpgrade: ReturnType<typeof createUpgradeRefusal>,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: questionOf(request),
      context: async () =>
        (request.context = contexts.ofRequest({
          signedIn: await contexts.signIn(textHeadersOf(request.raw)),
          ...incomingOf(request, reply, shedding),
        })),
    });
    void reply.code(status ?? 200).headers(Object.fromEntries(headers));
    if (body.kind !== 'complete') return Readable.from(body.asyncIterator);
    if (headers.get('content-type') === 'text/html') allowExplorer(reply, body.string);
    return body.string;
  };
  const route = { url: '/graphql', ...shedding.hooks, handler: answer };
  app.route({ ...route, method: 'POST' });
  app.route({
    ...route,
    method: 'GET',
    exposeHeadRoute: false,
    onRequest: [refuseUpgrade, shedding.hooks.onRequest],
    wsHandler: live.openSocket,
  });
  app.route({
    method: ['HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    // Before the body is read: whatever is in it, it is refused for its method.
    onRequest: refuseMethod,
    handler: refuseMethod,
  });
}

/**
 * What Apollo Server is told of a request: no more headers than it reads. The address is taken apart as text, never
 * parsed as a URL: what clients write into it and into `Host` need not be one.
 */
function questionOf({ method, url, headers, body }: FastifyRequest): HTTPGraphQLRequest {
  const query = url.indexOf('?');
  const read = new HeaderMap();
  for (const name of ['accept', 'content-type'] as const) {
    const value = headers[name];
    if (value !== undefined) read.set(name, value);
  }
  return { method, headers: read, body, search: query === -1 ? '' : url.slice(query) };
}

/** What its context is made from. */
function incomingOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { waitedMs }: LoadShedding,
): Omit<Incoming, 'signedIn'> {
  const { id, raw } = request;
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort(GONE);
  });
  return {
    requestId: id,
    gone: gone.signal,
    waitedMs: () => waitedMs(raw.socket),
    isStreamed: false,
  };
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await reply
    .code(405)
    .header('allow', METHODS)
    .send(errorBody('GraphQL is asked with POST or GET', 'BAD_REQUEST'));
}
