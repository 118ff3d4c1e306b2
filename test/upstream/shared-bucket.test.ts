import { describe, expect, jest, test } from '@jest/globals';
import type { SharedRedis } from '../../src/redis/shared-redis.ts';
import { Ending } from '../../src/clock.ts';
import type { Operation } from '../../src/upstream/operation.ts';
import { createLocalBucket, type Bucket } from '../../src/upstream/rate/bucket.ts';
import { createLimiter } from '../../src/upstream/rate/limiter.ts';
import { createSharedBucket } from '../../src/upstream/rate/shared-bucket.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const RATE = { perSecond: 10, burst: 2 };
const LEASE_MS = 400;

/** Redis's time is so far ahead of the clock. */
const AHEAD_MS = 5_000;

/** A bucket of a replica that shares until its Redis goes away, or forgets it. */
function startSharing(replicas: number) {
  const clock = createFakeClock();
  let isThere = true;
  let isKnown = true;
  let leaseEnd = -Infinity;
  /** How long Redis's next answers take. */
  let answersMs: number[] = [];
  let rejoins = 0;
  const answer = () => {
    if (!isKnown) return Promise.resolve('forgotten');
    const time = String(clock.now() + AHEAD_MS);
    clock.advance(answersMs.shift() ?? 0);
    return Promise.resolve(['0', 1, '100', time]);
  };
  const redis = {
    connection: {
      attempt: (run: (redis: unknown) => Promise<unknown>) =>
        isThere ? run({ evalsha: answer }) : Promise.resolve(null),
      awayMs: () => 0,
    },
    membership: {
      replica: 'one',
      get leaseEnd() {
        return leaseEnd;
      },
      time: () => clock.now() + AHEAD_MS,
      sharing: () => Promise.resolve(isThere),
      rejoin: () => {
        rejoins += 1;
        isKnown = true;
        return Promise.resolve(isThere);
      },
      leave: () => undefined,
    },
  } as unknown as Pick<SharedRedis, 'connection' | 'membership'>;
  const bucket = createSharedBucket({ redis, name: 'all', rate: RATE, heldBack: 3, replicas, clock });
  const go = (there: boolean) => {
    isThere = there;
    leaseEnd = clock.now() + LEASE_MS;
  };
  const forget = () => {
    isKnown = false;
  };
  const takeTime = (...ms: number[]) => {
    answersMs = ms;
  };
  return { clock, bucket, go, forget, takeTime, rejoins: () => rejoins };
}

describe('a bucket whose Redis goes away', () => {
  test('of two replicas sends one request at once, and makes up for it', async () => {
    const { bucket, go } = startSharing(2);
    await bucket.reserve();
    go(false);
    expect(await bucket.reserve()).toBe(0);
    // Its part is one in two tenths of a second, and the first of them is spent.
    expect(await bucket.reserve()).toBeCloseTo(LEASE_MS + 400);
  });

  test('does so once in a minute', async () => {
    const { bucket, go, clock } = startSharing(2);
    const goAndAsk = async () => {
      go(true);
      await bucket.reserve();
      go(false);
      return bucket.reserve();
    };
    expect(await goAndAsk()).toBe(0);
    clock.advance(59_999);
    expect(await goAndAsk()).toBeCloseTo(LEASE_MS + 200);
    clock.advance(1);
    expect(await goAndAsk()).toBe(0);
  });

  // Of the three that are held back one is for turns that are used late.
  test.each([3, 4])(
    'of %i replicas waits until the others have noticed, and for its first turn after that',
    async (replicas) => {
      const { bucket, go } = startSharing(replicas);
      await bucket.reserve();
      go(false);
      expect(await bucket.reserve()).toBeCloseTo(LEASE_MS + replicas * 100);
    },
  );

  test('of the only replica goes on where it was', async () => {
    const { bucket, go } = startSharing(1);
    await bucket.reserve();
    go(false);
    expect(await bucket.reserve()).toBe(0);
    expect(await bucket.reserve()).toBeCloseTo(100);
  });
});

test('a replica that Redis has forgotten joins again, and uses nothing by itself', async () => {
  const { bucket, forget, rejoins } = startSharing(2);
  await bucket.reserve();
  forget();
  expect(await bucket.reserve()).toBe(0);
  expect(rejoins()).toBe(1);
  // Had it used its own part, it would be told about that.
  expect(bucket.available()).toBe(1);
});

describe('a turn', () => {
  test('is late by the time that its answer took', async () => {
    const { bucket, takeTime } = startSharing(2);
    takeTime(70);
    expect(await bucket.reserve()).toBeCloseTo(-70);
  });

  test('that was over before it was known is not used', async () => {
    const { bucket, clock, takeTime } = startSharing(2);
    const limiter = createLimiter(bucket, 100, 10, clock);
    const reserve = jest.spyOn(bucket, 'reserve');
    takeTime(101, 99);
    const operation: unknown = { priority: 'interactive', deadline: Infinity, signal: new Ending() };
    await limiter.acquire('a', operation as Operation);
    expect(reserve).toHaveBeenCalledTimes(2);
  });
});

test('a bucket that fails fails one who waits, and the others have their turns', async () => {
  const clock = createFakeClock();
  let asked = 0;
  const bucket: Bucket = {
    missedAfterMs: Infinity,
    available: () => 0,
    reserve: () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('Nobody foresees this')) : Promise.resolve(0);
    },
    take: () => false,
    giveBack: () => undefined,
    pause: () => undefined,
  };
  const limiter = createLimiter(bucket, 100, 10, clock);
  const operation = {
    priority: 'interactive',
    deadline: clock.now() + 60_000,
    signal: new AbortController().signal,
  } as unknown as Operation;

  const asking = [1, 2, 3].map((number) => limiter.acquire(String(number), operation));
  expect((await Promise.allSettled(asking)).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(await limiter.acquire('1', operation)).toBe(0);
});

test('people who ask in the same moment come before what nobody waits for', async () => {
  const clock = createFakeClock();
  const bucket = createLocalBucket({ perSecond: 10, burst: 1 }, clock);
  const limiter = createLimiter(bucket, 100, 10, clock);
  const went: string[] = [];
  const ask = (priority: Operation['priority']) => {
    const { signal } = new AbortController();
    const operation = { priority, deadline: clock.now() + 60_000, signal } as unknown as Operation;
    return limiter.acquire(priority, operation).then(() => went.push(priority));
  };

  const asking = [ask('background'), ask('interactive')];
  await asking[1];
  expect(went).toEqual(['interactive']);
  await clock.until(([soonest = Infinity]) => soonest <= 100);
  clock.advance(100);
  await Promise.all(asking);
});
