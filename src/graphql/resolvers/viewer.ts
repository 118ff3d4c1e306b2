import type { Resolvers } from './generated.ts';

/** `viewer`: what the gateway itself knows of the caller; no upstream call. */
export const viewerResolvers: Resolvers = {
  Query: {
    viewer: (_root, _args, context) => {
      const { kind, linkedAccountId, environment } = context.credential();
      const { upstreamRate } = context;
      return {
        signIn: kind,
        linkedAccountId,
        environment,
        upstreamRate,
        capabilities: [...context.capabilities()],
      };
    },
  },
};
