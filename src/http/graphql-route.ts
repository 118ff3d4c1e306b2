import { isUtf8 } from 'node:buffer';
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Incoming } from '../context.ts';
import { GatewayError } from '../domain/errors.ts';
import { errorBody } from './answer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The GraphQL context, once there is one. */
    context: Context | null;
  }
}

/** Builds the context of a request. */
export type CreateContext = (incoming: Incoming) => Promise<Context>;

/** Why work for a request ends with it. Nobody is left to see it. */
const GONE = new GatewayError('UPSTREAM_UNAVAILABLE', 'The caller has gone away');

/** Adds `/graphql`. */
export function addGraphql(
  app: FastifyInstance,
  apollo: ApolloServer<Context>,
  createContext: CreateContext,
): void {
  app.decorateRequest('context', null);
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: async (request, reply) => {
        const gone = new AbortController();
        reply.raw.once('close', () => {
          gone.abort(GONE);
        });
        request.context = await createContext({
          headers: inUtf8(request.raw.headersDistinct),
          requestId: request.id,
          gone: gone.signal,
        });
        return request.context;
      },
    }),
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    // Before the body is read: whatever is in it, it is refused for its method.
    onRequest: refuseMethod,
    handler: refuseMethod,
  });
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await reply
    .code(405)
    .header('allow', 'GET, HEAD, POST')
    .send(errorBody('GraphQL is asked with POST or GET', 'BAD_REQUEST'));
}

/** Header values as text: they are bytes, which Node.js hands over as one character each. */
function inUtf8(headers: NodeJS.Dict<string[]>): NodeJS.Dict<string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.map(utf8Of)]));
}

function utf8Of(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
