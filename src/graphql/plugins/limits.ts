import type { GraphQLRequest } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { Limits } from '../limits/limits.ts';
import { checkRequest } from '../limits/request.ts';
import type { OperationPlugin } from './compose.ts';

/** What stands in for a request that is refused: the least that can be parsed. */
const NOTHING: GraphQLRequest = { query: '{__typename}' };

/**
 * Refuses a request that is too large before anything of it is parsed. A plugin cannot end a request there, so that one
 * goes on without its contents, and ends where the operation would have been estimated.
 */
export function createRequestLimits(limits: Limits): OperationPlugin {
  const refusals = new WeakMap<object, GraphQLError>();
  return {
    requestDidStart: ({ request, contextValue }) => {
      const refusal = checkRequest(request, limits);
      if (refusal === null) return;
      const { http } = request;
      for (const name of Object.keys(request)) Reflect.deleteProperty(request, name);
      Object.assign(request, NOTHING, { http });
      refusals.set(contextValue, refusal);
    },
    didResolveOperation: ({ contextValue }) => {
      const refusal = refusals.get(contextValue);
      if (refusal !== undefined) throw refusal;
    },
  };
}
