import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute, OperationTypeNode, type GraphQLSchema } from 'graphql';
import { executePlan } from './plan/execute.ts';
import type { Plans } from './plan/plans.ts';

/** What Apollo Server lets an operation be executed by. */
type Gateway = ApolloServerOptionsWithGateway<object>['gateway'];

/** Executes queries from their plans, and everything else with graphql-js: changes follow each other, and are rare. */
export function createPlannedExecution(schema: GraphQLSchema, plans: Plans): Gateway {
  return {
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: async ({ request, document, context }) => {
          const planned = plans.of(context);
          const isQuery = planned?.plan.operation.operation === OperationTypeNode.QUERY;
          if (isQuery) return executePlan(planned.plan, planned.variables, context);
          const { variables: variableValues, operationName } = request;
          return execute({ schema, document, contextValue: context, variableValues, operationName });
        },
      }),
    stop: () => Promise.resolve(),
  };
}
