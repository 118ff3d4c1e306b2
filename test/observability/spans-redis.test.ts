import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DEMO, startGateway, startUpstream, stopAll } from '../support/gateway.ts';
import { startCollector, stopCollectors } from '../support/otlp.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { FAILED } from '../support/sandbox.ts';
import { rememberingFor } from '../support/settings.ts';
import { PARENT, the, TRACE_ID } from '../support/traced.ts';

let redis: RedisServer;

beforeEach(async () => {
  redis = await createRedisServer();
  await redis.start();
});

afterEach(async () => {
  await stopAll();
  await stopCollectors();
  await redis.kill();
});

const QUESTION = `query Lineage { execution(id: "${FAILED}") { id rerunOf { id } } }`;

test('what a request waits for at Redis is a span for each round trip', async () => {
  const collector = await startCollector();
  const { query, app } = await startGateway({
    upstream: await startUpstream(),
    env: { REDIS_URL: redis.url, ...rememberingFor(60_000), ...collector.env },
    redisTimeoutMs: 5000,
  });
  const answer = await query(QUESTION, {}, { ...DEMO, ...PARENT });
  expect(answer.errors).toEqual([]);
  await app.stop();

  const spans = collector.spans().filter(({ traceId }) => traceId === TRACE_ID);
  const { hostname, port } = new URL(redis.url);
  const operation = the(spans, 'query');
  const trips = spans.filter(({ attributes }) => attributes['db.system.name'] === 'redis');
  expect(trips.map(({ name }) => name)).toEqual(expect.arrayContaining(['MULTI', 'SET', 'EVALSHA', 'GET']));
  for (const { name, kind, parentId, attributes } of trips) {
    expect([kind, parentId]).toEqual(['client', operation.spanId]);
    expect(attributes).toEqual({
      'db.system.name': 'redis',
      'db.operation.name': name,
      'server.address': hostname,
      'server.port': Number(port),
    });
  }
});
