import {
  GraphQLSchema,
  parse,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import type { RawRequest } from '../../graphql/limits/request.ts';
import type { Result } from '../../graphql/operations.ts';
import type { Logger } from '../../observability/logger.ts';
import { errorBody } from '../answer.ts';
import type { Results } from './desk.ts';
import { ENDINGS, type Ending } from './viewer.ts';

/** What a connection asks for. */
export interface Asked {
  /** Whether the connection may go on with these parameters. */
  readonly init: (params: Readonly<Record<string, unknown>> | undefined) => Promise<boolean>;
  readonly ask: (request: RawRequest) => Results;
}

/** What a connection is told. */
export interface Told {
  readonly send: (text: string) => Promise<void>;
  readonly end: (ending: Ending) => void;
}

/** A connection that speaks the protocol. */
export interface Conversation {
  readonly hear: (text: string) => void;
  /** Nobody is there any more. */
  readonly closed: (code: number) => void;
}

/** Speaks `graphql-transport-ws`. */
export interface Protocol {
  open(asked: Asked, told: Told): Conversation;
}

/** `graphql-ws` looks into an operation for its kind alone: each is run elsewhere, and may have any number of results. */
const ANY_OPERATION = { schema: new GraphQLSchema({}), document: parse('subscription { any }') };

/** The errors of an operation that was refused, or came to an end that was not meant. */
class OperationFailed extends Error {
  override readonly name = 'OperationFailed';
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super('The operation has failed');
    this.errors = errors;
  }
}

/** Builds the protocol of `graphql-ws`, without its adapter for Fastify: that one ends with 4500 what goes wrong here. */
export function createProtocol(logger: Logger): Protocol {
  const server = makeServer<Record<string, unknown>, Asked>({
    // It is timed by the clock that everything is.
    connectionInitWaitTimeout: 0,
    onConnect: ({ extra, connectionParams }) => extra.init(connectionParams),
    onSubscribe: ({ extra }, _id, payload) => ({
      ...ANY_OPERATION,
      rootValue: null,
      contextValue: failing(extra.ask(payload)),
    }),
    subscribe: ({ contextValue }) => contextValue as AsyncIterable<ExecutionResult>,
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: (_context, _id, _payload, [error]) => errorsOf(error?.originalError, logger),
  });
  return {
    open: (asked, { send, end }) => {
      let listener: (text: string) => Promise<void> = () => Promise.resolve();
      const close = server.opened(
        {
          protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
          send,
          close: (code = ENDINGS.DEFECT.code, reason = '') => {
            end({ code, reason });
          },
          onMessage: (callback) => {
            listener = callback;
          },
        },
        asked,
      );
      const fail = (error: unknown) => {
        logger.error('unexpected error', { stack: stackOf(error) });
        end(ENDINGS.DEFECT);
      };
      return {
        hear: (text) => {
          listener(text).catch(fail);
        },
        closed: (code) => {
          close(code).catch(fail);
        },
      };
    },
  };
}

/**
 * The same results, but for those without data: the protocol has a message for each of the two. Once the client has left,
 * they have no end: it may use the operation's id again at once, and `graphql-ws` would take the end of the one for the
 * end of the other.
 */
function failing(results: Results): AsyncIterable<Result> {
  let hasLeft = false;
  const each: AsyncIterableIterator<Result> = {
    [Symbol.asyncIterator]: () => each,
    next: async () => {
      const result = await results.next();
      if (hasLeft) return new Promise(() => undefined);
      if (result.done === true || result.value.data !== undefined) return result;
      await results.return();
      throw new OperationFailed(result.value.errors ?? []);
    },
    return: () => {
      hasLeft = true;
      return results.return();
    },
  };
  return each;
}

function errorsOf(error: unknown, logger: Logger): readonly GraphQLFormattedError[] {
  if (error instanceof OperationFailed) return error.errors;
  logger.error('unexpected error', { stack: stackOf(error) });
  return errorBody('Something went wrong here', 'INTERNAL_SERVER_ERROR').errors;
}

function stackOf(error: unknown): string {
  return (error as Error | undefined)?.stack ?? String(error);
}
