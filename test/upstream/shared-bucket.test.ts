import { describe, expect, test } from '@jest/globals';
import type { SharedRedis } from '../../src/redis/shared-redis.ts';
import { createSharedBucket } from '../../src/upstream/rate/shared-bucket.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const RATE = { perSecond: 10, burst: 2 };
const LEASE_MS = 400;

/** A bucket of a replica that shares until its Redis goes away. */
function startSharing(replicas: number) {
  const clock = createFakeClock();
  let isThere = true;
  let leaseEnd = -Infinity;
  const redis = {
    connection: { attempt: () => Promise.resolve(isThere ? ['0', 1] : null), awayMs: () => 0 },
    membership: {
      replica: 'one',
      get leaseEnd() {
        return leaseEnd;
      },
      sharing: () => Promise.resolve(isThere),
      leave: () => undefined,
    },
  } as unknown as Pick<SharedRedis, 'connection' | 'membership'>;
  const bucket = createSharedBucket({ redis, name: 'all', rate: RATE, heldBack: 3, replicas, clock });
  const go = (there: boolean) => {
    isThere = there;
    leaseEnd = clock.now() + LEASE_MS;
  };
  return { clock, bucket, go };
}

describe('a bucket whose Redis goes away', () => {
  test.each([2, 3])('of %i replicas sends one request at once, and makes up for it', async (replicas) => {
    const { bucket, go } = startSharing(replicas);
    await bucket.reserve();
    go(false);
    expect(await bucket.reserve()).toBe(0);
    // Its part is one in so many tenths of a second, and one of them is spent.
    expect(await bucket.reserve()).toBeCloseTo(LEASE_MS + replicas * 100);
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
    expect(await goAndAsk()).toBeCloseTo(LEASE_MS);
    clock.advance(1);
    expect(await goAndAsk()).toBe(0);
  });

  test('of more replicas waits until the others have noticed', async () => {
    const { bucket, go } = startSharing(4);
    await bucket.reserve();
    go(false);
    expect(await bucket.reserve()).toBeCloseTo(LEASE_MS);
  });

  test('of the only replica goes on where it was', async () => {
    const { bucket, go } = startSharing(1);
    await bucket.reserve();
    go(false);
    expect(await bucket.reserve()).toBe(0);
    expect(await bucket.reserve()).toBeCloseTo(100);
  });
});
