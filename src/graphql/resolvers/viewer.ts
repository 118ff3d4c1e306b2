import type { Resolvers } from './generated.ts';

/** `viewer`: what the gateway itself knows of the caller; no upstream call. */
export const viewerResolvers: Resolvers = {
  Query: {
    viewer: (_root, _args, context) => {
      const { kind, linkedAccountId, environment } = context.credential();
      return {
        signIn: kind,
        linkedAccountId,
        environment,
        upstreamBudget: context.budget(),
        capabilities: [...context.capabilities()],
      };
    },
  },
};
