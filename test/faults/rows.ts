import type { Row } from './row.ts';
import { CHANGES } from './rows/changes.ts';
import { CLIENTS } from './rows/clients.ts';
import { DOCUMENTS } from './rows/documents.ts';
import { LIVE_CHURN, LIVE_CHURN_REDIS } from './rows/live-churn.ts';
import { LIVE_ODD_ROWS } from './rows/live-odd-rows.ts';
import { LIVE_REDIS } from './rows/live-redis.ts';
import { LIVE_REPLICAS } from './rows/live-replicas.ts';
import { LIVE_TENANTS } from './rows/live-tenants.ts';
import { LIVE_UPSTREAM } from './rows/live-upstream.ts';
import { NETWORK } from './rows/network.ts';
import { OUTAGES } from './rows/outages.ts';
import { OVERLOAD } from './rows/overload.ts';
import { RATE } from './rows/rate.ts';
import { REFUSALS } from './rows/refusals.ts';
import { REDIS } from './rows/redis.ts';
import { REDIS_FAILOVERS } from './rows/redis-failovers.ts';
import { REDIS_PASSWORDS } from './rows/redis-passwords.ts';
import { REPLICAS, STOPPING } from './rows/stopping.ts';
import { TENANTS } from './rows/tenants.ts';
import { TLS } from './rows/tls.ts';
import { STRANGERS } from './rows/strangers.ts';
import { TOKENS } from './rows/tokens.ts';
import { UPSTREAM_BODIES } from './rows/upstream-bodies.ts';
import { UPSTREAM_SIZES } from './rows/upstream-sizes.ts';
import { UPSTREAM_TIME } from './rows/upstream-time.ts';

/** All rows, in the parts that may run beside each other: each has a test file. Those of `redis` have a turn at Redis. */
export const PARTS = {
  upstream: [...UPSTREAM_TIME, ...UPSTREAM_BODIES, ...UPSTREAM_SIZES, ...REFUSALS, ...NETWORK, ...TLS],
  changes: [...RATE, ...OUTAGES, ...CHANGES, ...TENANTS],
  documents: [...DOCUMENTS],
  clients: [...CLIENTS, ...OVERLOAD],
  callers: [...TOKENS, ...STRANGERS],
  live: [...LIVE_TENANTS, ...LIVE_UPSTREAM, ...LIVE_ODD_ROWS, ...LIVE_CHURN],
  stopping: [...STOPPING],
  haproxy: [...REPLICAS, ...LIVE_REPLICAS],
  redis: [...REDIS, ...REDIS_FAILOVERS, ...REDIS_PASSWORDS, ...LIVE_REDIS, ...LIVE_CHURN_REDIS],
} as const satisfies Readonly<Record<string, readonly Row[]>>;
