import type {
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextDidResolveSource,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestContextWillSendResponse,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Context } from '../../context.ts';
import { NO_ERROR } from '../../observability/logger.ts';
import { responseOf, type Execute, type FormatError } from '../planned-execution.ts';

/** What is done around an operation, at Apollo Server's moments. Only its beginning and its end may be waited for. */
export interface OperationPlugin {
  /** What it answers with is waited for before the document is looked at. */
  readonly requestDidStart?: (context: GraphQLRequestContext<Context>) => Promise<void> | undefined;
  /** The document is known by its hash. */
  readonly didResolveSource?: (context: GraphQLRequestContextDidResolveSource<Context>) => void;
  /** What it throws refuses the operation. */
  readonly didResolveOperation?: (context: GraphQLRequestContextDidResolveOperation<Context>) => void;
  readonly didEncounterErrors?: (context: GraphQLRequestContextDidEncounterErrors<Context>) => void;
  readonly executionDidEnd?: (context: GraphQLRequestContextResponseForOperation<Context>) => Promise<void>;
  readonly willSendResponse?: (context: GraphQLRequestContextWillSendResponse<Context>) => void;
}

const DONE = Promise.resolve();

/**
 * Makes one plugin of several, in their order: Apollo Server makes some promises for each plugin and each moment.
 * @param execute executes operations in its place, at the same moments
 */
export function composePlugins(
  plugins: readonly OperationPlugin[],
  execute: Execute,
  formatError: FormatError,
): ApolloServerPlugin<Context> {
  const started = plugins.flatMap(({ requestDidStart }) => requestDidStart ?? []);
  const sourced = plugins.flatMap(({ didResolveSource }) => didResolveSource ?? []);
  const resolved = plugins.flatMap(({ didResolveOperation }) => didResolveOperation ?? []);
  const failed = plugins.flatMap(({ didEncounterErrors }) => didEncounterErrors ?? []);
  const ended = plugins.flatMap(({ executionDidEnd }) => executionDidEnd ?? []);
  const answered = plugins.flatMap(({ willSendResponse }) => willSendResponse ?? []);
  const end = async (context: GraphQLRequestContextResponseForOperation<Context>) => {
    for (const hook of ended) await hook(context);
  };
  const listener: GraphQLRequestListener<Context> = {
    didResolveSource: (context) => callEach(sourced, context),
    didResolveOperation: (context) => callEach(resolved, context),
    didEncounterErrors: (context) => callEach(failed, context),
    responseForOperation: async (context) => {
      let result: ExecutionResult;
      let response: GraphQLResponse;
      try {
        const executed = execute(context);
        if (executed === null) return null;
        result = await executed;
        response = responseOf(result, formatError);
      } catch (error) {
        result = { errors: [defectOf(error)] };
        response = responseOf(result, formatError);
        response.http.status = 500;
      }
      const { errors } = result;
      if (errors !== undefined) await callEach(failed, Object.assign(context, { errors }));
      await end(context);
      return response;
    },
    executionDidStart: (context) => Promise.resolve({ executionDidEnd: () => end(context) }),
    willSendResponse: (context) => callEach(answered, context),
  };
  const listening = Promise.resolve(listener);
  return {
    requestDidStart: (context) => {
      let waits: Promise<unknown> | undefined;
      for (const hook of started) {
        const wait = hook(context);
        if (wait !== undefined) waits = Promise.all([waits, wait]);
      }
      return waits?.then(() => listener) ?? listening;
    },
  };
}

/** What an execution threw instead of answering: as Apollo Server takes it where it executes by itself. */
function defectOf(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(NO_ERROR);
  return new GraphQLError(originalError.message, { originalError });
}

function callEach<C>(hooks: readonly ((context: C) => void)[], context: C): Promise<void> {
  for (const hook of hooks) hook(context);
  return DONE;
}
