import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Context } from '../../context.ts';
import { COST_LIMIT, costLimitExceeded } from '../../domain/cost.ts';
import { GatewayError } from '../../domain/errors.ts';
import { estimateCost } from '../cost/estimate.ts';

/**
 * Demand control: estimates an operation's cost before it runs, refuses one that could need too many upstream calls,
 * and prints `extensions.cost`.
 */
export const controlCost: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, operationName, request: { variables }, contextValue }) => {
        try {
          const request = { schema, document, operationName, variables };
          const requested = estimateCost(request, contextValue);
          contextValue.outcome.requestedCost = requested;
          if (requested > COST_LIMIT) throw costLimitExceeded(requested);
          return Promise.resolve();
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          // The request failed as a whole, before it was executed: 400, as for a document that does not fit.
          const extensions = { http: { status: 400 } };
          throw new GraphQLError(error.message, { originalError: error, extensions });
        }
      },
      willSendResponse: ({ contextValue, response: { body } }) => {
        const { operation, outcome } = contextValue;
        const requested = outcome.requestedCost;
        if (body.kind === 'single' && requested !== null) {
          const budget = budgetOf(contextValue);
          const cost = { requested, actual: operation.ledger.calls, limit: COST_LIMIT, budget };
          body.singleResult.extensions = { ...body.singleResult.extensions, cost };
        }
        return Promise.resolve();
      },
    }),
};

/** What is left to the caller now; null for one who is not signed in. */
function budgetOf({ isSignedIn, budget }: Context) {
  if (!isSignedIn) return null;
  const { maximum, available, restorePerSecond, queued } = budget();
  return { maximum, available, restorePerSecond, queued };
}
