import type {
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextExecutionDidStart,
  GraphQLRequestContextWillSendResponse,
  GraphQLRequestListener,
} from '@apollo/server';
import type { Context } from '../../context.ts';

/** What is done around an operation, at Apollo Server's moments. Only its end may be waited for. */
export interface OperationPlugin {
  readonly requestDidStart?: (context: GraphQLRequestContext<Context>) => void;
  /** What it throws refuses the operation. */
  readonly didResolveOperation?: (context: GraphQLRequestContextDidResolveOperation<Context>) => void;
  readonly didEncounterErrors?: (context: GraphQLRequestContextDidEncounterErrors<Context>) => void;
  readonly executionDidEnd?: (context: GraphQLRequestContextExecutionDidStart<Context>) => Promise<void>;
  readonly willSendResponse?: (context: GraphQLRequestContextWillSendResponse<Context>) => void;
}

const DONE = Promise.resolve();

/** Makes one plugin of several, in their order: Apollo Server makes some promises for each plugin and each moment. */
export function composePlugins(plugins: readonly OperationPlugin[]): ApolloServerPlugin<Context> {
  const started = plugins.flatMap(({ requestDidStart }) => requestDidStart ?? []);
  const resolved = plugins.flatMap(({ didResolveOperation }) => didResolveOperation ?? []);
  const failed = plugins.flatMap(({ didEncounterErrors }) => didEncounterErrors ?? []);
  const ended = plugins.flatMap(({ executionDidEnd }) => executionDidEnd ?? []);
  const answered = plugins.flatMap(({ willSendResponse }) => willSendResponse ?? []);
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation: (context) => callEach(resolved, context),
    didEncounterErrors: (context) => callEach(failed, context),
    executionDidStart: (context) =>
      Promise.resolve({
        executionDidEnd: async () => {
          for (const hook of ended) await hook(context);
        },
      }),
    willSendResponse: (context) => callEach(answered, context),
  };
  const listening = Promise.resolve(listener);
  return {
    requestDidStart: (context) => {
      for (const hook of started) hook(context);
      return listening;
    },
  };
}

function callEach<C>(hooks: readonly ((context: C) => void)[], context: C): Promise<void> {
  for (const hook of hooks) hook(context);
  return DONE;
}
