import type { TypedDocumentString } from '../documents/generated.ts';
import { NOT_AWAITED } from './answer.ts';
import { keepWatching, type Question, type Transport } from './live.ts';
import { isSignedOut } from './problem.ts';
import type { Answer, RunClient } from './run-client.ts';
import { isOver } from './wait.ts';

/** Another GraphQL client, as a `RunClient` needs it. */
export interface OtherClient {
  /** Asks once. Never rejects; where the signal aborts, it may answer anything. */
  readonly send: (question: Question, signal: AbortSignal | undefined) => Promise<Answer<unknown>>;
  readonly transport: Transport;
  /** Takes what was answered into its cache. */
  readonly keep: (question: Question, data: unknown) => void;
}

/** Asks and watches through another client, whose own way it is to sign in. */
export function createLinkedClient({ send, transport, keep }: OtherClient): RunClient {
  return {
    request: async <Data, Variables>(
      document: TypedDocumentString<Data, Variables>,
      variables: Variables,
      signal?: AbortSignal,
    ): Promise<Answer<Data>> => {
      const question = { query: document.toString(), variables: variables as Record<string, unknown> };
      let answer = await send(question, signal);
      // It may have another token by now; a question, or a change, that was refused for its sign-in did nothing.
      const isRefused = answer.data === null && answer.problems.some(isSignedOut);
      if (isRefused && !isOver(signal)) answer = await send(question, signal);
      if (isOver(signal)) return NOT_AWAITED;
      if (answer.problems.length === 0) keep(question, answer.data);
      return answer as Answer<Data>;
    },
    subscribe: (document, variables, observer) =>
      keepWatching(() => transport, [document, variables], {
        ...observer,
        next: (answer) => {
          const question = { query: document.toString(), variables: variables as Record<string, unknown> };
          if (answer.data !== null && answer.problems.length === 0) keep(question, answer.data);
          observer.next(answer);
        },
      }),
  };
}
