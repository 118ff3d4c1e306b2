import { Readable } from 'node:stream';
import {
  HeaderMap,
  type ApolloServer,
  type HTTPGraphQLRequest,
  type HTTPGraphQLResponse,
} from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Answers, Question } from '../answers/answers.ts';
import type { Lead, Ride } from '../answers/flights.ts';
import type { Context } from '../context.ts';
import type { Contexts, SignedIn } from '../contexts.ts';
import { createParseBody, type ParseBody } from './body-text.ts';
import { errorBody, METHODS, STREAM_METHODS } from './answer.ts';
import { wantedStream, type WantedStream } from './live/accept.ts';
import type { LiveHttp } from './live/live.ts';
import { isOfReservation } from './live/single-connection.ts';
import type { createUpgradeRefusal } from './live/upgrade.ts';
import type { LoadShedding } from './load-shedding.ts';
import type { ShowExplorer } from './explorer/explorer.ts';
import { foundOf } from './front.ts';
import { incomingOf } from './incoming.ts';
import type { Rides } from './rides.ts';
import { questionTextOf, rememberedPartOf, type Recall } from './remembered-answers.ts';
import type { SignIn } from './sign-in.ts';

/** What `/graphql` is served with. */
export interface GraphqlParts {
  readonly apollo: ApolloServer<Context>;
  readonly contexts: Contexts;
  readonly answers: Answers;
  readonly recall: Recall;
  readonly rides: Rides;
  readonly signIn: SignIn;
  readonly shedding: LoadShedding;
  readonly live: LiveHttp;
  /** Refuses a WebSocket before there is one. */
  readonly refuseUpgrade: ReturnType<typeof createUpgradeRefusal>;
  /** Shows browsers the explorer; null: it is off. */
  readonly showExplorer: ShowExplorer | null;
}

/** Adds `/graphql`, and `/graphql/stream` for events alone. */
export function addGraphql(app: FastifyInstance, parts: GraphqlParts): void {
  const { shedding, live, refuseUpgrade } = parts;
  const { hooks } = shedding;
  const answer = createAnswer(parts, createParseBody(app));
  const route = { url: '/graphql', ...hooks, handler: answer };
  app.route({ ...route, method: 'POST', config: { parsesBody: true } });
  app.route({
    ...route,
    method: 'GET',
    exposeHeadRoute: false,
    onRequest: [refuseUpgrade, hooks.onRequest],
    wsHandler: live.openSocket,
  });
  refuseOtherMethods(app, '/graphql', ['HEAD', 'PUT', 'PATCH', 'DELETE'], METHODS);
  addStream(app, shedding, live);
}

/** Answers an operation, or goes on with it for as long as somebody watches. */
function createAnswer(parts: GraphqlParts, parseBody: ParseBody) {
  const { recall, signIn, live } = parts;
  const ask = createAsk(parts, parseBody);
  const share = createShare(parts, ask);
  const answer = (exchange: Exchange, signedIn: SignedIn, text: string): string | Promise<unknown> => {
    const { request, reply } = exchange;
    const question = recall.questionOf(signedIn, text);
    if (question === null) return ask({ ...exchange, signedIn });
    const known = recall.find(question, request.raw.socket);
    if (known === null) return share({ ...exchange, signedIn, question });
    request.rememberedOutcome = known.outcome;
    void reply.header('content-type', known.contentType);
    return recall.tell(question, known, request.headers, request.trace?.shownId ?? null).text;
  };
  // What needs no wait is answered without a promise.
  return (request: FastifyRequest, reply: FastifyReply): unknown => {
    const wanted = request.method === 'POST' ? wantedStream(request.headers.accept) : null;
    if (wanted?.isOnly === true) {
      parseBody(request, reply);
      return live.streams.answer(request, reply);
    }
    const exchange: Exchange = { request, reply, wanted };
    const text = wanted === null ? questionTextOf(request) : null;
    if (text === null) return ask(exchange);
    const found = foundOf(request.raw);
    const signedIn = found?.signedIn ?? signIn(request.raw);
    if (found?.begun !== undefined) request.begun = found.begun;
    if (signedIn instanceof Promise) return signedIn.then((known) => answer(exchange, known, text));
    if (found?.question === undefined) return answer(exchange, signedIn, text);
    const asked = { ...exchange, signedIn, question: found.question };
    // Who has ridden in vain is executed.
    return found.begun === undefined ? share(asked) : ask(asked);
  };
}

/** A request that is asked, and what is known of it already. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly wanted: WantedStream | null;
  /** Left out: nobody has looked yet. */
  readonly signedIn?: SignedIn;
  /** What its answer may be shared by; left out: it may not be. */
  readonly question?: Question;
  /** Left out: nobody can ride on it. */
  readonly lead?: Lead;
}

type SharedExchange = Exchange & Required<Pick<Exchange, 'signedIn' | 'question'>>;

/** Has an operation ride on one that asks the same at this moment, or lets others ride on it. */
function createShare({ rides, answers, shedding }: GraphqlParts, ask: ReturnType<typeof createAsk>) {
  const takeAlong = async (exchange: SharedExchange, ride: Ride) => {
    const { request, reply, signedIn, question } = exchange;
    const incoming = incomingOf(request, reply.raw, shedding);
    const begun = (request.begun = rides.begin(incoming, { signedIn, question, ride }));
    const told = await rides.answer(begun, { question, ride }, request.headers);
    if (told === null) return ask(exchange);
    void reply.header('content-type', told.contentType);
    return told.text;
  };
  return (exchange: SharedExchange) => {
    const { request, question } = exchange;
    const ride = rides.board(question, request.raw.socket);
    if (ride !== null) return takeAlong(exchange, ride);
    return ask({ ...exchange, lead: answers.depart(question) });
  };
}

/** Has Apollo Server answer. */
function createAsk(
  { apollo, contexts, answers, signIn, shedding, live, showExplorer }: GraphqlParts,
  parseBody: ParseBody,
) {
  const execute = ({ request, reply, wanted, signedIn, question, lead }: Exchange) =>
    apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: questionOf(request, wanted),
      context: async () =>
        (request.context =
          request.begun?.toContext() ??
          contexts.ofRequest({
            signedIn: signedIn ?? (await signIn(request.raw)),
            isStreamed: wanted !== null,
            sources: question?.sources,
            between: lead?.between,
            ...incomingOf(request, reply.raw, shedding),
          })),
    });
  const share = ({ request, question, lead }: Exchange, response: HTTPGraphQLResponse) => {
    const answer = request.context && rememberedPartOf(response, request.context);
    if (question !== undefined && answer !== null) answers.remember(question, answer);
    lead?.land(answer);
  };
  return async (exchange: Exchange) => {
    const { request, reply, wanted, lead } = exchange;
    try {
      parseBody(request, reply);
      const response = await execute(exchange);
      const { status, headers, body } = response;
      if (body.kind === 'complete' && wanted !== null) {
        const { transport } = wanted;
        const stream = live.streams.goOn({ request, reply, transport }, body.string.trim());
        if (stream !== null) return await stream;
      }
      share(exchange, response);
      // Apollo Server has a weaker word for caches.
      headers.delete('cache-control');
      void reply.code(status ?? 200).headers(Object.fromEntries(headers));
      if (body.kind !== 'complete') return Readable.from(body.asyncIterator);
      const isForBrowser = headers.get('content-type') === 'text/html';
      return isForBrowser && showExplorer !== null ? await showExplorer(request, reply) : body.string;
    } finally {
      lead?.land(null);
    }
  };
}

/** Adds what server-sent events have an address of their own for. */
function addStream(
  app: FastifyInstance,
  { hooks }: LoadShedding,
  { streams, singleConnection }: LiveHttp,
): void {
  const url = '/graphql/stream';
  const { reserve, open, ask, end } = singleConnection;
  app.route({ url, ...hooks, method: 'PUT', handler: reserve });
  app.route({ url, ...hooks, method: 'GET', exposeHeadRoute: false, handler: open });
  app.route({ url, method: 'DELETE', handler: end });
  app.route({
    url,
    ...hooks,
    method: 'POST',
    handler: (request, reply) =>
      isOfReservation(request) ? ask(request, reply) : streams.answer(request, reply),
  });
  refuseOtherMethods(app, url, ['HEAD', 'PATCH'], STREAM_METHODS);
}

/** Refuses what a route does not have, before the body is read: whatever is in it. */
function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  methods: HTTPMethods[],
  allowed: string,
): void {
  const refuse = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await reply
      .code(405)
      .header('allow', allowed)
      .send(errorBody('GraphQL is asked with POST or GET', 'BAD_REQUEST'));
  };
  app.route({ url, method: methods, onRequest: refuse, handler: refuse });
}

/**
 * What Apollo Server is told of a request: no more headers than it reads. The address is taken apart as text, never
 * parsed as a URL: what clients write into it and into `Host` need not be one.
 */
function questionOf(
  { method, url, headers, body }: FastifyRequest,
  wanted: WantedStream | null,
): HTTPGraphQLRequest {
  const query = url.indexOf('?');
  const read = new HeaderMap();
  for (const name of ['accept', 'content-type'] as const) {
    const value = headers[name];
    if (value !== undefined) read.set(name, value);
  }
  // The results of a stream are JSON, whatever is around them.
  if (wanted !== null) read.set('accept', `${headers.accept ?? ''}, application/json`);
  return { method, headers: read, body, search: query === -1 ? '' : url.slice(query) };
}
