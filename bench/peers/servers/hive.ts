import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Contestant } from '../contestant.ts';
import { askInWireWords } from '../questions.ts';

const PACKAGES = path.join(import.meta.dirname, '../node_modules');
const COMPOSE = path.join(PACKAGES, '@graphql-mesh/compose-cli/esm/bin.js');
const GATEWAY = path.join(PACKAGES, '@graphql-hive/gateway/dist/bin.js');

/** Hive Gateway, in front of a REST API that GraphQL Mesh makes a subgraph of. */
export const hive: Contestant = {
  title: 'Hive Gateway + JIT',
  ask: askInWireWords,
  speaksGraphql: true,
  command: async ({ port, upstreamUrl, work, folder }) => {
    const supergraph = path.join(folder, 'supergraph.graphql');
    const config = path.join(import.meta.dirname, 'hive-compose.js');
    const env = { ...process.env, UPSTREAM_URL: upstreamUrl };
    await promisify(execFile)(process.execPath, [COMPOSE, '-c', config, '-o', supergraph], { env });
    return {
      command: process.execPath,
      args: [
        ...[GATEWAY, 'supergraph', '-p', String(port)],
        ...['-c', path.join(import.meta.dirname, 'hive-gateway.js')],
      ],
      env: { NODE_ENV: 'production', SUPERGRAPH: supergraph, WORK: work },
    };
  },
};
