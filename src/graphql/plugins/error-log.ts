import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from '../../context.ts';
import { logDefect, type Logger } from '../../observability/logger.ts';
import { isUnexpected } from '../format-error.ts';
import type { OperationPlugin } from './compose.ts';

/** Logs defects whole: their stack, and the request's id. */
export function createErrorLog(logger: Logger): OperationPlugin {
  return {
    didEncounterErrors: ({ contextValue: { operation }, errors }) => {
      for (const error of errors.filter(isUnexpected)) {
        const stack = error.originalError?.stack ?? error.message;
        logger.error('unexpected error', { requestId: operation.requestId, ...operation.trace?.ids, stack });
      }
    },
  };
}

/** Logs why there is no context: then there is no id either, and no operation. */
export function createContextErrorLog(logger: Logger): ApolloServerPlugin<Context> {
  return {
    contextCreationDidFail: ({ error }) => {
      logDefect(logger, error);
      return Promise.resolve();
    },
  };
}
