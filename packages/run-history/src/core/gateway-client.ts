import type { Sink } from 'graphql-ws';
import type { TypedDocumentString } from '../documents/generated.ts';
import { readAnswer, unanswered } from './answer.ts';
import { isSignedOut, problemOf, readProblem } from './problem.ts';
import type { Answer, RunClient } from './run-client.ts';
import { createSocket } from './socket.ts';

/** How the gateway is reached. */
export interface GatewayOptions {
  /** Where it is, such as `https://gateway.example.com/graphql`, or `/graphql` on the page's own origin. */
  readonly url: string;
  /**
   * Your product's token for who is signed in. It is asked for when one is needed, and once more when the gateway has
   * refused the last one, or has let it expire while it was in use. Null: nobody is signed in.
   */
  readonly getToken: () => Promise<string | null> | string | null;
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A client that needs no GraphQL library: `fetch` for questions, one WebSocket for all that is watched. */
export function createGatewayClient(options: GatewayOptions): RunClient {
  const socket = createSocket(options);
  return {
    request: async <Data, Variables>(
      document: TypedDocumentString<Data, Variables>,
      variables: Variables,
      signal?: AbortSignal,
    ) => {
      const question = { query: document.toString(), variables };
      const answer = await ask<Data>(options, question, signal);
      return answer.problems.some(isSignedOut) ? ask<Data>(options, question, signal) : answer;
    },
    subscribe: (document, variables, observer) => {
      let hasAskedAgain = false;
      let leave = () => {};
      let isLeft = false;
      const watch = () => {
        leave = socket.subscribe(
          { query: document.toString(), variables: variables as Record<string, unknown> },
          {
            next: (result) => {
              hasAskedAgain = false;
              observer.next(readAnswer(result));
            },
            error: (error) => {
              const problem = Array.isArray(error) ? readProblem(error[0]) : endOf(error);
              if (!isLeft && isSignedOut(problem) && !hasAskedAgain) {
                hasAskedAgain = true;
                watch();
              } else {
                observer.end(problem);
              }
            },
            complete: () => {
              observer.end(null);
            },
          } satisfies Sink,
        );
      };
      const unlisten = socket.onConnected((isConnected) => observer.connected?.(isConnected));
      watch();
      return () => {
        isLeft = true;
        unlisten();
        leave();
      };
    },
  };
}

/** Why a socket was given up, from its close event or error. */
function endOf(error: unknown) {
  const { code, reason } = error as { readonly code?: number; readonly reason?: string };
  if (code === 4401) return { ...problemOf('NETWORK', reason ?? ''), code: 'UNAUTHENTICATED' };
  return problemOf('NETWORK', 'The live connection is lost');
}

async function ask<Data>(
  { url, getToken, fetch = globalThis.fetch }: GatewayOptions,
  question: object,
  signal: AbortSignal | undefined,
): Promise<Answer<Data>> {
  try {
    const token = await getToken();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(question),
      ...(signal !== undefined && { signal }),
    });
    return readAnswer(await response.json());
  } catch (error) {
    return error instanceof SyntaxError
      ? unanswered('UNREADABLE', 'The answer is not JSON')
      : unanswered('NETWORK', 'The gateway cannot be reached');
  }
}
