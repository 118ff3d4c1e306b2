import { redisUrl, whole } from './readers.ts';
import { optional, setting } from './setting.ts';

/** What the replicas share. */
export const REDIS_SETTINGS = {
  REPLICAS: setting(
    whole(1, 1000),
    '1',
    'How many gateways share the rate. Each keeps to its part of it while Redis is away, or where there is none.',
  ),
  REDIS_URL: optional(
    redisUrl,
    'Redis that the replicas share the rate and the cache through. Unset: everything in memory.',
  ),
};
