import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { WatchedConnection } from './connection.ts';
import { numbersIn } from './reply.ts';
import { defineScript, runScript } from './script.ts';

/** This replica among those that share the rate: whether it is one of them, and until when they count on it. */
export interface Membership {
  /** This replica's name among those that share. */
  readonly replica: string;
  /** When the others leave this replica its own part again, once it shares no more; on the clock's `now()`. */
  readonly leaseEnd: number;
  /** Redis's time of day now, epoch milliseconds, as far as its answers tell; null: they do not. */
  readonly time: () => number | null;
  /** Whether this replica brings its part of the rate to the others, and so must not use it by itself. */
  sharing(): Promise<boolean>;
  /** Joins again at once when Redis has forgotten this replica; answers whether it shares. */
  rejoin(): Promise<boolean>;
  /** Takes Redis's word for it that this replica does not share; until it joins again. */
  leave(): void;
  /** Joins, as far as possible, and keeps watch. */
  start(): Promise<void>;
  /** Says goodbye to the other replicas. */
  stop(): Promise<void>;
}

const BEAT_MS = 100;
/** For how long the others count on a replica after Redis last told it the time. */
const LEASE_MS = 400;
/** So many beats in a row must be answered before a replica shares again. */
const STEADY_BEATS = 5;

/** So many beats tell how far Redis's time is ahead: some are answered late, and tell less. */
const TIMED_BEATS = 10;

/** Where the replicas meet. */
const MEMBERS_KEY = 'shared:members';
const JOINED_KEY = 'shared:joined';
/** The keys that `PREAMBLE` needs. */
export const MEETING_KEYS = [MEMBERS_KEY, JOINED_KEY] as const;

/**
 * What every script begins with: the time, and the members by the end of their leases, without those whose lease is
 * over, or would be too long because the clock went back. Whatever is not of the right type is not ours.
 */
export const PREAMBLE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local function own(key, type)
  if redis.call('TYPE', key).ok ~= type then redis.call('DEL', key) end
end
own(KEYS[1], 'zset')
own(KEYS[2], 'zset')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%.3f', now + ${String(LEASE_MS)}), '+inf')
redis.call('ZREMRANGEBYSCORE', KEYS[2], string.format('(%.3f', now), '+inf')
`;

/**
 * Tells the time, and makes the replica a member if it can repeat what it was told last. Its lease runs from that
 * earlier time, so that a message that arrives late cannot make it a member when it has given up. Notes who joins.
 */
const BEAT = defineScript(
  `${PREAMBLE}
local told = tonumber(ARGV[2])
local isMember = told and told <= now and told + ${String(LEASE_MS)} > now
if isMember then
  if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
    redis.call('ZADD', KEYS[2], now, ARGV[1] .. now)
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 600000)
    redis.call('PEXPIRE', KEYS[2], 600000)
  end
  redis.call('ZADD', KEYS[1], told + ${String(LEASE_MS)}, ARGV[1])
end
return { string.format('%.3f', now), isMember and 1 or 0 }
`,
  (reply) => numbersIn(reply, 2),
);

/** What the beats of a replica have told so far. */
interface Pulse {
  /** Whether this replica shares, by the last beat that was answered. */
  readonly isMember: boolean;
  /** Whether enough beats in a row were answered for the next one to make it a member. */
  readonly isSteady: boolean;
  readonly leaseEnd: number;
  /** See `Membership`. */
  readonly time: () => number | null;
  beat(): Promise<void>;
  /** This replica does not share until a beat says so again. */
  leave(): void;
}

function createPulse(connection: WatchedConnection, clock: Clock, replica: string): Pulse {
  let isMember = false;
  // A new replica has nothing to be steady about.
  let steadyBeats = STEADY_BEATS;
  /** What Redis said that the time is, and when that was here. */
  let told = { time: '', at: -Infinity };
  let leaseEnd = -Infinity;
  /** How far Redis's time is ahead of the clock, by each of the last beats. */
  let aheadMs: readonly number[] = [];
  const isSteady = () => steadyBeats >= STEADY_BEATS;

  connection.onFailure(() => {
    isMember = false;
    steadyBeats = 0;
    aheadMs = [];
  });

  return {
    get isMember() {
      return isMember;
    },
    get isSteady() {
      return isSteady();
    },
    get leaseEnd() {
      return leaseEnd;
    },
    time: () => (aheadMs.length === 0 ? null : clock.now() + Math.max(...aheadMs)),
    beat: async () => {
      const time = isSteady() ? told.time : '';
      if (time !== '') leaseEnd = told.at + LEASE_MS;
      const answer = await connection.probe((redis) => runScript(redis, BEAT, MEETING_KEYS, [replica, time]));
      if (answer === null) return;
      const [now = 0, member] = answer;
      told = { time: String(now), at: clock.now() };
      aheadMs = [...aheadMs, now - told.at].slice(-TIMED_BEATS);
      steadyBeats += 1;
      // Not if something else has failed meanwhile.
      isMember = member === 1 && steadyBeats > STEADY_BEATS;
    },
    leave: () => {
      isMember = false;
    },
  };
}

/** Builds a membership; it does not join yet. Its beats are what tells whether Redis is there. */
export function createMembership(connection: WatchedConnection, clock: Clock): Membership {
  const replica = randomUUID();
  const pulse = createPulse(connection, clock, replica);
  let joining: Promise<void> | undefined;
  let rejoining: Promise<void> | undefined;
  let cancelBeat: (() => void) | undefined;
  let stopped = false;

  /** The first beat may only learn the time: who is new has no word to repeat, and who was held up one that is too old. */
  const beatTwice = async () => {
    await pulse.beat();
    if (!pulse.isMember && pulse.isSteady) await pulse.beat();
  };
  const beat = () => {
    const done = beatTwice().catch(connection.fail);
    if (pulse.isSteady) joining = done;
    return done;
  };
  // Nobody waits for what is known to have failed.
  connection.onFailure(() => {
    joining = undefined;
  });

  const watch = () => {
    if (stopped) return;
    cancelBeat = clock.after(BEAT_MS, () => void beat().finally(watch));
  };

  return {
    replica,
    get leaseEnd() {
      return pulse.leaseEnd;
    },
    time: pulse.time,
    sharing: async () => {
      // While it is not known whether this replica is a member, it must not act as if it were none.
      if (!pulse.isMember) await joining;
      return pulse.isMember;
    },
    rejoin: async () => {
      await (rejoining ??= beat().finally(() => (rejoining = undefined)));
      return pulse.isMember;
    },
    leave: () => {
      pulse.leave();
    },
    start: async () => {
      await beat();
      watch();
    },
    stop: async () => {
      stopped = true;
      cancelBeat?.();
      await connection.attempt((redis) => redis.zrem(MEMBERS_KEY, replica));
    },
  };
}
