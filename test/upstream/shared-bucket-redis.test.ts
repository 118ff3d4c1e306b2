import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { createSharedBucket } from '../../src/upstream/rate/shared-bucket.ts';
import { eventually } from '../support/eventually.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { createSharing, stopSharing } from '../support/sharing.ts';

/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;
const INTERVAL_MS = 100;
const RATE = { perSecond: 1000 / INTERVAL_MS, burst: 2 };

let server: RedisServer;

beforeEach(async () => {
  server = await createRedisServer();
  await server.start();
});

afterEach(async () => {
  await stopSharing();
  await server.kill();
});

/** One of two replicas. */
async function startReplica(rate = RATE) {
  const redis = createSharing({ url: server.url, commandTimeoutMs: PATIENT_MS });
  const bucket = createSharedBucket({
    redis,
    name: 'all',
    rate,
    heldBack: 3,
    replicas: 2,
    clock: systemClock,
  });
  const rejoin = jest.spyOn(redis.membership, 'rejoin');
  await redis.start();
  /** Reserves a request; answers between which times it may go. */
  const reserve = async () => {
    const before = performance.now();
    const delayMs = await bucket.reserve();
    return { earliest: before + delayMs, latest: performance.now() + delayMs };
  };
  /** Whether it could join again at once; it cannot where it was held up since Redis last told it the time. */
  const hasRejoined = async () => (await rejoin.mock.results.at(-1)?.value) === true;
  return { reserve, hasRejoined };
}

/** Longer than others count on a replica after its last word. */
const HELD_UP_MS = 500;

const LOSSES: readonly [string, () => unknown][] = [
  ['Redis is flushed', () => server.run((client) => client.flushall())],
  ['they are held up', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_UP_MS)],
];
/** Which of the two asks before that, and who asks last. */
const ORDERS = [
  ['the one that asked last', [1, 0, 1, 0]],
  ['the other one', [1, 0, 0, 1]],
] as const;
const CASES = LOSSES.flatMap(([loss, lose]) => ORDERS.map(([who, order]) => ({ loss, lose, who, order })));

test.each(CASES)('turns are kept when $loss, and $who asks first', async ({ lose, order }) => {
  const replicas = [await startReplica(), await startReplica()];
  const [one] = replicas;
  const reserve = (nth: number) => replicas[nth]?.reserve() ?? { earliest: Infinity, latest: -Infinity };
  let last = await reserve(0);
  let next = last;
  let lostAt = 0;
  await eventually('a replica to join again at once', async () => {
    for (const nth of order) last = await reserve(nth);
    await lose();
    lostAt = performance.now();
    next = await reserve(0);
    return (await one?.hasRejoined()) === true;
  });

  // Who joins may have one left, which costs one: nothing goes at once.
  expect(next.latest).toBeGreaterThanOrEqual(Math.max(last.earliest, lostAt) + INTERVAL_MS);
});

test('nothing is saved up where another server takes over whose time is behind', async () => {
  const slow = { perSecond: 0.01, burst: 2 };
  const [one] = [await startReplica(slow), await startReplica(slow)];
  await one.reserve();
  await server.run(async (client) => {
    const [bucket = ''] = await client.keys('*:bucket:all');
    const ahead = Date.now() + 60_000;
    // By the last that was known of it, both could be sent at once.
    await client.hset(bucket, { at: ahead, next: ahead - 1_000_000 });
  });
  const { earliest } = await one.reserve();
  // Both have joined, and each may have one left.
  expect(earliest - performance.now()).toBeGreaterThan(100_000);
});
