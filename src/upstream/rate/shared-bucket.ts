import type { Clock } from '../../clock.ts';
import { createLocalBucket, partOf, type Bucket, type Rate } from './bucket.ts';
import type { TraceSpan } from '../../observability/trace-span.ts';
import { MEETING_KEYS, PREAMBLE } from '../../redis/membership.ts';
import { numbersIn } from '../../redis/reply.ts';
import { defineScript, runScript } from '../../redis/script.ts';
import type { SharedRedis } from '../../redis/shared-redis.ts';

/** For how long Redis keeps what it knows of a bucket. */
const KEPT_MS = 3_600_000;

/** What Redis answers to who is none of the members: it never knew this replica, or has forgotten it. */
const FORGOTTEN = 'forgotten';

/**
 * Reserves the next request for a member, on Redis's clock; answers the milliseconds until it may go, how many more may
 * go at once, the milliseconds until the one after it, and the time. What can be reserved are the parts of the members:
 * who is none may be keeping to its own. Who joins may have one request left that it reserved by itself, so joining
 * costs one, and what nobody had used before is not saved up. Where nothing is known of the bucket it may have been
 * lost, and each replica may have one request left from before: they cost one each, and come after what the replica that
 * asks had known. With a pause, only notes when the next request may go. Where the clock went back, as where another
 * server has taken over, nobody can tell who joined since: all who joined lately count.
 */
const RESERVE = defineScript(
  `${PREAMBLE}
own(KEYS[3], 'hash')
local replicas, interval, burst, pause = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local isMember = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not isMember and pause == 0 then return '${FORGOTTEN}' end

local known = redis.call('HMGET', KEYS[3], 'next', 'at')
local next, at = tonumber(known[1]) or 0, tonumber(known[2]) or 0
if at > now then next, at = next - (at - now), 0 end
local joins = math.min(redis.call('ZCOUNT', KEYS[2], string.format('(%.3f', at), '+inf'), replicas)
if joins > 0 then
  local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  next = math.max(next, tonumber(last[2]))
end
if not known[1] then next, joins = math.max(next, now + tonumber(ARGV[6])), replicas end
next = next + joins * interval

local share = math.min(1, math.max(1, redis.call('ZCARD', KEYS[1])) / replicas)
local pace = interval / share
local saved = (math.max(1, math.floor(burst * share)) - 1) * pace
local turn = math.max(next, now - saved)
if pause > 0 then next = math.max(turn, now + pause) else next = turn + pace end
redis.call('HSET', KEYS[3], 'next', string.format('%.3f', next), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[3], math.ceil(math.max(${String(KEPT_MS)}, next - now)))
local available = math.max(0, math.floor((now - next) / pace + 1.000001))
return { string.format('%.3f', math.max(0, turn - now)), available, string.format('%.3f', next - now), string.format('%.3f', now) }
`,
  reservedIn,
);

/** What `RESERVE` answers to a member. */
interface Reserved {
  readonly delayMs: number;
  readonly available: number;
  readonly untilNextMs: number;
  readonly time: number;
}

function reservedIn(reply: unknown): Reserved | typeof FORGOTTEN {
  if (reply === FORGOTTEN) return FORGOTTEN;
  const [delayMs = 0, available = 0, untilNextMs = 0, time = 0] = numbersIn(reply, 4);
  return { delayMs, available, untilNextMs, time };
}

/** What a shared bucket is built from. */
export interface SharedBucketOptions {
  readonly redis: Pick<SharedRedis, 'connection' | 'membership'>;
  /** Tells buckets apart in Redis. */
  readonly name: string;
  readonly rate: Rate;
  /** How many requests upstream would take at once beyond the rate's burst. */
  readonly heldBack: number;
  /** How many replicas there are at most: each has an equal part of the rate. */
  readonly replicas: number;
  readonly clock: Clock;
}

/** So long any process is held up now and then: with a rate beyond that no turn would be in time. */
const HELD_UP_MS = 10;

/** How often a replica that loses touch may send one request ahead of its part: what is held back has come back by then. */
const SPARE_EVERY_MS = 60_000;

/**
 * Builds a bucket that all replicas share through Redis: each brings its part of the rate. While it cannot share, it
 * keeps to its part, in a bucket of its own that starts empty, and only once the others have noticed. The one request
 * that waits just then goes at once all the same where there are two replicas at the most, out of what is held back, and
 * is made up for. The only replica goes on where it was: its own bucket has followed.
 */
export function createSharedBucket(options: SharedBucketOptions): Bucket {
  const { redis, name, rate, heldBack, replicas, clock } = options;
  const { connection, membership } = redis;
  const intervalMs = 1000 / rate.perSecond;
  const own = createLocalBucket(partOf(rate, replicas), clock);
  const keys = [...MEETING_KEYS, `shared:bucket:${name}`];
  let usesOwn = false;
  let spareAt = -Infinity;
  /** What could be sent at once when Redis was last asked, and when that was; and when the request after that may go. */
  let known = { available: rate.burst, at: clock.now(), nextAt: -Infinity };

  const ask = (
    pauseMs: number,
    trace: TraceSpan | null = null,
  ): Promise<Reserved | typeof FORGOTTEN | null> =>
    connection.attempt(
      (commands) =>
        runScript(commands, RESERVE, keys, [
          membership.replica,
          replicas,
          intervalMs,
          rate.burst,
          pauseMs,
          Math.max(-KEPT_MS, known.nextAt - clock.now()),
        ]),
      { trace, command: 'EVALSHA' },
    );

  /** Reserves the next request in Redis; null when this replica does not share. */
  const askAsMember = async (trace: TraceSpan | null): Promise<Reserved | null> => {
    if (!(await membership.sharing())) return null;
    const reserved = await ask(0, trace);
    if (reserved !== FORGOTTEN) return reserved;
    // Redis was emptied, perhaps: this replica goes on sharing where it can join again, and uses nothing by itself.
    const again = (await membership.rejoin()) ? await ask(0, trace) : null;
    return again === FORGOTTEN ? null : again;
  };

  /** Milliseconds until what was reserved may go, less than none if that is over: the answer took its time. */
  const untilTurn = ({ delayMs, available, untilNextMs, time }: Reserved, askedAt: number) => {
    const now = clock.now();
    known = { available, at: now, nextAt: now + untilNextMs };
    const sinceMs = Math.max(0, (membership.time() ?? 0) - time);
    return delayMs - Math.min(sinceMs, now - askedAt);
  };

  /**
   * What is left of the whole belongs to them until they have noticed that this replica shares no more. What they have
   * reserved of it until then goes after that, in the time in which the first of this part comes to be.
   */
  const waitForOthers = (isFirst: boolean) => {
    const leaseMs = Math.max(0, membership.leaseEnd - clock.now());
    const waitMs = isFirst ? leaseMs + replicas * intervalMs : leaseMs;
    if (waitMs > 0) own.pause(waitMs);
  };

  return {
    missedAfterMs: Math.max(intervalMs, HELD_UP_MS),
    available: () => {
      if (usesOwn) return own.available();
      const restored = Math.floor(((clock.now() - known.at) * rate.perSecond) / 1000);
      return Math.min(rate.burst, known.available + restored);
    },
    reserve: async (trace = null) => {
      const askedAt = clock.now();
      const reserved = await askAsMember(trace);
      if (reserved !== null) {
        usesOwn = false;
        if (replicas === 1) void own.reserve();
        return untilTurn(reserved, askedAt);
      }
      membership.leave();
      const isFirst = !usesOwn;
      usesOwn = true;
      if (replicas > 1) waitForOthers(isFirst);
      const delayMs = await own.reserve();
      const hasSpare = isFirst && replicas < heldBack && clock.now() - spareAt >= SPARE_EVERY_MS;
      if (delayMs === 0 || !hasSpare) return delayMs;
      spareAt = clock.now();
      return 0;
    },
    take: () => false,
    giveBack: () => {
      if (usesOwn) own.giveBack();
    },
    pause: (pauseMs) => {
      own.pause(pauseMs);
      void ask(pauseMs);
    },
  };
}
