import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogger, type Logger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createSharedRedis, type SharedRedis } from '../../src/redis/shared-redis.ts';

const created: SharedRedis[] = [];

interface SharingOptions {
  readonly url: string;
  /** More settings of how it is reached. */
  readonly env?: Readonly<Record<string, string>>;
  readonly upstreamUrl?: string;
  readonly commandTimeoutMs: number;
  readonly logger?: Logger;
}

/** What one replica shares with others over a Redis, on the machine's own time; it still has to be started. */
export function createSharing({
  url,
  env = {},
  upstreamUrl = 'https://upstream.example',
  commandTimeoutMs,
  logger = createLogger('silent'),
}: SharingOptions): SharedRedis {
  const target = loadConfig({ REDIS_URL: url, ...env }).redis;
  if (target === null) throw new Error('There is no Redis');
  const redis = createSharedRedis({
    target,
    upstreamUrl: new URL(upstreamUrl),
    commandTimeoutMs,
    clock: systemClock,
    metrics: createMetrics(),
    logger,
  });
  created.push(redis);
  return redis;
}

/** Stops all of them; for `afterEach`. */
export async function stopSharing(): Promise<void> {
  await Promise.all(created.splice(0).map((redis) => redis.stop()));
}
