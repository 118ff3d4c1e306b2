import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createRedisConnection, type RedisConnection } from './connection.ts';
import { createDataSet, type DataSet } from './data-set.ts';
import { createHints, type Hints } from './hints.ts';
import { createMembership, type Membership } from './membership.ts';
import type { RedisTarget } from './target.ts';

/** The Redis that the replicas of a gateway share. */
export interface SharedRedis {
  readonly connection: RedisConnection;
  readonly membership: Membership;
  readonly dataSet: DataSet;
  readonly hints: Hints;
  /** Connects and joins, as far as possible, and keeps watch. */
  start(): Promise<void>;
  /** Says goodbye to the other replicas and disconnects. */
  stop(): Promise<void>;
}

/** What a shared Redis is built from. */
export interface SharedRedisOptions {
  readonly target: RedisTarget;
  /** Whose answers and whose rate are shared; those of another upstream are kept apart. */
  readonly upstreamUrl: URL;
  /** How long a command may take before Redis counts as away. */
  readonly commandTimeoutMs: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Builds a shared Redis; it does not connect yet. */
export function createSharedRedis(options: SharedRedisOptions): SharedRedis {
  const { target, upstreamUrl, commandTimeoutMs, clock, metrics, logger } = options;
  const upstream = createHash('sha256').update(upstreamUrl.href).digest('base64url').slice(0, 16);
  // The braces keep all keys in one slot of a cluster, and so on one server: what that one has lost is known as a whole.
  const keyPrefix = `refold-gateway:{${upstream}}:`;
  const connection = createRedisConnection({ target, keyPrefix, commandTimeoutMs, clock, metrics, logger });
  const membership = createMembership(connection, clock);
  const dataSet = createDataSet(connection, clock);
  const { replica, time } = membership;
  const hints = createHints({ target, keyPrefix, replica, time, connection, clock, logger });
  return {
    connection,
    membership,
    dataSet,
    hints,
    start: async () => {
      await Promise.all([connection.connect(), hints.start()]);
      await membership.start();
      await dataSet.start();
    },
    stop: async () => {
      hints.stop();
      dataSet.stop();
      await membership.stop();
      connection.disconnect();
    },
  };
}
