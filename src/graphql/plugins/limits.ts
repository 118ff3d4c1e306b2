import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server';
import type { Context } from '../../context.ts';
import type { Limits } from '../limits/limits.ts';
import { checkRequest } from '../limits/request.ts';

/** What stands in for a request that is refused: the least that can be parsed. */
const NOTHING: GraphQLRequest = { query: '{__typename}' };

/**
 * Refuses a request that is too large before anything of it is parsed. A plugin cannot end a request there, so that one
 * goes on without its contents, and ends where the operation would have been estimated.
 */
export function createRequestLimits(limits: Limits): ApolloServerPlugin<Context> {
  return {
    requestDidStart: ({ request }) => {
      const refusal = checkRequest(request, limits);
      if (refusal === null) return Promise.resolve();
      const { http } = request;
      for (const name of Object.keys(request)) Reflect.deleteProperty(request, name);
      Object.assign(request, NOTHING, { http });
      return Promise.resolve({
        didResolveOperation: () => {
          throw refusal;
        },
      });
    },
  };
}
