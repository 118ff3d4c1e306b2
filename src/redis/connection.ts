import { Redis } from 'ioredis';
import type { Metrics } from '../observability/metrics.ts';

/** Redis as a hint and never an authority: it fails at once rather than make anybody wait. */
export interface RedisConnection {
  /** Runs commands; null when Redis is away, slow or confused. */
  attempt<R>(run: (redis: Redis) => Promise<R>): Promise<R | null>;
}

/** The connection as whoever keeps watch over it sees it. It comes back by itself, once a probe is answered. */
export interface WatchedConnection extends RedisConnection {
  /** How many times it was made: with each, there may be another data set at its other end. */
  readonly connections: number;
  /** Connects, as far as possible. */
  connect(): Promise<void>;
  /** Runs commands even while Redis counts as away; null when it is. An answer says that it is back. */
  probe<R>(run: (redis: Redis) => Promise<R>): Promise<R | null>;
  /** Calls back whenever commands fail. */
  onFailure(callback: () => void): void;
  disconnect(): void;
}

/** What a connection is built from. */
export interface ConnectionOptions {
  readonly url: URL;
  /** What all keys begin with. */
  readonly keyPrefix: string;
  /** How long a command may take before Redis counts as away. */
  readonly commandTimeoutMs: number;
  readonly metrics: Metrics;
}

/** A connection that is silent for so long is given up: it may never come back, where another one would work. */
const SILENCE_MS = 1000;
/** How soon a connection that was lost is tried again. */
const RECONNECT_MS = 100;

/** Builds a connection; it does not connect yet. */
export function createRedisConnection(options: ConnectionOptions): WatchedConnection {
  const { url, keyPrefix, commandTimeoutMs, metrics } = options;
  const redis = new Redis(url.href, {
    keyPrefix,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: SILENCE_MS,
    socketTimeout: Math.max(SILENCE_MS, commandTimeoutMs),
    commandTimeout: commandTimeoutMs,
    retryStrategy: () => RECONNECT_MS,
  });
  // Failures show in the metrics; without a listener they would be printed with the address.
  redis.on('error', () => undefined);
  let connections = 0;
  redis.on('connect', () => {
    connections += 1;
  });
  const callbacks = new Set<() => void>();
  let up = false;

  const setUp = (isUp: boolean) => {
    up = isUp;
    metrics.redisUp(isUp);
  };

  const fail = () => {
    setUp(false);
    for (const callback of callbacks) callback();
    return null;
  };

  return {
    get connections() {
      return connections;
    },
    connect: () => redis.connect().catch(() => undefined),
    attempt: async (run) => {
      if (!up) return null;
      try {
        return await run(redis);
      } catch {
        return fail();
      }
    },
    probe: async (run) => {
      try {
        const answer = await run(redis);
        setUp(true);
        return answer;
      } catch {
        return fail();
      }
    },
    onFailure: (callback) => {
      callbacks.add(callback);
    },
    disconnect: () => {
      redis.disconnect();
    },
  };
}
