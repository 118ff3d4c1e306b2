import type { ApolloServerPlugin } from '@apollo/server';
import { createPurity } from '../../answers/purity.ts';
import type { Context } from '../../context.ts';

/** Notes whether an operation's answer may be remembered as a whole. */
export function createPurityNote(): ApolloServerPlugin<Context> {
  const isPure = createPurity();
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ schema, document, operation, contextValue: { outcome } }) => {
          outcome.isPure = operation !== undefined && isPure(schema, document, operation);
          return Promise.resolve();
        },
      }),
  };
}
