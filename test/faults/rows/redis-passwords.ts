import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import type { Row } from '../row.ts';

const LIST = '{ executions { totalCount nodes { id } } }';
/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;

const WRONG_PASSWORD: Row = {
  number: '21',
  fault: 'Redis refuses the password from the start',
  right: 'full service, and one line in the log says why Redis is away',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const redis = await world.redis();
    await redis.run((client) => client.config('SET', 'requirepass', 'secret'));
    const url = redis.url.replace('//', '//:wrong@');
    const { query, sandbox, logs } = await world.gatewayOnRealTime({ env: { REDIS_URL: url } });
    expect((await query(LIST)).errors).toEqual([]);
    expect(logs.filter((line) => line.includes('"Redis is away"'))).toEqual([
      expect.stringContaining('"cause":"auth"'),
    ]);
    expect(logs.join()).not.toMatch(/wrong|WRONGPASS/);
    expect(logs.join()).not.toContain(new URL(url).host);
    return { retries: sandbox.requests().length - 1 };
  },
};

const RIGHT_PASSWORD: Row = {
  number: '21',
  fault: 'Redis wants a password, and is told it',
  right: 'what one replica has read, the other one has, too',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const redis = await world.redis();
    const setup = { env: { REDIS_URL: redis.url.replace('//', '//:secret@'), CACHE_LIST_MS: '60000' } };
    // Who is connected by then is not asked for the password.
    return redis.run(async (client) => {
      await client.config('SET', 'requirepass', 'secret');
      const upstream = await world.sandbox();
      const one = await world.gatewayOnRealTime({ upstream, redisTimeoutMs: PATIENT_MS, ...setup });
      const two = await world.gatewayOnRealTime({ upstream, redisTimeoutMs: PATIENT_MS, ...setup });
      const first = await one.query(LIST);
      await eventually('an answer in Redis', async () => (await client.keys('*:answer:*')).length > 0);
      expect(await two.query(LIST)).toMatchObject({
        data: first.data as unknown,
        extensions: { upstream: { calls: 0 } },
      });
      expect([...one.logs, ...two.logs].join()).not.toContain('Redis is away');
      return { retries: upstream.requests().length - 1 };
    });
  },
};

/** Redis wants a password. */
export const REDIS_PASSWORDS: readonly Row[] = [WRONG_PASSWORD, RIGHT_PASSWORD];
