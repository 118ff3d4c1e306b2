import { expect, test } from '@jest/globals';
import { apiKeyCredential } from '../../src/domain/credential.ts';
import { momentOf } from '../../src/domain/moment.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { Send, UpstreamRequest } from '../../src/upstream/call.ts';
import { connectUpstream } from '../../src/upstream/connect.ts';
import { startOperation } from '../../src/upstream/operation.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const FRESH_MS = 2000;

/** A way upstream that remembers, and counts what upstream is asked: the answer is how often. */
function connect() {
  const clock = createFakeClock();
  let asked = 0;
  const attempt: Send = (call) => {
    asked += 1;
    const moment = momentOf(clock);
    return Promise.resolve({ value: call.read(asked, moment), body: String(asked), ...moment });
  };
  const fresh = { list: FRESH_MS, running: 0, terminal: 0, workflow: 0, application: 0, notFound: 0 };
  const { send } = connectUpstream({
    url: new URL('http://upstream.example.com'),
    rate: { perSecond: 1000, burst: 1000 },
    rateScope: 'gateway',
    maxQueue: 10,
    attemptTimeoutMs: 1000,
    maxResponseBytes: 1000,
    replicas: 1,
    redis: null,
    cache: { fresh, staleMs: 10_000, staleIfErrorMs: 60_000, maxBytes: 1_000_000 },
    clock,
    metrics: createMetrics(),
    logger: createLogger('silent'),
    attempt,
  });
  const credential = apiKeyCredential('API_KEY', 'tk_demo', 'demo@example.com');
  const ask = async (options: Pick<UpstreamRequest<unknown>, 'since' | 'isAnySince'> = {}) => {
    const operation = startOperation(clock, {
      requestId: 'test',
      priority: 'background',
      timeoutMs: 1000,
      tooLate: 'Too late',
    });
    const call = { method: 'GET', route: '/execution', path: '/execution', query: {} } as const;
    const read = (body: unknown) => body;
    const freshness = () => 'list' as const;
    const { value } = await send({ ...call, read, freshness, ...options, credential, operation });
    operation.end();
    return value;
  };
  return { clock, ask };
}

test('an answer from `since` on is good at any age for whoever says so, and for nobody else', async () => {
  const { clock, ask } = connect();
  const since = clock.now();
  expect(await ask()).toBe(1);
  clock.advance(5 * FRESH_MS);
  expect(await ask({ since, isAnySince: true })).toBe(1);
  expect(await ask({ isAnySince: true })).toBe(2);
  clock.advance(FRESH_MS);
  expect(await ask({ since })).toBe(3);
});

test('an answer from before `since` is not, however fresh it is', async () => {
  const { clock, ask } = connect();
  expect(await ask()).toBe(1);
  clock.advance(1);
  expect(await ask({ since: clock.now(), isAnySince: true })).toBe(2);
  expect(await ask()).toBe(2);
});
