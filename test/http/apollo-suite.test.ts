/** @jest-environment <rootDir>/test/support/known-failures.js */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ApolloServer, type BaseContext } from '@apollo/server';
import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite';
import type { Answers } from '../../src/answers/answers.ts';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import type { Contexts } from '../../src/contexts.ts';
import type { Operations } from '../../src/graphql/operations.ts';
import { createHttp } from '../../src/http/server.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createOutcome } from '../../src/observability/outcome.ts';

/** The page lists them with the reason of each. */
const page = readFileSync(join(import.meta.dirname, '../../docs/graphql-over-http.md'), 'utf8');
const knownFailures = [...page.matchAll(/^ {2}- `(\w+Tests\.ts > .+)`$/gm)].map(
  ([, name]) => `integration tests > ${String(name)}`,
);
Object.assign(globalThis, { knownFailures });

/** What the suite has Apollo Server's context be, as the handler knows contexts. */
function contextsOf(context: () => Promise<BaseContext>): Contexts {
  const ofRequest = () =>
    Object.assign(context(), { outcome: createOutcome(), operation: { ledger: { calls: 0 } } });
  return { signIn: () => new Error('The suite signs nobody in'), ofRequest } as unknown as Contexts;
}

/** Nobody is signed in, so that nothing is remembered. */
const NOTHING_KNOWN = {} as Answers;
/** The suite asks over plain HTTP alone. */
const NO_STREAMS = {} as Operations;

defineIntegrationTestSuite(async (options, { context = () => Promise.resolve({}) } = {}) => {
  // As the gateway has it: cross-site requests are refused before Apollo Server sees them.
  const server = new ApolloServer({ csrfPrevention: false, ...options });
  await server.start();
  const config = loadConfig({ CORS_ORIGINS: '', EXPLORATION: 'false', MAX_BODY_BYTES: '1048576' });
  const apollo = server as unknown as ApolloServer<Context>;
  const contexts = contextsOf(context);
  const { app } = await createHttp({
    ...config,
    apollo,
    contexts,
    clock: systemClock,
    logger: createLogger('silent'),
    metrics: createMetrics(),
    operations: NO_STREAMS,
    answers: NOTHING_KNOWN,
    ways: config.auth,
    loadProbe: () => ({ isBusy: false, waitedMs: 0, memoryShare: 0 }),
    isReady: () => true,
    receiveWebhook: null,
    answerMcp: null,
    tracing: null,
    servesMetrics: false,
    pages: null,
  });
  await app.ready();
  // The suite asks at the root.
  const front = createServer((request, response) => {
    request.url = `/graphql${String(request.url).slice(1)}`;
    app.routing(request, response);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port } = front.address() as AddressInfo;
  return {
    server,
    url: `http://127.0.0.1:${String(port)}`,
    extraCleanup: async () => {
      front.closeAllConnections();
      front.close();
      await app.close();
    },
  };
});
