import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DEMO, startGateway, startUpstream, stopAll, type Gateway } from '../support/gateway.ts';
import { JSON_TYPE } from '../support/http.ts';
import { eventually } from '../support/eventually.ts';
import { persistedQueryOf, sha256Of } from '../support/manifest.ts';
import { numbers } from '../support/numbers.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';

let redis: RedisServer;

beforeEach(async () => {
  redis = await createRedisServer();
  await redis.start();
});

afterEach(async () => {
  await stopAll();
  await redis.kill();
});

const TEXT = 'query Total { executions { totalCount } }';

async function startTwo(more: Readonly<Record<string, string>> = {}): Promise<[Gateway, Gateway]> {
  const upstream = await startUpstream();
  const env = { APQ: 'true', REDIS_URL: redis.url, REPLICAS: '2', ...more };
  const start = () => startGateway({ upstream, env, redisTimeoutMs: 20_000 });
  return [await start(), await start()];
}

async function ask({ endpoint }: Gateway, body: object, signIn: object = DEMO): Promise<string> {
  const init = { method: 'POST', headers: { ...JSON_TYPE, ...signIn }, body: JSON.stringify(body) };
  const { data, errors } = (await (await fetch(endpoint, init)).json()) as {
    data?: object;
    errors?: { extensions: { code: string } }[];
  };
  return errors?.[0]?.extensions.code ?? Object.keys(data ?? {}).join();
}

const register = (gateway: Gateway, text: string) =>
  ask(gateway, { query: text, extensions: persistedQueryOf(text) });
const askFor = (gateway: Gateway, text: string) => ask(gateway, { extensions: persistedQueryOf(text) });

const keysOf = () => redis.run((client) => client.keys('*document:*'));
const ANSWER = 'executions';

test('what is registered at one replica is known at the other one, also once Redis has lost it', async () => {
  const [one, other] = await startTwo();
  expect(await askFor(other, TEXT)).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await register(one, TEXT)).toBe(ANSWER);
  await eventually('its key', async () => (await keysOf()).length === 1);
  expect(await askFor(other, TEXT)).toBe(ANSWER);
  await redis.run((client) => client.flushall());
  expect(await askFor(other, TEXT)).toBe(ANSWER);
});

test('what is written into Redis by others is not taken for a document, and Redis stays up', async () => {
  const [one, other] = await startTwo();
  expect(await register(one, TEXT)).toBe(ANSWER);
  await eventually('its key', async () => (await keysOf()).length === 1);
  const [key = ''] = await keysOf();
  const written = [
    'query Other { __typename }',
    `${TEXT} `,
    '',
    'x'.repeat(1_000_000),
    Buffer.from([0xff, 0xfe, 0x00]),
  ];
  for (const text of written) {
    await redis.run((client) => client.set(key, text));
    expect(await askFor(other, TEXT)).toBe('PERSISTED_QUERY_NOT_FOUND');
  }
  await redis.run((client) => client.multi().del(key).lpush(key, TEXT).exec());
  expect(await askFor(other, TEXT)).toBe('PERSISTED_QUERY_NOT_FOUND');
  const nested = `query Deep { a${'{ a '.repeat(300)} }`;
  await redis.run((client) => client.set(key.replace(sha256Of(TEXT), sha256Of(nested)), nested));
  expect(await askFor(other, nested)).toBe('PERSISTED_QUERY_NOT_FOUND');
  const metrics = await (await fetch(`${other.url}/metrics`)).text();
  expect(metrics).toContain('refold_gateway_redis_up 1');
});

test('no more than a share of what one registers is told to other replicas', async () => {
  const [one, other] = await startTwo();
  const texts = numbers(1, 210).map((nth) => `query Q${String(nth)} { executions { totalCount } }`);
  for (const text of texts) expect(await register(one, text)).toBe(ANSWER);
  await eventually('the last of them', async () => (await keysOf()).length === 200);
  expect(await askFor(other, texts[199] ?? '')).toBe(ANSWER);
  expect(await askFor(other, texts[209] ?? '')).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await askFor(one, texts[209] ?? '')).toBe(ANSWER);
});

test('of what Refold has not answered, and of who has not signed in, Redis is told nothing', async () => {
  const [one] = await startTwo();
  const nothing = 'query Nothing { __typename }';
  const body = (text: string) => ({ query: text, extensions: persistedQueryOf(text) });
  expect(await ask(one, body(nothing), DEMO)).toBe('__typename');
  expect(await ask(one, body(nothing), {})).toBe('__typename');
  expect(await ask(one, body(TEXT), {})).toBe('UNAUTHENTICATED');
  expect(await ask(one, body(TEXT), { authorization: 'Bearer made-up' })).toBe('UNAUTHENTICATED');
  expect(await register(one, 'query Last { executions { totalCount } }')).toBe(ANSWER);
  await eventually('a key', async () => (await keysOf()).length > 0);
  expect(await keysOf()).toHaveLength(1);
  expect(await askFor(one, nothing)).toBe('__typename');
});

test('all together tell Redis no more in an hour than is kept', async () => {
  const [one] = await startTwo({ APQ_MAX_BYTES: '65536' });
  const texts = numbers(1, 30).map(
    (nth) => `query Q${String(nth)} { executions { totalCount } } # ${'x'.repeat(2000)}`,
  );
  for (const text of texts) expect(await register(one, text)).toBe(ANSWER);
  await eventually('the last of them', async () => (await keysOf()).length >= 14);
  expect((await keysOf()).length).toBeLessThan(16);
});
