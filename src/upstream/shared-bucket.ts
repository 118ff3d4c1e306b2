import type { Clock } from '../clock.ts';
import { createLocalBucket, partOf, type Bucket, type Rate } from './bucket.ts';
import type { RedisLink } from './redis.ts';

/**
 * Reserves the next request for whoever asks, on Redis's clock; answers the milliseconds until it may go. A bucket
 * that nobody has used for a while, or that Redis has lost, is no fuller than the time since sharing began allows;
 * and sharing begins with a pause, for each replica may have one request left that it reserved by itself.
 */
const RESERVE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local start = tonumber(redis.call('HGET', KEYS[2], 'start'))
if not start or now < start then return false end
local interval = tonumber(ARGV[1])
local first = start + tonumber(ARGV[4]) * interval
local nextAt = tonumber(redis.call('GET', KEYS[1])) or first
local at = math.max(nextAt, first, now - (tonumber(ARGV[2]) - 1) * interval)
if tonumber(ARGV[3]) > 0 then
  redis.call('SET', KEYS[1], tostring(math.max(at, now + tonumber(ARGV[3]))), 'PX', 3600000)
  return '0'
end
redis.call('SET', KEYS[1], tostring(at + interval), 'PX', 3600000)
return tostring(math.max(0, at - now))
`;

/** What a shared bucket is built from. */
export interface SharedBucketOptions {
  readonly link: RedisLink;
  readonly aliveKey: string;
  /** Tells buckets apart in Redis. */
  readonly key: string;
  readonly rate: Rate;
  /** How many replicas there are: the part of each, while they cannot share. */
  readonly replicas: number;
  readonly clock: Clock;
}

/**
 * Builds a bucket that all replicas share through Redis. While Redis is away, and until all replicas have noticed
 * that it is back, each keeps to its own part of the rate, in a bucket of its own that starts empty.
 */
export function createSharedBucket(options: SharedBucketOptions): Bucket {
  const { link, aliveKey, key, rate, replicas, clock } = options;
  const own = createLocalBucket(partOf(rate, replicas), clock);
  let sharing = false;

  /** Milliseconds until the reserved request may go; null when the replicas do not share now. */
  const ask = async (pauseMs: number): Promise<number | null> => {
    if (!link.membership.sharing) return null;
    // An absent replica may be keeping to its part: leave that to it.
    const share = Math.max(1 / replicas, 1 - link.membership.absent / replicas);
    const intervalMs = 1000 / (rate.perSecond * share);
    const answer = await link.attempt((redis) =>
      redis.eval(RESERVE, 2, key, aliveKey, intervalMs, rate.burst, pauseMs, replicas),
    );
    return answer === null ? null : Number(answer);
  };

  return {
    reserve: async () => {
      const delayMs = await ask(0);
      if (delayMs !== null) {
        sharing = true;
        return delayMs;
      }
      if (sharing) own.drain();
      sharing = false;
      return own.reserve();
    },
    giveBack: () => {
      if (!sharing) own.giveBack();
    },
    pause: (pauseMs) => {
      own.pause(pauseMs);
      void ask(pauseMs);
    },
  };
}
