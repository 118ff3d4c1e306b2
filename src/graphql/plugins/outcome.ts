import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from '../../context.ts';
import { formatError } from '../format-error.ts';

/** So much of an operation's name is logged. */
const MAX_NAME_LENGTH = 128;

/** Notes an operation's name and the codes of its errors in its context, for the request's line in the log. */
export const noteOutcome: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ contextValue: { outcome }, operationName }) => {
        outcome.operation = operationName?.slice(0, MAX_NAME_LENGTH) ?? null;
        return Promise.resolve();
      },
      didEncounterErrors: ({ contextValue: { outcome }, errors }) => {
        for (const error of errors) {
          outcome.codes.add(String(formatError(error.toJSON(), error).extensions?.['code']));
        }
        return Promise.resolve();
      },
    }),
};
