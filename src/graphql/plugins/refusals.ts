import type { GraphQLRequest, GraphQLRequestContext } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { Context } from '../../context.ts';
import type { OperationPlugin } from './compose.ts';

/** Requests that are refused before anything of them is parsed. */
export interface Refusals {
  /** Refuses one, in place of all that it says. */
  refuse(request: GraphQLRequestContext<Context>, error: GraphQLError): void;
  isRefused(request: GraphQLRequestContext<Context>): boolean;
  /** What ends them. */
  readonly plugin: OperationPlugin;
}

/** What stands in for a request that is refused: the least that can be parsed. */
const NOTHING: GraphQLRequest = { query: '{__typename}' };

/**
 * Builds what refuses. A plugin cannot end a request before it is parsed, so that one goes on without its contents, and
 * ends where the operation would have been estimated.
 */
export function createRefusals(): Refusals {
  const refusals = new WeakMap<object, GraphQLError>();
  return {
    refuse: ({ request, contextValue }, error) => {
      const { http } = request;
      for (const name of Object.keys(request)) Reflect.deleteProperty(request, name);
      Object.assign(request, NOTHING, { http });
      refusals.set(contextValue, error);
    },
    isRefused: ({ contextValue }) => refusals.has(contextValue),
    plugin: {
      didResolveOperation: ({ contextValue }) => {
        const refusal = refusals.get(contextValue);
        if (refusal !== undefined) throw refusal;
      },
    },
  };
}
