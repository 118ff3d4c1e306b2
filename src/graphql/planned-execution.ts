import { HeaderMap, type GraphQLRequestContext, type GraphQLResponse } from '@apollo/server';
import { OperationTypeNode, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { Context } from '../context.ts';
import { executePlan } from './plan/execute.ts';
import type { Plans } from './plan/plans.ts';

/** What Apollo Server is about to execute. There is no operation where none has the name that was asked for. */
type Executed = Pick<GraphQLRequestContext<Context>, 'operation' | 'contextValue'>;

/** Executes an operation; null: Apollo Server is to execute it, with graphql-js. */
export type Execute = (context: Executed) => ExecutionResult | Promise<ExecutionResult> | null;

/**
 * Executes queries from their plans, and leaves everything else to graphql-js: changes follow each other, and are rare.
 * Apollo Server has a `gateway` for this, whose objects with accessors, made for each operation, V8 keeps in the old
 * generation together with all that the operation has read.
 */
export function createPlannedExecution(plans: Plans): Execute {
  return ({ operation, contextValue }) => {
    const planned = plans.of(contextValue);
    if (planned === undefined || operation?.operation !== OperationTypeNode.QUERY) return null;
    return executePlan(planned, contextValue);
  };
}

/** How an error is shown, by what GraphQL makes of it and by itself. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** The response of an operation, as Apollo Server makes it of what it has executed itself. */
export function responseOf(
  { errors, ...result }: ExecutionResult,
  formatError: FormatError,
): GraphQLResponse {
  return {
    http: { headers: new HeaderMap() },
    body: {
      kind: 'single',
      singleResult: {
        ...(errors && { errors: errors.map((error) => formatError(error.toJSON(), error)) }),
        ...result,
      },
    },
  };
}
