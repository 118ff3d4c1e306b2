import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import { createClient, SILENCE_MS } from './client.ts';
import { causeOf, createConnectionLog } from './connection-log.ts';
import type { RedisTarget } from './target.ts';

/** Who waits for Redis. */
export interface Waiting {
  /** Null: tracing is off. */
  readonly trace: TraceSpan | null;
  /** What Redis is asked for; the first of several commands. */
  readonly command: string;
}

/** Redis as a hint and never an authority: it fails at once rather than make anybody wait. */
export interface RedisConnection {
  /**
   * Runs commands; null when Redis is away, slow or confused.
   * @param waiting whose request waits for them, in traces; left out: none does
   */
  attempt<R>(run: (redis: Redis) => Promise<R>, waiting?: Waiting): Promise<R | null>;
  /** For how long Redis has been away, in milliseconds; 0 while it is there. */
  awayMs(): number;
}

/** The connection as whoever keeps watch over it sees it. It comes back by itself, once a probe is answered. */
export interface WatchedConnection extends RedisConnection {
  /** How many times it was made: with each, there may be another data set at its other end. */
  readonly connections: number;
  /** Connects, as far as possible. */
  connect(): Promise<void>;
  /** Runs commands even while Redis counts as away; null when it is. A prompt answer says that it is back. */
  probe<R>(run: (redis: Redis) => Promise<R>): Promise<R | null>;
  /** Calls back whenever commands fail. */
  onFailure(callback: () => void): void;
  /** Takes it that Redis is away, for this reason; what is asked next fails at once, until a probe is answered. */
  readonly fail: (error: unknown) => void;
  disconnect(): void;
}

/** What a connection is built from. */
export interface ConnectionOptions {
  readonly target: RedisTarget;
  /** What all keys begin with. */
  readonly keyPrefix: string;
  /** How long Redis may keep anybody waiting, by one command or by several in a row, before it counts as away. */
  readonly commandTimeoutMs: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** A question asks for several things in turn, so one that takes more than this part of the time is slow. */
const SLOW_PART = 1 / 4;

/** How long Redis may take. */
interface Patience {
  /** Answers what the commands are answered with, and whether that was slow; rejects when it takes too long. */
  wait<R>(answer: Promise<R>): Promise<{ readonly answer: R; readonly isSlow: boolean }>;
  /** Is as patient as ever. */
  restore(): void;
}

/**
 * Builds the patience of a connection. Waits for slow answers add up until one is prompt, so that Redis costs nobody
 * more than the time for one command. What has come while the process was busy is not late.
 */
function createPatience(commandTimeoutMs: number, clock: Clock): Patience {
  const slowMs = commandTimeoutMs * SLOW_PART;
  let leftMs = commandTimeoutMs;
  /** Until when has been counted: waits at the same time are one. */
  let countedUntil = -Infinity;

  /** Calls back after so long, when what has arrived by then has been read. */
  const later = (delayMs: number, callback: () => void) =>
    clock.after(delayMs, () => {
      setImmediate(callback);
    });

  return {
    wait: async (answer) => {
      const since = clock.now();
      const budgetMs = leftMs;
      const tooLong = Promise.withResolvers<never>();
      const course = { isSlow: false, isOver: false };
      const giveUpIn = (delayMs: number) =>
        later(delayMs, () => {
          tooLong.reject(new Error('Redis took too long'));
        });
      let cancel = later(Math.min(slowMs, budgetMs), () => {
        if (course.isOver) return;
        course.isSlow = true;
        cancel = giveUpIn(Math.max(0, budgetMs - slowMs));
      });
      try {
        return { answer: await Promise.race([answer, tooLong.promise]), isSlow: course.isSlow };
      } finally {
        course.isOver = true;
        cancel();
        if (course.isSlow) leftMs = Math.max(0, leftMs - (clock.now() - Math.max(since, countedUntil)));
        else leftMs = commandTimeoutMs;
        countedUntil = clock.now();
      }
    },
    restore: () => {
      leftMs = commandTimeoutMs;
    },
  };
}

/** Starts the span of a round trip to this Redis: where it is goes without saying only where there is one address. */
function createRedisTrace({ addresses, sentinel, isCluster }: RedisTarget) {
  const [{ host, port }] = addresses;
  const server = sentinel !== null || isCluster ? {} : { 'server.address': host, 'server.port': port };
  return (trace: TraceSpan, command: string): TraceSpan => {
    const span = trace.start('client', command);
    span.set({ 'db.system.name': 'redis', 'db.operation.name': command, ...server });
    return span;
  };
}

/** Builds a connection; it does not connect yet. */
export function createRedisConnection(options: ConnectionOptions): WatchedConnection {
  const { target, keyPrefix, commandTimeoutMs, clock, metrics, logger } = options;
  const log = createConnectionLog('Redis', logger, clock);
  const socketTimeoutMs = Math.max(SILENCE_MS, commandTimeoutMs);
  const redis = createClient({ target, keyPrefix, socketTimeoutMs });
  // Without a listener it would be printed with the address.
  redis.on('error', (error) => {
    log.troubled(error);
  });
  const startSpan = createRedisTrace(target);
  let connections = 0;
  redis.on('connect', () => {
    connections += 1;
  });
  const callbacks = new Set<() => void>();
  const patience = createPatience(commandTimeoutMs, clock);
  let up = false;
  let hasFailed = false;
  let isOver = false;
  let awaySince = clock.now();

  const fail = (error: unknown) => {
    log.failed(error);
    if (up) awaySince = clock.now();
    up = false;
    hasFailed = true;
    patience.restore();
    metrics.redisUp(false);
    for (const callback of callbacks) callback();
    return null;
  };

  redis.on('close', () => {
    // What comes next may have missed the latest. So nobody shares over it until the others have noticed.
    if (up && !isOver) fail(new Error('Connection is closed'));
  });

  return {
    get connections() {
      return connections;
    },
    connect: () => redis.connect().catch(() => undefined),
    attempt: async (run, waiting) => {
      if (!up) return null;
      const span = waiting?.trace ? startSpan(waiting.trace, waiting.command) : null;
      try {
        return (await patience.wait(run(redis))).answer;
      } catch (error) {
        span?.fail(causeOf(error) ?? 'network');
        return fail(error);
      } finally {
        span?.end();
      }
    },
    awayMs: () => (up ? 0 : clock.now() - awaySince),
    probe: async (run) => {
      try {
        const { answer, isSlow } = await patience.wait(run(redis));
        // Who is back, and slow, would be away again with the next question.
        if (isSlow && !up && hasFailed) return fail(null);
        up = true;
        log.answered();
        metrics.redisUp(true);
        return answer;
      } catch (error) {
        return fail(error);
      }
    },
    onFailure: (callback) => {
      callbacks.add(callback);
    },
    fail,
    disconnect: () => {
      isOver = true;
      log.end();
      redis.disconnect();
    },
  };
}
