import { formatError } from '../format-error.ts';
import type { OperationPlugin } from './compose.ts';

/** So much of an operation's name is logged. */
const MAX_NAME_LENGTH = 128;

/** Notes an operation's name and type, and the codes of its errors in its context, for the request's line in the log. */
export const noteOutcome: OperationPlugin = {
  didResolveOperation: ({ contextValue: { outcome }, operation, operationName }) => {
    outcome.type = operation?.operation ?? null;
    outcome.operation = operationName?.slice(0, MAX_NAME_LENGTH) ?? null;
  },
  didEncounterErrors: ({ contextValue: { outcome }, errors }) => {
    for (const error of errors) {
      outcome.codes.add(String(formatError(error.toJSON(), error).extensions?.['code']));
    }
  },
};
