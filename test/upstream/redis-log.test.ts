import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { createRedisServer } from '../support/redis-server.ts';

afterEach(stopAll);

test('says once that Redis is away and why, and once that it is back', async () => {
  const redis = await createRedisServer();
  const { query, logs, app } = await startGateway({ env: { REDIS_URL: redis.url } });
  try {
    const told = () =>
      logs
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => String(msg).startsWith('Redis'))
        .map(({ level, msg, cause }) => [level, msg, cause]);
    const away = [40, 'Redis is away', 'refused'];
    for (let times = 0; times < 3; times++) {
      expect((await query('{ executions { totalCount } }')).errors).toEqual([]);
    }
    expect(told()).toEqual([away]);
    await redis.start();
    await eventually('Redis to be back', () => told().length > 1);
    await app.stop();
    expect(told()).toEqual([away, [30, 'Redis is back', undefined]]);
    expect(logs.join()).not.toContain(new URL(redis.url).host);
  } finally {
    await redis.kill();
  }
});
