import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Metrics } from '../observability/metrics.ts';

/** What the gateway knows of the other replicas through Redis. */
export interface Membership {
  /** Whether the replicas agree to share; until then each keeps to its own part. */
  readonly sharing: boolean;
  /** Replicas that were here lately, did not say goodbye, and cannot be seen now: they may be keeping to theirs. */
  readonly absent: number;
}

/**
 * A connection to Redis that is a hint and never an authority: it fails at once rather than make anybody wait, and
 * comes back by itself.
 */
export interface RedisLink {
  /** Whether it answered when last asked. */
  readonly up: boolean;
  readonly membership: Membership;
  /** Runs commands; null when Redis is away, slow or confused. */
  attempt<R>(run: (redis: Redis) => Promise<R>): Promise<R | null>;
  /** Connects, as far as possible, and keeps watch. */
  start(): Promise<void>;
  /** Says goodbye to the other replicas and disconnects. */
  stop(): Promise<void>;
}

const COMMAND_TIMEOUT_MS = 50;
const HEARTBEAT_MS = 200;
/** After so long without any heartbeat all replicas must have been on their own. */
const GAP_MS = 700;
/** How long all of them then have to notice that Redis is back, before they share again at the same moment. */
const GRACE_MS = 1200;
/** A replica not seen for this long is absent, and after the second time forgotten. */
const ABSENT_AFTER_MS = 1000;
const FORGOTTEN_AFTER_MS = 60_000;

/** Where the replicas meet. The braces keep all keys in one slot of a cluster. */
export const ALIVE_KEY = 'refold-gateway:{shared}:alive';

/**
 * Notes that a replica is alive, and answers {milliseconds until sharing starts, absent replicas}. After a gap,
 * or on an empty Redis, sharing starts anew a little later, so that no replica shares while another is still
 * keeping to its own part.
 */
const HEARTBEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local last = tonumber(redis.call('HGET', KEYS[1], 'last'))
if not last or now - last > tonumber(ARGV[2]) or now < last - 1000 then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'start', now + tonumber(ARGV[3]))
end
redis.call('HSET', KEYS[1], 'last', now, 'replica:' .. ARGV[1], now)
redis.call('PEXPIRE', KEYS[1], 3600000)
local absent = 0
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  if string.sub(fields[i], 1, 8) == 'replica:' then
    local age = now - tonumber(fields[i + 1])
    if age > tonumber(ARGV[5]) then redis.call('HDEL', KEYS[1], fields[i])
    elseif age > tonumber(ARGV[4]) then absent = absent + 1 end
  end
end
local start = tonumber(redis.call('HGET', KEYS[1], 'start'))
return { math.ceil(math.max(0, start - now)), absent }
`;

/** Builds a link; it does not connect yet. */
export function createRedisLink(url: URL, metrics: Metrics): RedisLink {
  const replica = randomUUID();
  const redis = new Redis(url.href, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1000,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: () => HEARTBEAT_MS,
  });
  // Failures show in `up` and in the metrics; without a listener they would be printed with the address.
  redis.on('error', () => undefined);
  let up = false;
  let membership: Membership = { sharing: false, absent: 0 };
  let timer: NodeJS.Timeout | undefined;

  const setUp = (value: boolean) => {
    up = value;
    if (!value) membership = { sharing: false, absent: 0 };
    metrics.redisUp(value);
  };

  const beat = async () => {
    try {
      const [untilSharing, absent] = (await redis.eval(
        HEARTBEAT,
        1,
        ALIVE_KEY,
        replica,
        GAP_MS,
        GRACE_MS,
        ABSENT_AFTER_MS,
        FORGOTTEN_AFTER_MS,
      )) as [number, number];
      setUp(true);
      membership = { sharing: untilSharing === 0, absent };
    } catch {
      setUp(false);
    }
  };

  const watch = async () => {
    await beat();
    timer = setTimeout(() => void watch(), HEARTBEAT_MS).unref();
  };

  return {
    get up() {
      return up;
    },
    get membership() {
      return membership;
    },
    attempt: async (run) => {
      if (!up) return null;
      try {
        return await run(redis);
      } catch {
        setUp(false);
        return null;
      }
    },
    start: async () => {
      await redis.connect().catch(() => undefined);
      await watch();
    },
    stop: async () => {
      clearTimeout(timer);
      if (up) await redis.hdel(ALIVE_KEY, `replica:${replica}`).catch(() => undefined);
      redis.disconnect();
    },
  };
}
