import type { ApolloServer } from '@apollo/server';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Answers } from '../answers/answers.ts';
import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Contexts } from '../contexts.ts';
import type { Operations } from '../graphql/operations.ts';
import { logDefect, type Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/tracing.ts';
import { DEFECT_BODY, errorBody } from './answer.ts';
import { createCommonHeaders, type CommonHeaders } from './common-headers.ts';
import { addPreflight, refuseCrossSiteGets } from './cross-site.ts';
import { addGraphql } from './graphql-route.ts';
import { addHealth } from './health.ts';
import { addExplorer } from './explorer/explorer.ts';
import type { SignInWays } from './explorer/sign-in.ts';
import { addFrontPage } from './front-page.ts';
import { refuseBadHosts } from './host.ts';
import { createLiveHttp, type LiveLimits } from './live/live.ts';
import { createUpgradeRefusal, isUpgrade } from './live/upgrade.ts';
import { addWebSocket } from './live/websocket-server.ts';
import type { LoadProbe } from './load-probe.ts';
import { createLoadShedding } from './load-shedding.ts';
import { refuseAddress, refuseMalformed } from './malformed.ts';
import { addMcp, type AnswerMcp } from './mcp-route.ts';
import { addMetricsRoute } from './metrics-route.ts';
import { putInFront } from './front.ts';
import { createOrigins } from './origins.ts';
import { createProtocols, type Protocols } from './protocols.ts';
import { createRecall } from './remembered-answers.ts';
import { serveAnswers } from './answers-front.ts';
import { createRides } from './rides.ts';
import { createSignIn } from './sign-in.ts';
import { addPages, type Pages } from './pages.ts';
import type { OverloadLimits } from './pressure.ts';
import { requestIdOf } from './request-id.ts';
import { createReport, reportRequests } from './request-log.ts';
import { traceRequests } from './request-trace.ts';
import { keepBodyTexts } from './body-text.ts';
import { closeSilentConnections } from './silent-connections.ts';
import { createSocketRules, limitSockets, timeoutsOf, type SocketLimits } from './socket-limits.ts';
import { addWebhooks, type ReceiveWebhook } from './webhooks.ts';

/** What every server of the gateway is built from. */
export interface ServerOptions {
  /** `maxBodyBytes`: the largest body of a request. */
  readonly limits: { readonly maxBodyBytes: number };
  /** Origins of other sites whose pages may ask. */
  readonly corsOrigins: readonly string[];
  /** Proxies in front, whose word on protocol and host is believed. */
  readonly trustedProxies: readonly string[];
  /** What connections may take up. */
  readonly sockets: SocketLimits;
  /** Whether the gateway takes new work. */
  readonly isReady: () => boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
}

/** What the HTTP layer is built from. */
export interface HttpOptions extends ServerOptions {
  readonly apollo: ApolloServer<Context>;
  readonly contexts: Contexts;
  readonly answers: Answers;
  readonly operations: Operations;
  readonly clock: Clock;
  /** What those who watch may take up. */
  readonly live: LiveLimits;
  /** How long stopping may take. */
  readonly shutdown: { readonly timeoutMs: number };
  /** When new operations are refused. */
  readonly overload: OverloadLimits;
  readonly loadProbe: LoadProbe;
  /** Takes upstream's webhooks; null: they are off here. */
  readonly receiveWebhook: ReceiveWebhook | null;
  /** Answers assistants at `/mcp`; null: it is off. */
  readonly answerMcp: AnswerMcp | null;
  /** Whether `/metrics` is here, and not on a port of its own. */
  readonly servesMetrics: boolean;
  /** Whether this is for trying things out: `/graphql` has an explorer, and `/` says what is where. */
  readonly exploration: boolean;
  /** The ways of signing in that are on. */
  readonly ways: SignInWays;
  /** Pages of the program that embeds the gateway, which has `/` then; null: there are none. */
  readonly pages: Pages | null;
}

/** Room for a token that is too long, so that it is refused with a reason. */
const MAX_HEADER_BYTES = 32 * 1024;
/** Longer than load balancers keep idle connections, so that they are the ones to close them. */
const KEEP_ALIVE_MS = 72_000;

/** A server, and those who watch over it. */
export interface Http {
  readonly app: FastifyInstance;
  /** Closes all connections, whatever they are in the middle of. */
  readonly cutAll: () => void;
}

/** The part of the time for stopping in which those who watch are moved; the rest is for the last of them to leave. */
const DRAIN_PART = 0.7;

/** Builds the HTTP server with all routes; it does not listen yet. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const {
    apollo,
    contexts,
    answers,
    overload,
    loadProbe,
    servesMetrics,
    isReady,
    metrics,
    limits,
    shutdown,
  } = options;
  const { receiveWebhook: receive, logger } = options;
  const origins = createOrigins(options.corsOrigins);
  const { app, ...rules } = createServer(options, createCommonHeaders(origins));
  const shedding = createLoadShedding(app, overload, loadProbe, metrics);
  const live = createLiveHttp({ ...options, limits: options.live, shedding });
  await addWebSocket(app, limits.maxBodyBytes);
  app.addHook('preClose', (done) => {
    live.viewers.drain(shutdown.timeoutMs * DRAIN_PART);
    done();
  });
  refuseCrossSiteGets(app, origins);
  addHealth(app, isReady);
  if (servesMetrics) addMetricsRoute(app, metrics);
  addWebhooks(app, { receive, logger, metrics });
  addPreflight(app, origins);
  const refuseUpgrade = createUpgradeRefusal(origins, live.viewers);
  const showExplorer = options.exploration ? addExplorer(app, options.ways) : null;
  const recall = createRecall(answers, shedding);
  const signIn = createSignIn(contexts);
  const rides = createRides(contexts, answers, shedding);
  addGraphql(app, {
    apollo,
    contexts,
    answers,
    recall,
    rides,
    signIn,
    shedding,
    live,
    refuseUpgrade,
    showExplorer,
  });
  const { maxBodyBytes } = limits;
  putInFront(app, serveAnswers({ ...options, ...rules, maxBodyBytes, shedding, recall, rides, signIn }));
  const { answerMcp, operations } = options;
  if (answerMcp !== null) addMcp(app, { answer: answerMcp, contexts, operations, shedding, origins, logger });
  if (options.pages !== null) addPages(app, options.pages);
  else if (options.exploration) {
    const takesWebhooks = receive !== null;
    addFrontPage(app, { servesMetrics, takesWebhooks, answersAssistants: answerMcp !== null });
  }
  return {
    app,
    cutAll: () => {
      app.server.closeAllConnections();
      live.viewers.cutAll();
    },
  };
}

/** Builds the server for `/metrics` alone, on a port of its own that callers need not reach. */
export function createMetricsHttp(options: ServerOptions): FastifyInstance {
  const { app } = createServer(options, createCommonHeaders(createOrigins([])));
  addMetricsRoute(app, options.metrics);
  return app;
}

/** A server without routes, with what holds for all of them. */
function createServer(options: ServerOptions, commonHeaders: CommonHeaders) {
  const { sockets, trustedProxies, isReady, logger, metrics, tracing } = options;
  const app = createBareServer(options, commonHeaders);
  const socketRules = createSocketRules(sockets, metrics);
  const report = createReport(logger, metrics);
  const protocols = createProtocols(trustedProxies.length > 0);
  addErrors(app, logger);
  // Hooks run in the order in which they are added.
  limitSockets(app, socketRules, sockets, metrics);
  traceRequests(app, tracing);
  reportRequests(app, report);
  addCommonHeaders(app, commonHeaders, protocols, isReady);
  refuseBadHosts(app);
  return { app, commonHeaders, socketRules, report, protocols };
}

/** The bare server, with the limits to what a client may send. */
function createBareServer(
  { sockets, trustedProxies, limits, logger }: ServerOptions,
  commonHeaders: CommonHeaders,
): FastifyInstance {
  const timeouts = timeoutsOf(sockets);
  const app = fastify({
    genReqId: requestIdOf,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: limits.maxBodyBytes,
    // `host.ts` does it, with the answer that any other refusal has.
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
      shouldUpgradeCallback: isUpgrade,
      ...timeouts,
    },
    requestTimeout: timeouts.requestTimeout,
    keepAliveTimeout: KEEP_ALIVE_MS,
    onProtoPoisoning: 'error',
    // Stopping finishes what has come in: a kept connection may bring one more request before it is closed.
    return503OnClosing: false,
    frameworkErrors: (_error, request, reply: FastifyReply) => {
      addHeaders(reply, request, commonHeaders);
      refuseAddress(request, reply, logger);
    },
    clientErrorHandler: (error, socket) => {
      refuseMalformed(error, socket, logger);
    },
  });
  // Node.js would refuse what it does not know by itself, in a form of its own.
  app.server.on(
    'checkExpectation',
    (request, response) => void app.server.emit('request', request, response),
  );
  app.removeContentTypeParser('text/plain');
  keepBodyTexts(app);
  closeSilentConnections(app);
  return app;
}

function addHeaders(
  reply: FastifyReply,
  { id, headers, protocol }: FastifyRequest,
  commonHeaders: CommonHeaders,
): void {
  void reply.headers(commonHeaders(id, headers.origin, protocol));
}

function addCommonHeaders(
  app: FastifyInstance,
  commonHeaders: CommonHeaders,
  protocols: Protocols,
  isReady: () => boolean,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    protocols.note(request);
    addHeaders(reply, request, commonHeaders);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // A connection that was kept would keep the server from stopping once its answers are out.
    if (!isReady()) void reply.header('connection', 'close');
    done();
  });
}

/** What is answered where a route fails, and where there is none. */
function addErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler<FastifyError>((error, { id: requestId, trace }, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(errorBody(error.message, 'BAD_REQUEST'));
    logDefect(logger, error, { requestId, ...trace?.ids });
    return reply.code(status).send(DEFECT_BODY);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody('There is nothing here: GraphQL is at /graphql', 'NOT_FOUND')),
  );
}
