import { jest } from '@jest/globals';
import { RateLimiter } from '../../sandbox/api/rate.ts';
import type { Bucket } from '../../src/upstream/rate/bucket.ts';
import * as limiters from '../../src/upstream/rate/limiter.ts';

/**
 * When gateways let requests go. Whoever imports this imports gateways afterwards, by `await import`.
 *
 * The sandbox counts when requests are read. On a machine that is busy they are read late, some more than others, and
 * so a few arrive at once that were let go at their times. That is no doing of the gateway, and looks like one.
 */
const letGoAt: number[] = [];
/** How far ahead turns were reserved, in milliseconds. */
const reservedMs: number[] = [];

function watched(bucket: Bucket): Bucket {
  return {
    ...bucket,
    reserve: async () => {
      const delayMs = await bucket.reserve();
      reservedMs.push(delayMs);
      return delayMs;
    },
  };
}

type Rest<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never;

jest.unstable_mockModule('../../src/upstream/rate/limiter.ts', () => ({
  ...limiters,
  createLimiter: (bucket: Bucket, ...parts: Rest<Parameters<typeof limiters.createLimiter>>) => {
    const limiter = limiters.createLimiter(watched(bucket), ...parts);
    const acquire = limiter.acquire.bind(limiter);
    return Object.assign(limiter, {
      acquire: async (...request: Parameters<typeof acquire>) => {
        const waitedMs = await acquire(...request);
        letGoAt.push(performance.now());
        return waitedMs;
      },
    });
  },
}));

/** Forgets what has been let go; for `beforeEach`. */
export function forgetLetGo(): void {
  letGoAt.length = 0;
  reservedMs.length = 0;
}

/** How many requests have been let go, and how many of them upstream would have refused if each had been there at once. */
export function letGo({ rate, burst }: { readonly rate: number; readonly burst: number }) {
  let now = 0;
  const upstream = new RateLimiter(rate, burst, () => now);
  const refused = letGoAt.filter((at) => {
    now = at;
    return upstream.take('') > 0;
  });
  return { count: letGoAt.length, refused: refused.length };
}

/**
 * The part of all turns that were reserved no further ahead than that. A turn is reserved once the one before has been
 * there, so that is told by the pace alone: who is late only finds the next turn nearer.
 */
export function partReservedWithin(ms: number): number {
  return reservedMs.filter((aheadMs) => aheadMs <= ms).length / reservedMs.length;
}
