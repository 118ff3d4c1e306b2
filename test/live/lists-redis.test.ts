import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { apiKeyCredential } from '../../src/domain/credential.ts';
import { eventually } from '../support/eventually.ts';
import { stopAll } from '../support/gateway.ts';
import { startLists, stopLists, toldIn } from '../support/live-lists.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { rememberingFor } from '../support/settings.ts';

// Time is the machine's own here, as Redis's is.

let redis: RedisServer;

beforeEach(async () => {
  redis = await createRedisServer();
  await redis.start();
});

afterEach(async () => {
  await stopLists();
  await stopAll();
  await redis.kill();
});

const REMEMBERING = rememberingFor(1000);
/** A list is fresh for less time than lies between two readings of it: replicas share them all the same. */
const QUICK = { ...REMEMBERING, CACHE_LIST_MS: '100', LIVE_FAST_MS: '300', LIVE_SLOW_MS: '300' };
const NEVER = { ...REMEMBERING, CACHE_LIST_MS: '100', LIVE_FAST_MS: '600000', LIVE_SLOW_MS: '600000' };

/** Replicas at one Redis. */
async function startReplicas(count: number, env: Record<string, string>) {
  const first = await startLists({ sandbox: { executions: 5 }, env, redisUrl: redis.url });
  const replicas = [first];
  while (replicas.length < count) {
    replicas.push(await startLists({ upstream: first.sandbox, env, redisUrl: redis.url }));
  }
  return { first, replicas };
}

test('three replicas read a list as often as one does', async () => {
  const { first, replicas } = await startReplicas(3, QUICK);
  for (const { watch } of replicas) await watch().next();
  // A pause of the machine or of Redis makes somebody ask once more; who does not share asks more often each time.
  let [asked, most] = [0, 0];
  await eventually('some readings that are all shared', async () => {
    first.asked();
    const before = replicas.map(({ ticks }) => ticks.count());
    const since = (nth: number) => before[nth] ?? 0;
    await Promise.all(replicas.map(({ ticks }, nth) => ticks.until(since(nth) + 8)));
    most = Math.max(...replicas.map(({ ticks }, nth) => ticks.count() - since(nth)));
    asked = first.asked().length;
    return asked <= most + 1;
  });
  // Who asks does so once a tick, and the others take the answer.
  expect(asked).toBeLessThanOrEqual(most + 1);
});

test('what one replica has seen wakes the others, who take its answer', async () => {
  const { first, replicas } = await startReplicas(2, NEVER);
  const viewers = replicas.map(({ watch }) => watch());
  for (const viewer of viewers) await viewer.next();
  first.asked();
  // Answers that are nearer to each other than that are taken for the same one.
  const readAt = systemClock.now();
  await eventually('another answer to count as one', () => systemClock.now() > readAt + 150);
  const run = first.begin();
  first.live.wake({ identity: apiKeyCredential('API_KEY', 'tk_demo', 'demo@example.com').identity });
  for (const viewer of viewers) {
    expect(toldIn(await viewer.next(), { run })).toEqual(['CREATED run RUNNING']);
  }
  expect(first.asked()).toEqual(['list']);
});

test('when the replica that reads goes away, another one reads', async () => {
  const { first, replicas } = await startReplicas(2, QUICK);
  const viewers = replicas.map(({ watch }) => watch());
  for (const viewer of viewers) await viewer.next();
  first.live.stop();
  const run = first.begin();
  const [, viewer] = viewers;
  if (viewer === undefined) throw new Error('There are two replicas');
  expect(toldIn(await viewer.next(), { run })).toEqual(['CREATED run RUNNING']);
});
