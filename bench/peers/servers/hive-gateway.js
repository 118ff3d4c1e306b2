/** Hive Gateway with compiled queries, and with what it has for operations that are alike, where these are measured. */
import console from 'node:console';
import process from 'node:process';
import { defineConfig } from '@graphql-hive/gateway';

const { SUPERGRAPH, WORK } = process.env;

// The response cache warns of each operation that shares another's answer before it looks.
console.warn = () => undefined;

export const gatewayConfig = defineConfig({
  supergraph: SUPERGRAPH,
  host: '127.0.0.1',
  logging: 'warn',
  jit: true,
  inboundInflightRequestDeduplication: WORK === 'shared' || WORK === 'warm',
  ...(WORK === 'warm' && {
    responseCaching: { session: (request) => request.headers.get('authorization'), ttl: 1000 },
  }),
});
