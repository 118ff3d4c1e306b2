import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import type { Contexts, SignedIn } from '../contexts.ts';
import type { SettledDocument } from '../domain/document.ts';
import { GatewayError, type ErrorCode } from '../domain/errors.ts';
import type { Operations } from '../graphql/operations.ts';
import { logDefect, type Logger } from '../observability/logger.ts';
import { addPreflightAt } from './cross-site.ts';
import { incomingOf } from './incoming.ts';
import type { LoadShedding } from './load-shedding.ts';
import { MCP_PERMISSION, type Origins } from './origins.ts';
import { signInHeadersOf } from './sign-in-headers.ts';

/** Answers a message of the Model Context Protocol. */
export type AnswerMcp = (message: {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Asks one of the gateway's own questions as the caller. */
  readonly ask: (question: {
    readonly operationName: string;
    readonly query: string;
    readonly variables: Readonly<Record<string, unknown>>;
  }) => Promise<FormattedExecutionResult>;
}) => Promise<{ readonly status: number; readonly text: string; readonly isUnauthenticated: boolean }>;

/** What `/mcp` is served with. */
export interface McpParts {
  readonly answer: AnswerMcp;
  readonly contexts: Contexts;
  readonly operations: Operations;
  readonly shedding: LoadShedding;
  readonly origins: Origins;
  readonly logger: Logger;
}

const URL = '/mcp';
const METHODS = 'OPTIONS, POST';
/** Far more than any question has. */
const MAX_BYTES = 65_536;

/** Codes of JSON-RPC for what comes no further than this. The last is for whatever has none. */
const RPC = { parse: -32_700, request: -32_600, internal: -32_603, other: -32_000 } as const;

/** Adds `/mcp`, where assistants ask. It takes POST alone: there are no sessions, and nothing to listen to. */
export function addMcp(app: FastifyInstance, parts: McpParts): void {
  const { shedding, origins, logger } = parts;
  addPreflightAt(app, URL, origins, METHODS, MCP_PERMISSION);
  void app.register((scope, _options, done) => {
    scope.addHook('onRequest', refuseOtherSites(origins));
    scope.setErrorHandler<FastifyError>((error, request, reply) =>
      refuseUnread(error, request, reply, logger),
    );
    scope.route({
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
      url: URL,
      onRequest: refuseMethod,
      handler: refuseMethod,
    });
    scope.route({
      method: 'POST',
      url: URL,
      bodyLimit: MAX_BYTES,
      ...shedding.hooks,
      handler: handlerOf(parts),
    });
    done();
  });
}

function handlerOf({ answer, contexts, operations, shedding }: McpParts) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { body, id: requestId } = request;
    if (Array.isArray(body))
      return refuse(request, reply, 400, RPC.request, 'BAD_REQUEST', 'Send one message at a time');
    const signedIn = await contexts.signIn(signInHeadersOf(request.raw));
    if (signedIn instanceof Error) return refuseSignIn(request, reply, signedIn);
    const { status, text, isUnauthenticated } = await answer({
      body: body ?? null,
      headers: protocolHeadersOf(request),
      requestId,
      ask: askAs(signedIn, incomingOf(request, reply.raw, shedding), operations),
    });
    if (isUnauthenticated) return refuseSignIn(request, reply, REFUSED);
    // What is only noted has no answer.
    return text === '' ? reply.code(status).send() : reply.code(status).type(JSON_TYPE).send(text);
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Refold has refused the credentials. */
const REFUSED = new GatewayError('UNAUTHENTICATED', 'Upstream has refused the credentials');

function askAs(
  signedIn: SignedIn,
  incoming: ReturnType<typeof incomingOf>,
  operations: Operations,
): Parameters<AnswerMcp>[0]['ask'] {
  return async (question) => {
    const document: SettledDocument = { text: question.query, standing: 'own', isPreferred: false };
    const asked = { ...incoming, signedIn, isStreamed: false, document };
    const { first } = await operations.start(question, asked, 'mcp');
    return first;
  };
}

/** The headers that the protocol has of its own. What is accepted does not matter: there is JSON alone. */
const PROTOCOL_HEADERS = ['mcp-protocol-version', 'mcp-method', 'mcp-name'] as const;
const JSON_ALONE = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

function protocolHeadersOf({ headers }: FastifyRequest): Record<string, string> {
  const found: Record<string, string> = { ...JSON_ALONE };
  for (const name of PROTOCOL_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

/**
 * Refuses pages that are not of `CORS_ORIGINS`, as the protocol demands: pages of this host are none, since a name of
 * theirs can be made to lead here.
 */
function refuseOtherSites(origins: Origins) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { origin } = request.headers;
    if (origin === undefined || origins.allows(origin)) done();
    else refuse(request, reply, 403, RPC.other, 'FORBIDDEN', 'Pages of this site may not ask');
  };
}

async function refuseMethod(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  void reply.header('allow', METHODS);
  await refuse(request, reply, 405, RPC.other, 'BAD_REQUEST', 'Messages are sent with POST');
}

/** Refuses who is not signed in, or not in one way, as clients of the protocol expect it: by the status. */
function refuseSignIn(request: FastifyRequest, reply: FastifyReply, error: Error): FastifyReply {
  if (!(error instanceof GatewayError)) throw error;
  const { code, message } = error;
  if (code === 'UNAUTHENTICATED') {
    void reply.header('www-authenticate', 'Bearer');
    return refuse(request, reply, 401, RPC.other, code, message);
  }
  return code === 'BAD_USER_INPUT'
    ? refuse(request, reply, 400, RPC.request, code, message)
    : refuse(request, reply, 503, RPC.other, code, message);
}

/** What could not be read, or failed where nothing should. */
function refuseUnread(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    logDefect(logger, error, { requestId: request.id, ...request.trace?.ids });
    return refuse(request, reply, 500, RPC.internal, 'INTERNAL_SERVER_ERROR', 'Something went wrong here');
  }
  const code = status === 400 ? RPC.parse : RPC.other;
  return refuse(request, reply, status, code, 'BAD_REQUEST', error.message);
}

function refuse(
  { body }: FastifyRequest,
  reply: FastifyReply,
  status: number,
  code: number,
  word: ErrorCode | 'BAD_REQUEST',
  message: string,
): FastifyReply {
  return reply
    .code(status)
    .send({ jsonrpc: '2.0', id: idOf(body), error: { code, message, data: { code: word } } });
}

/** The id of a request, so that its client knows the answer; null where it has none. */
function idOf(body: unknown): string | number | null {
  const { id } = (body ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
