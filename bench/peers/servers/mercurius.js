/** Mercurius with compiled queries, undici and DataLoader. */
import process from 'node:process';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { Pool } from 'undici';
import { createLookups } from './lookups.ts';
import { createResolvers, typeDefs } from './schema.ts';

// Pipelining was tried, and made it slower.
const pool = new Pool(process.env.UPSTREAM_URL, { connections: 64 });

async function read(authorization, path, query) {
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path: `/api/v2/public${path}`,
    query,
    headers: { authorization },
  });
  if (statusCode !== 200) throw new Error(`Upstream answered ${statusCode}`);
  return body.json();
}

const app = fastify();
await app.register(mercurius, {
  schema: typeDefs,
  resolvers: createResolvers(read),
  // Compiles a query when it comes the first time.
  jit: 1,
  context: ({ headers: { authorization } }) => ({
    authorization,
    lookups: createLookups(read, authorization),
  }),
});
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
