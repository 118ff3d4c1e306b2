import { Agent as HttpAgent, createServer } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { sessionTokenCredential } from '../../src/domain/credential.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { NO_METRICS } from '../../src/observability/no-metrics.ts';
import { createAttempt } from '../../src/upstream/attempt.ts';
import type { Send, UpstreamRequest } from '../../src/upstream/call.ts';
import { startOperation } from '../../src/upstream/operation.ts';
import { garbageCollector, oldBytes } from '../support/collect-garbage.ts';

const REQUESTS = 400;
/** Of a request that is emptied it is 2 kB, of one that is not 10. */
const MOST_BYTES_OF_ONE = 5000;
const TIMEOUT_MS = 5000;

const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent() };
const server = createServer((_request, response) => response.end('{}'));

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  agents.http.destroy();
  server.close();
});

test('a request of got that has ended takes little into the old generation', async () => {
  const collect = garbageCollector();
  const { port } = server.address() as AddressInfo;
  const send = createAttempt(
    {
      url: new URL(`http://127.0.0.1:${String(port)}`),
      attemptTimeoutMs: TIMEOUT_MS,
      maxResponseBytes: 1000,
      clock: systemClock,
      metrics: NO_METRICS,
      logger: createLogger('silent'),
    },
    agents,
  );
  const askMany = async (count: number) => {
    for (let nth = 0; nth < count; nth++) {
      await ask(send);
      if (nth % 40 === 0) collect({ type: 'minor' });
    }
  };
  await askMany(200);
  collect();
  const before = oldBytes();

  await askMany(REQUESTS);

  expect((oldBytes() - before) / REQUESTS).toBeLessThan(MOST_BYTES_OF_ONE);
});

const LIST: UpstreamRequest<unknown> = {
  method: 'GET',
  route: '/execution',
  path: '/execution',
  query: {},
  read: (body) => body,
  freshness: () => 'list',
};
const credential = sessionTokenCredential('session-demo', null);

async function ask(send: Send): Promise<void> {
  const operation = startOperation(systemClock, {
    requestId: 'request',
    priority: 'interactive',
    timeoutMs: TIMEOUT_MS,
    tooLate: 'The operation took too long',
  });
  await send({ ...LIST, credential, operation });
  operation.end();
}
