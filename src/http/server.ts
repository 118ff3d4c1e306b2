import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Context, Incoming } from '../context.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The GraphQL context, once there is one. */
    context: Context | null;
  }
}

/** What the HTTP layer is built from. */
export interface HttpOptions {
  readonly apollo: ApolloServer<Context>;
  readonly createContext: (incoming: Incoming) => Promise<Context>;
  /** Origins of other sites whose pages may ask. */
  readonly corsOrigins: readonly string[];
  /** Whether the gateway takes new work. */
  readonly isReady: () => boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Why work for a request ends with it. Nobody is left to see it. */
const GONE = new GatewayError('UPSTREAM_UNAVAILABLE', 'The caller has gone away');
/** The status in the log of a request whose client left before the answer, as nginx has it. */
const CLIENT_GONE = 499;
const MAX_BODY_BYTES = 256 * 1024;
/** Room for a token that is too long, so that it is refused with a reason. */
const MAX_HEADER_BYTES = 32 * 1024;
/** Longer than load balancers keep idle connections, so that they are the ones to close them. */
const KEEP_ALIVE_MS = 72_000;
/** How long a client may take to send its request. */
const REQUEST_TIMEOUT_MS = 15_000;

/** Builds the HTTP server with all routes; it does not listen yet. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { apollo, createContext, corsOrigins, isReady, logger, metrics } = options;
  const app = fastify({
    genReqId: requestIdOf,
    bodyLimit: MAX_BODY_BYTES,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    onProtoPoisoning: 'error',
    // Stopping finishes what has come in: a kept connection may bring one more request before it is closed.
    return503OnClosing: false,
    frameworkErrors: (_error, request, reply: FastifyReply) => {
      // No hooks are called for it.
      void reply
        .code(400)
        .headers(headersFor(request.id))
        .send(errorBody('The address cannot be read', 'BAD_REQUEST'));
      logger.info('request', {
        requestId: request.id,
        method: request.method,
        route: 'unknown',
        status: 400,
      });
    },
    clientErrorHandler: (error, socket) => {
      refuseMalformed(error, socket, logger);
    },
  });
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('context', null);
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error('unexpected error', stackOf(error));
    const message = status >= 500 ? 'Something went wrong here' : error.message;
    return reply
      .code(status)
      .send(errorBody(message, status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST'));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody('There is nothing here: GraphQL is at /graphql', 'NOT_FOUND')),
  );

  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      // Fastify calls no hook for whoever left before the answer. What it cost is known once its work is called off.
      if (!reply.raw.writableFinished) setImmediate(report, request, reply, CLIENT_GONE, ['GONE']);
    });
    void reply.headers(headersFor(request.id));
    if (isCrossSiteGet(request)) {
      await reply.code(403).send(errorBody('GET is not for pages of other sites: use POST', 'BAD_REQUEST'));
    }
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Apollo Server has a weaker word for some of its answers.
    void reply.header('cache-control', 'no-store');
    // A connection that was kept would keep the server from stopping once its answers are out.
    if (!isReady()) void reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    report(request, reply, reply.statusCode, [...(request.context?.outcome.codes ?? [])]);
    done();
  });
  const report = (request: FastifyRequest, reply: FastifyReply, status: number, codes: string[]) => {
    const { context } = request;
    if (context !== null) metrics.operated(codes[0] ?? 'OK', reply.elapsedTime);
    logger.info('request', {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status,
      durationMs: Math.round(reply.elapsedTime),
      ...(context && {
        operation: context.outcome.operation,
        codes,
        cost: { requested: context.outcome.requestedCost, actual: context.operation.ledger.calls },
      }),
    });
  };

  if (corsOrigins.length > 0) {
    await app.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id'],
      maxAge: 600,
    });
  }

  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', (_request, reply) =>
    isReady() ? { status: 'ready' } : reply.code(503).send({ status: 'stopping' }),
  );
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.print()));
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: async (request, reply) => {
        const gone = new AbortController();
        reply.raw.once('close', () => {
          gone.abort(GONE);
        });
        const { headersDistinct } = request.raw;
        request.context = await createContext({
          headers: inUtf8(headersDistinct),
          requestId: request.id,
          gone: gone.signal,
        });
        return request.context;
      },
    }),
  });
  const refuseMethod = async (_request: FastifyRequest, reply: FastifyReply) => {
    await reply
      .code(405)
      .header('allow', 'GET, HEAD, POST')
      .send(errorBody('GraphQL is asked with POST or GET', 'BAD_REQUEST'));
  };
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    // Before the body is read: whatever is in it, it is refused for its method.
    onRequest: refuseMethod,
    handler: refuseMethod,
  });
  return app;
}

/** What every answer has. */
function headersFor(requestId: string) {
  return {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    vary: 'authorization, x-api-key, linked_account_id, linked-account-id',
    'x-content-type-options': 'nosniff',
  };
}

/** What is answered where there is no request to speak of, by the error's code. */
const MALFORMED: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
};

/** Answers what Node.js could not read as HTTP, like any other request that is refused. */
function refuseMalformed(error: { readonly code?: string }, socket: Socket, logger: Logger): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = MALFORMED[error.code ?? ''] ?? [400, 'The request is not HTTP'];
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

/** Header values as text: they are bytes, which Node.js hands over as one character each. */
function inUtf8(headers: NodeJS.Dict<string[]>): NodeJS.Dict<string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.map(utf8Of)]));
}

function utf8Of(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

/** The caller's own id for the request where it sends a sound one, otherwise a new one. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/**
 * Whether a page of another site makes the visitor's browser ask. Browsers say so in `Sec-Fetch-Site`; those too
 * old for it send `Origin`. A GET without a query string asks nothing: it is somebody following a link to the
 * explorer. A POST needs no such check: its content type makes browsers ask for permission first.
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

function errorBody(message: string, code: string) {
  return { errors: [{ message, extensions: { code } }] };
}

function stackOf(error: Error) {
  return error.stack === undefined ? {} : { stack: error.stack };
}
