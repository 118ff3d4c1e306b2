import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { read } from './rest.ts';
import { createNaiveResolvers, typeDefs, type Lookups, type PeerContext } from './schema.ts';

/** Starts a peer: Apollo Server on its own, as its documentation shows it. */
export async function startPeerServer(createLookups: (authorization: string) => Lookups): Promise<void> {
  const resolvers = createNaiveResolvers(read);
  const server = new ApolloServer<PeerContext>({ typeDefs, resolvers, csrfPrevention: false });
  await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0) },
    context: ({ req }) => {
      const authorization = req.headers.authorization ?? '';
      return Promise.resolve({ authorization, lookups: createLookups(authorization) });
    },
  });
}
