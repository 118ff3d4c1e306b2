import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from '../../context.ts';
import { logDefect, type Logger } from '../../observability/logger.ts';
import { isUnexpected } from '../format-error.ts';

/** Logs defects whole: their stack, and the request's id where it has one. */
export function createErrorLog(logger: Logger): ApolloServerPlugin<Context> {
  return {
    contextCreationDidFail: ({ error }) => {
      logDefect(logger, error);
      return Promise.resolve();
    },
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors: ({ contextValue: { operation }, errors }) => {
          for (const error of errors.filter(isUnexpected)) {
            const stack = error.originalError?.stack ?? error.message;
            logger.error('unexpected error', { requestId: operation.requestId, stack });
          }
          return Promise.resolve();
        },
      }),
  };
}
