import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Context } from '../../context.ts';
import { COST_LIMIT, costLimitExceeded, responseTooLarge } from '../../domain/cost.ts';
import type { GatewayError } from '../../domain/errors.ts';
import { costExtension } from '../../domain/extensions.ts';
import { isTooHeavyNow, RETRY_AFTER, tooMuchToDo } from '../../domain/overload.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { estimateDemand, type Demand } from '../cost/estimate.ts';
import type { Limits } from '../limits/limits.ts';
import type { Plans } from '../plan/plans.ts';
import type { OperationPlugin } from './compose.ts';

/**
 * Demand control: estimates what an operation could need before it runs, refuses one that could need too many upstream
 * calls or be answered with too much, or with much where others wait, and prints `extensions.cost`.
 */
export function createCostControl(
  { maxResponseNodes, maxPreferredResponseNodes }: Limits,
  metrics: Metrics,
  plans: Plans,
): OperationPlugin {
  return {
    didResolveOperation: ({ schema, document, request: { operationName, variables }, contextValue }) => {
      const planned = plans.read({ schema, document, operationName, variables }, contextValue);
      const { calls, nodes } = planned ? estimateDemand(planned, contextValue) : NOTHING;
      contextValue.outcome.requestedCost = calls;
      contextValue.outcome.nodes = nodes;
      if (calls > COST_LIMIT) throw refused(costLimitExceeded(calls));
      const isPreferred = contextValue.document.settled?.isPreferred === true;
      const most = isPreferred ? maxPreferredResponseNodes : maxResponseNodes;
      if (nodes > most) throw refused(responseTooLarge(nodes, most));
      if (isTooHeavyNow(nodes, contextValue.waitedMs)) {
        metrics.shed('heavy');
        throw overloaded();
      }
    },
    willSendResponse: ({ contextValue, response: { body } }) => {
      const { operation, outcome } = contextValue;
      const requested = outcome.requestedCost;
      if (body.kind !== 'single' || requested === null) return;
      const cost = costExtension(requested, operation.ledger.calls, budgetOf(contextValue));
      body.singleResult.extensions = { ...body.singleResult.extensions, cost };
    },
  };
}

/** What an operation needs that is not there: Apollo Server says so. */
const NOTHING: Demand = { calls: 0, nodes: 0 };

/** The request failed as a whole, before it was executed: 400, as for a document that does not fit. */
function refused(error: GatewayError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status: 400 } } });
}

/** The request failed as a whole, and can be sent again as it is: nothing of it has run. */
function overloaded(): GraphQLError {
  const error = tooMuchToDo();
  const headers = new HeaderMap([['retry-after', RETRY_AFTER]]);
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: 503, headers } },
  });
}

/** What is left to the caller now; null for one who is not signed in. */
function budgetOf(context: Context) {
  return context.isSignedIn ? context.budget() : null;
}
