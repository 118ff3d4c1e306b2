import { afterEach, expect, test } from '@jest/globals';
import { createRedisServer } from '../support/redis-server.ts';
import { runFuzz } from './fuzz.ts';

const redis = await createRedisServer();

afterEach(() => redis.kill());

test('2,000 malformed inputs leave nothing in Redis that could be read there', async () => {
  await redis.start();
  const rows = await runFuzz({ inputs: 2000, seed: 2, from: 0, redisUrl: redis.url });

  expect(rows.filter(({ name }) => name === 'Redis')).toMatchObject([{ complaints: [] }]);
}, 600_000);
