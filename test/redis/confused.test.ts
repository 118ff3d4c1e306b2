import { afterEach, describe, expect, test } from '@jest/globals';
import type { WatchedConnection } from '../../src/redis/connection.ts';
import { createDataSet } from '../../src/redis/data-set.ts';
import { createMembership } from '../../src/redis/membership.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { beaten, LOOKED, startOddRedis } from '../support/odd-redis.ts';
import { REAL_RATE } from '../support/budget.ts';

/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 20_000;

const stopping: (() => void)[] = [];

afterEach(async () => {
  await stopAll();
  for (const stop of stopping.splice(0)) stop();
});

/** What is no answer to any of the gateway's scripts. */
const ODD = {
  'a number': ':1\r\n',
  'a text': '+OK\r\n',
  'an empty list': '*0\r\n',
  'a list of lists': '*4\r\n*0\r\n*0\r\n*0\r\n*0\r\n',
  'texts that are no numbers': '*4\r\n+a\r\n+b\r\n+c\r\n+d\r\n',
};
const ODD_REPLIES = Object.entries(ODD);

/** Answers its URL. */
async function startRedis(script: (text: string) => string): Promise<string> {
  const redis = await startOddRedis(script);
  stopping.push(() => {
    redis.stop();
  });
  return redis.url;
}

const LIST = 'query ($number: Int) { executions(page: { number: $number, size: 5 }) { totalCount } }';

describe('a Redis that answers with something else counts as away', () => {
  test.each(ODD_REPLIES)('to all scripts, from the start: %s', async (_what, reply) => {
    const env = { REDIS_URL: await startRedis(() => reply) };
    const { query, logs } = await startGateway({ redisTimeoutMs: PATIENT_MS, env });
    expect((await query(LIST, { number: 1 })).errors).toEqual([]);
    expect(logs.join('')).toMatch(/"cause":"bad answer".*"Redis is away"/);
    expect(logs.join('')).not.toContain('unexpected error');
  });

  test.each(ODD_REPLIES)('to who reserves a turn: %s', async (_what, reply) => {
    let reserved = 0;
    const url = await startRedis((text) => {
      if (text.includes('local told')) return beaten();
      if (!text.includes('local replicas')) return LOOKED;
      reserved += 1;
      return reply;
    });
    const { query, logs } = await startGateway({
      redisTimeoutMs: PATIENT_MS,
      env: { REDIS_URL: url, ...REAL_RATE, REPLICAS: '2' },
    });
    for (const number of [1, 2, 3]) expect((await query(LIST, { number })).errors).toEqual([]);
    expect(reserved).toBeGreaterThan(0);
    await eventually('it to be told', () => logs.join('').includes('Redis is away'));
    expect(logs.join('')).not.toContain('unexpected error');
  });
});

describe('what keeps watch goes on after a look that came to nothing', () => {
  /** A connection whose commands are answered, but for those that fail in a way that nobody foresees. */
  function createConnection(answer: () => unknown) {
    let failures = 0;
    const run = () => Promise.resolve().then(answer);
    const connection = {
      connections: 1,
      attempt: run,
      probe: run,
      onFailure: () => undefined,
      fail: () => (failures += 1),
    } as unknown as WatchedConnection;
    return { connection, failures: () => failures };
  }

  test('at the data set', async () => {
    const clock = createFakeClock();
    let looks = 0;
    const { connection, failures } = createConnection(() => [`mark ${String((looks += 1))}`, '', '']);
    const dataSet = createDataSet(connection, clock);
    await dataSet.start();
    dataSet.onLoss(() => {
      throw new Error('Nobody foresees this');
    });
    for (const times of [2, 3, 4]) {
      await clock.until((due) => due.length === 1);
      clock.advance(200);
      await eventually('the next look', () => looks === times);
    }
    expect(failures()).toBeGreaterThan(1);
    dataSet.stop();
  });

  test('at its place among the replicas, from the first on', async () => {
    const clock = createFakeClock();
    let beats = 0;
    const { connection, failures } = createConnection(() => {
      beats += 1;
      throw new Error('Nobody foresees this');
    });
    const membership = createMembership(connection, clock);
    await membership.start();
    for (const times of [2, 3]) {
      await clock.until((due) => due.length === 1);
      clock.advance(100);
      await eventually('the next beat', () => beats === times);
    }
    expect(failures()).toBeGreaterThan(1);
  });
});
