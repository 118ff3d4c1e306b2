import type { Credential } from '../../domain/credential.ts';
import type { Environment } from '../../domain/model.ts';
import type { Resolvers } from './generated.ts';

/** `viewer`: what the gateway itself knows of the caller; no upstream call. */
export const viewerResolvers: Resolvers = {
  Query: {
    viewer: (_root, _args, context) => {
      const credential = context.credential();
      return {
        signIn: credential.kind,
        linkedAccountId: credential.kind === 'SESSION_TOKEN' ? null : credential.linkedAccountId,
        environment: environmentOf(credential),
        upstreamRate: context.upstreamRate,
      };
    },
  },
};

/** API keys tell their environment by how they start. */
function environmentOf(credential: Credential): Environment | null {
  if (credential.kind === 'SESSION_TOKEN') return null;
  const prefix = credential.apiKey.reveal().slice(0, 2);
  if (prefix === 'pk') return 'PRODUCTION';
  return prefix === 'tk' ? 'TEST' : null;
}
