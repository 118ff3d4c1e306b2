import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, CombinedProtocolErrors, ServerError } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import {
  CombinedError,
  createClient as createUrql,
  fetchExchange,
  subscriptionExchange,
  type Exchange,
} from '@urql/core';
import { createClient as createSse, NetworkError } from 'graphql-sse';
import { createClient as createWs } from 'graphql-ws';
import { inTime } from './eventually.ts';

/** What a client is set up with; both are asked for again whenever it connects. */
export interface ClientSetup {
  /** Where the gateway is, such as `http://127.0.0.1:4000`. */
  readonly url: () => string;
  readonly signIn: () => Readonly<Record<string, string>>;
  /** What it waits for before it connects again; nothing, unless told otherwise. */
  readonly pause?: () => Promise<void>;
}

/** What a frame of `executionsChanged` may have. */
interface Frame {
  readonly cursor: string;
  readonly changes: readonly {
    readonly kind: string;
    readonly execution: { readonly id: string; readonly status: string };
  }[];
}

/** What a client's user is told: data, or errors by their codes; or that it is over. */
export interface Told {
  readonly data?: { readonly executionsChanged?: Frame; readonly [field: string]: unknown };
  readonly codes?: readonly string[];
  readonly isOver?: true;
}

/** A subscription. */
export interface Subscribed {
  /** What is told next. */
  next(): Promise<Told>;
  leave(): void;
}

/** A client from npm. */
export interface LiveClient {
  subscribe(query: string, variables?: Record<string, unknown>): Subscribed;
  dispose(): void;
}

/** A client, and the transport that it speaks. */
export interface ClientKind {
  readonly name: string;
  readonly transport: 'websocket' | 'sse' | 'multipart';
  /** Whether it connects again by itself. */
  readonly isLasting: boolean;
  /** Whether all its requests have to meet the same replica. */
  readonly isSticky?: true;
  /** The code that it is told when its sign-in is refused. */
  readonly refusal: string;
  /** How often it has tried by then. */
  readonly attempts?: number;
  readonly create: (setup: ClientSetup) => LiveClient;
}

/** What a subscription is told by. */
interface Teller {
  readonly data: (data: unknown) => void;
  readonly fail: (error: unknown) => void;
  readonly end: () => void;
}

type Subscribe = (query: string, variables: Record<string, unknown>, teller: Teller) => () => void;

const clients: LiveClient[] = [];

/** Lets go of all clients; for `afterEach`, before the gateway is stopped. */
export function disposeClients(): void {
  for (const client of clients.splice(0)) client.dispose();
}

function clientOf(subscribe: Subscribe, dispose: () => unknown): LiveClient {
  const leaving: (() => void)[] = [];
  const client: LiveClient = {
    subscribe: (query, variables = {}) => {
      const told: Told[] = [];
      let taker: ((told: Told) => void) | null = null;
      const tell = (one: Told) => {
        if (taker === null) told.push(one);
        else taker(one);
        taker = null;
      };
      const leave = subscribe(query, variables, {
        data: (data) => {
          tell({ data: withoutTypes(data) });
        },
        fail: (error) => {
          tell({ codes: codesOf(error) });
        },
        end: () => {
          tell({ isOver: true });
        },
      });
      leaving.push(leave);
      const next = () =>
        new Promise<Told>((resolve) => {
          const known = told.shift();
          if (known === undefined) taker = resolve;
          else resolve(known);
        });
      return { next: () => inTime('what a client is told', next()), leave };
    },
    dispose: () => {
      for (const leave of leaving.splice(0)) leave();
      dispose();
    },
  };
  clients.push(client);
  return client;
}

/** Without the names of types, which some clients ask for by themselves. */
function withoutTypes(data: unknown): NonNullable<Told['data']> {
  return JSON.parse(
    JSON.stringify(data, (key, value: unknown) => (key === '__typename' ? undefined : value)),
  ) as NonNullable<Told['data']>;
}

/** The codes of an error as clients have them: those of GraphQL, of a close, or a status. */
function codesOf(error: unknown): string[] {
  if (Array.isArray(error)) {
    return error.map(({ extensions }: { extensions?: { code?: unknown } }) => String(extensions?.code));
  }
  if (CombinedGraphQLErrors.is(error) || CombinedProtocolErrors.is(error)) return codesOf(error.errors);
  if (ServerError.is(error)) return [`status ${String(error.statusCode)}`];
  if (error instanceof CombinedError) {
    return error.networkError ? codesOf(error.networkError) : codesOf(error.graphQLErrors);
  }
  if (error instanceof NetworkError) {
    return [`status ${String((error as NetworkError<Response>).response?.status)}`];
  }
  if (error instanceof Error) return [/closed with event \d+/.exec(error.message)?.[0] ?? String(error)];
  return [`closed with event ${String((error as { code?: unknown }).code)}`];
}

/** They wait for seconds before they connect again, unless they are told how to wait. */
const AT_ONCE = () => Promise.resolve();

function wsOf({ url, signIn, pause = AT_ONCE }: ClientSetup) {
  return createWs({
    url: () => `${url().replace(/^http/, 'ws')}/graphql`,
    connectionParams: signIn,
    retryWait: pause,
  });
}

function sseOf({ url, signIn, pause = AT_ONCE }: ClientSetup, singleConnection = false) {
  return createSse({
    url: () => `${url()}/graphql/stream`,
    // It writes into what it is given.
    headers: () => ({ ...signIn() }),
    retry: pause,
    singleConnection,
  });
}

/** A client of `graphql-ws`, or of `graphql-sse`, by itself. */
function plain(client: ReturnType<typeof wsOf> | ReturnType<typeof sseOf>): LiveClient {
  const subscribe: Subscribe = (query, variables, { data, fail, end }) =>
    client.subscribe(
      { query, variables },
      {
        next: (result: { data?: unknown; errors?: unknown }) => {
          if (result.errors === undefined) data(result.data);
          else fail(result.errors);
        },
        error: fail,
        complete: end,
      },
    );
  return clientOf(subscribe, () => client.dispose());
}

/** Apollo Client over HTTP, with a link in front of those that sign in and send. */
function apolloOverHttp(
  { url, signIn }: ClientSetup,
  front = new ApolloLink((operation, forward) => forward(operation)),
) {
  const context = new SetContextLink(() => ({ headers: { ...signIn() } }));
  return apollo(ApolloLink.from([front, context, new HttpLink({ uri: () => `${url()}/graphql` })]));
}

/** Asks again when an answer breaks off, or says that it has to end. */
function retryLink() {
  return new RetryLink({ attempts: (_count, _operation, error) => !ServerError.is(error), delay: () => 0 });
}

function apollo(link: ApolloLink): LiveClient {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const subscribe: Subscribe = (text, variables, { data, fail, end }) => {
    const subscription = client
      .subscribe({ query: gql(text), variables, fetchPolicy: 'no-cache' })
      .subscribe({
        next: (result) => {
          if (result.error === undefined) data(result.data);
          else fail(result.error);
        },
        error: fail,
        complete: end,
      });
    return () => {
      subscription.unsubscribe();
    };
  };
  return clientOf(subscribe, () => {
    client.stop();
  });
}

function urql({ url, signIn }: ClientSetup, exchange: Exchange, dispose: () => unknown = () => null) {
  const client = createUrql({
    url: `${url()}/graphql`,
    fetchOptions: () => ({ headers: signIn() }),
    fetchSubscriptions: true,
    exchanges: [exchange],
    preferGetMethod: false,
  });
  const subscribe: Subscribe = (query, variables, { data, fail, end }) => {
    const subscription = client.subscription(query, variables).subscribe((result) => {
      if (result.error !== undefined) fail(result.error);
      else if (result.hasNext) data(result.data);
      else end();
    });
    return () => {
      subscription.unsubscribe();
    };
  };
  return clientOf(subscribe, dispose);
}

/** A client of `graphql-ws`, or of `graphql-sse`, under urql. */
function urqlOver(setup: ClientSetup, client: ReturnType<typeof wsOf> | ReturnType<typeof sseOf>) {
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => ({
        unsubscribe: client.subscribe({ query, ...(variables && { variables }) }, sink as never),
      }),
    }),
  });
  return urql(setup, exchange, () => client.dispose());
}

/** Clients that people use, over every transport that they speak. */
export const CLIENTS: readonly ClientKind[] = [
  {
    name: 'graphql-ws',
    transport: 'websocket',
    isLasting: true,
    refusal: 'closed with event 4401',
    create: (setup) => plain(wsOf(setup)),
  },
  {
    name: 'graphql-sse with a connection for each operation',
    transport: 'sse',
    isLasting: true,
    refusal: 'UNAUTHENTICATED',
    create: (setup) => plain(sseOf(setup)),
  },
  {
    name: 'graphql-sse with a single connection',
    transport: 'sse',
    isLasting: true,
    refusal: 'status 401',
    attempts: 6,
    isSticky: true,
    create: (setup) => plain(sseOf(setup, true)),
  },
  {
    name: 'Apollo Client over WebSocket',
    transport: 'websocket',
    isLasting: true,
    refusal: 'closed with event 4401',
    create: (setup) => apollo(new GraphQLWsLink(wsOf(setup))),
  },
  {
    name: 'Apollo Client over HTTP',
    transport: 'multipart',
    isLasting: false,
    refusal: 'UNAUTHENTICATED',
    create: (setup) => apolloOverHttp(setup),
  },
  {
    name: 'Apollo Client over HTTP, which tries again',
    transport: 'multipart',
    isLasting: true,
    refusal: 'UNAUTHENTICATED',
    create: (setup) => apolloOverHttp(setup, retryLink()),
  },
  {
    name: 'urql over WebSocket',
    transport: 'websocket',
    isLasting: true,
    refusal: 'closed with event 4401',
    create: (setup) => urqlOver(setup, wsOf(setup)),
  },
  {
    name: 'urql over server-sent events',
    transport: 'sse',
    isLasting: true,
    refusal: 'UNAUTHENTICATED',
    create: (setup) => urqlOver(setup, sseOf(setup)),
  },
  {
    name: 'urql over HTTP',
    transport: 'sse',
    isLasting: false,
    refusal: 'UNAUTHENTICATED',
    create: (setup) => urql(setup, fetchExchange),
  },
];
