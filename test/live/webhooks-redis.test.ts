import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { DEMO, OTHER, startGateway, stopAll, type Answer } from '../support/gateway.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { postWebhook, runEvent, signatureOf } from '../support/webhooks.ts';

let redis: RedisServer;

beforeEach(async () => {
  redis = await createRedisServer();
  await redis.start();
});

afterEach(async () => {
  await stopAll();
  await redis.kill();
});

const LIST = '{ executions { nodes { id status failure { message } } } }';
const SILENT = failedRun(1, null);
const EVENT = runEvent({
  instance_id: SILENT.id,
  event: 'Workflow Errored',
  error: { message: 'No such channel, token=hidden' },
});

/** Two replicas in front of one run, which remember what they are told. */
async function startTwo(secrets: readonly [string, string] = ['tk_demo', 'tk_demo']) {
  const envOf = (index: 0 | 1) => ({
    REDIS_URL: redis.url,
    REPLICAS: '2',
    WEBHOOK_SECRETS: secrets[index],
    CACHE_LIST_MS: '600000',
  });
  const one = await startOver([SILENT], { env: envOf(0), redisTimeoutMs: 2000 });
  const two = await startGateway({ upstreamUrl: one.upstreamUrl, env: envOf(1), redisTimeoutMs: 2000 });
  return { one, two };
}

function firstIn({ data }: Answer): unknown {
  return (data as { executions: { nodes: unknown[] } }).executions.nodes[0];
}

test('a webhook counts at all replicas, whichever it comes to', async () => {
  const { one, two } = await startTwo();
  await two.query('{ executions { nodes { status } } }');
  one.runs.splice(0, 1, { ...SILENT, status: 'TIMED_OUT' });

  expect(await postWebhook(one.url, EVENT)).toMatchObject({ body: { outcome: 'accepted' } });

  await eventually('the other replica to show what is now', async () => {
    const answer = await two.query('{ executions { nodes { status } } }');
    return (firstIn(answer) as { status: string }).status === 'TIMED_OUT';
  });
});

test('a webhook that comes again to another replica is known there', async () => {
  const { one, two } = await startTwo();

  expect(await postWebhook(one.url, EVENT)).toMatchObject({ body: { outcome: 'accepted' } });
  expect(await postWebhook(two.url, EVENT)).toMatchObject({ body: { outcome: 'repeated' } });
});

test('a reason is known to all replicas, and to nobody who reads Redis', async () => {
  const { one, two } = await startTwo();
  await postWebhook(one.url, EVENT);

  expect(firstIn(await two.query(LIST, {}, DEMO))).toMatchObject({
    failure: { message: 'No such channel, token=[redacted]' },
  });
  expect(firstIn(await two.query(LIST, {}, OTHER))).toMatchObject({ failure: { message: null } });
  const kept = await redis.run(async (client) => {
    const keys = await client.keys('*webhook*');
    const values = await Promise.all(keys.map((key) => client.get(key)));
    return [...keys, ...values].join(' ');
  });
  expect(kept).toContain('webhook:reason:');
  expect(kept).not.toMatch(/demo@|channel|Errored/);
  expect(kept).not.toContain(SILENT.id);
  expect(kept).not.toContain(signatureOf(EVENT));
});

test('a replica that does not hold the key that signed a reason does not know it', async () => {
  const { one, two } = await startTwo(['tk_demo', 'tk_other']);
  await postWebhook(one.url, EVENT);

  expect(firstIn(await one.query(LIST))).toMatchObject({
    failure: { message: 'No such channel, token=[redacted]' },
  });
  expect(firstIn(await two.query(LIST))).toMatchObject({ failure: { message: null } });
});

test('a webhook is taken while Redis is away', async () => {
  const { one } = await startTwo();
  await redis.kill();

  expect(await postWebhook(one.url, EVENT)).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
  expect(await postWebhook(one.url, EVENT)).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
});
