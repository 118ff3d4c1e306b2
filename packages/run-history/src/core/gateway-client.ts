import type { TypedDocumentString } from '../documents/generated.ts';
import { NOT_AWAITED, readResponse, unanswered } from './answer.ts';
import { createIds, withNames, type DocumentNaming, type Named } from './document-ids.ts';
import { keepWatching, type Transport } from './live.ts';
import { isSignedOut } from './problem.ts';
import type { Answer, RunClient } from './run-client.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { createSocket } from './socket.ts';
import { isOver } from './wait.ts';

/** How the gateway is reached. */
export interface GatewayOptions {
  /** Where it is, such as `https://gateway.example.com/graphql`, or `/graphql` on the page's own origin. */
  readonly url: string;
  /**
   * Your product's token for who is signed in. It is asked for whenever one is needed, and once more when the gateway has
   * refused the last one, or has let it expire while it was in use: answer a new one then. Null: nobody is signed in. A
   * rejection counts as no connection. Leave it out where something on the way adds the sign-in.
   */
  readonly getToken?: () => Promise<string | null> | string | null;
  /**
   * How changes are told: by WebSocket unless told otherwise, by server-sent events (HTTP/2 needed for more than six at
   * once), or not at all.
   */
  readonly live?: 'websocket' | 'sse' | 'none';
  /**
   * How the gateway is told what to run: by the text of each document unless told otherwise, or by its id, for a gateway
   * that has `persisted-documents.json` of this package among its trusted documents.
   */
  readonly documents?: DocumentNaming;
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A client that needs no GraphQL library: `fetch` for questions, one WebSocket for all that is watched. */
export function createGatewayClient(options: GatewayOptions): RunClient {
  const { url, getToken = () => null, live = 'websocket', documents = 'text' } = options;
  const fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  const signIn = createSignIn(getToken);
  const nameOf = documents === 'ids' ? createIds() : null;
  const transport = transportOf(url, { live, fetch, signIn, nameOf });
  return {
    request: (document, variables, signal) =>
      ask({ url, fetch, signIn, nameOf }, [document, variables], signal),
    subscribe: (document, variables, observer) => {
      if (transport !== null) return keepWatching(transport, [document, variables], observer);
      let isLeft = false;
      queueMicrotask(() => {
        if (!isLeft) observer.end(null);
      });
      return () => {
        isLeft = true;
      };
    },
  };
}

interface Reach {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly signIn: SignIn;
  /** Null: documents are sent as they are. */
  readonly nameOf: ((text: string) => Promise<Named>) | null;
}

/** Made when something is watched first; what serves few is loaded then. */
function transportOf(
  url: string,
  { live, fetch, signIn, nameOf }: Omit<Reach, 'url'> & { readonly live: 'websocket' | 'sse' | 'none' },
): (() => Transport | Promise<Transport>) | null {
  if (live === 'none') return null;
  const named = (transport: Transport) => (nameOf === null ? transport : withNames(nameOf, transport));
  let made: Transport | null = null;
  if (live === 'websocket') return () => (made ??= named(createSocket(url, signIn)));
  return async () => {
    const { createEventStream } = await import('./event-stream.ts');
    return (made ??= named(createEventStream(url, signIn, fetch)));
  };
}

/** Asks; once more, where the sign-in was refused and there may be another: nothing was done for the first one. */
async function ask<Data, Variables>(
  reach: Reach,
  [document, variables]: readonly [TypedDocumentString<Data, Variables>, Variables],
  signal: AbortSignal | undefined,
): Promise<Answer<Data>> {
  const query = document.toString();
  const body = JSON.stringify({ ...((await reach.nameOf?.(query)) ?? { query }), variables });
  let answer: Answer<Data> = NOT_AWAITED;
  for (let isAgain = false; !isOver(signal); isAgain = true) {
    const headers = await reach.signIn().catch(() => null);
    if (headers === null) return unanswered('NETWORK', 'No token can be had to sign in with');
    if (isAgain && Object.keys(headers).length === 0) break;
    const result = await post<Data>(reach, { body, headers }, signal);
    answer = result.answer;
    if (isAgain || !result.isRefused) break;
  }
  return answer;
}

async function post<Data>(
  { url, fetch }: Reach,
  { body, headers }: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  signal: AbortSignal | undefined,
): Promise<{ readonly answer: Answer<Data>; readonly isRefused: boolean }> {
  const accept = 'application/graphql-response+json, application/json';
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
      body,
      ...(signal !== undefined && { signal }),
    });
    const answer = readResponse<Data>(response, await response.text());
    const isRefused = response.status === 401 || (answer.data === null && answer.problems.some(isSignedOut));
    return { answer, isRefused };
  } catch {
    const answer = isOver(signal)
      ? NOT_AWAITED
      : unanswered('NETWORK', 'The gateway cannot be reached', { isOutcomeUnknown: true });
    return { answer, isRefused: false };
  }
}
