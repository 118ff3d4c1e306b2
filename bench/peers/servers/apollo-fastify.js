/** Apollo Server on Fastify with got and DataLoader, as simple as can be: what a team would have after a week. */
import process from 'node:process';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import fastify from 'fastify';
import { createLookups } from './lookups.ts';
import { read } from './rest.ts';
import { createResolvers, typeDefs } from './schema.ts';

const apollo = new ApolloServer({ typeDefs, resolvers: createResolvers(read) });
await apollo.start();
const app = fastify();
await app.register(fastifyApollo(apollo), {
  context: (request) => {
    const authorization = request.headers.authorization ?? '';
    return Promise.resolve({ authorization, lookups: createLookups(read, authorization) });
  },
});
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
