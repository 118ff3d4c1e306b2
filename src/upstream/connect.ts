import type { Clock } from '../clock.ts';
import type { UpstreamBudget } from '../domain/budget.ts';
import type { Credential } from '../domain/credential.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Rate } from './rate/bucket.ts';
import { createCacheStore } from './cache/memory-store.ts';
import { hasExpired, type CacheOptions, type FreshnessTimes } from './cache/cache.ts';
import type { Send } from './call.ts';
import { createUpstreamClient } from './client.ts';
import type { Operation } from './operation.ts';
import { promiseTo } from './rate/limiter.ts';
import { createLimiters, type RateScope } from './rate/registry.ts';
import type { PromisedTurns } from './turns.ts';
import type { SharedRedis } from '../redis/shared-redis.ts';
import { createSharedStore } from './cache/shared-store.ts';

/** What the connection upstream is built from. */
export interface UpstreamOptions {
  /** Scheme, host and, where a proxy needs it, a path in front of `/api/v2/public`. */
  readonly url: URL;
  /** What upstream allows, and what it counts. */
  readonly rate: Rate;
  readonly rateScope: RateScope;
  /** How many requests may wait for the rate. */
  readonly maxQueue: number;
  readonly attemptTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly replicas: number;
  /** Null: this process shares nothing with others. */
  readonly redis: Pick<SharedRedis, 'connection' | 'membership'> | null;
  readonly cache: FreshnessTimes & { readonly maxBytes: number };
  /** What somebody has said to be outdated; see `CacheOptions`. Left out: nobody says so. */
  readonly outdatedAt?: CacheOptions['outdatedAt'];
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** What sends a request, in the place of the client's own: every policy is around it all the same. */
  readonly attempt?: Send;
}

/** The one way upstream, with all that it keeps in memory and shares with other replicas. */
export interface UpstreamConnection {
  readonly send: Send;
  /** What is remembered for these credentials. */
  readonly remembered: {
    /**
     * What is remembered from another epoch does not count. Null: nothing does, since the token says that it has ended,
     * or upstream has not accepted the credentials lately.
     */
    readonly epochOf: (credential: Credential) => number | null;
  };
  /** What is left of what a credential's calls count towards. */
  readonly budgetOf: (credential: Credential) => UpstreamBudget;
  /** Promises turns in time to as many requests of an operation, or to none of them. */
  readonly promise: (credential: Credential, operation: Operation, count: number) => PromisedTurns;
  /** Closes the kept connections. */
  close(): void;
}

/** Puts together the client and the state behind its policies. */
export function connectUpstream(options: UpstreamOptions): UpstreamConnection {
  const { redis, cache: times, clock, metrics, outdatedAt = () => -Infinity } = options;
  const limiters = createLimiters({ ...options, scope: options.rateScope });
  const store = createCacheStore(times.maxBytes, () => clock.now(), metrics);
  const keepMs = Math.max(1, times.staleIfErrorMs, ...Object.values(times.fresh)) + times.staleMs;
  const shared =
    redis === null ? null : createSharedStore({ connection: redis.connection, store, keepMs, clock });
  const client = createUpstreamClient({
    ...options,
    limiterFor: limiters.limiterFor,
    cache: {
      store,
      shared,
      times,
      outdatedAt,
      waitMs: (credential) => limiters.limiterFor(credential).waitMs(credential.identity),
      clock,
      metrics,
    },
  });
  metrics.watch('queue_length', () => limiters.queued());
  metrics.watch('rate_limit_per_second', () => limiters.rate.perSecond);
  metrics.watch('rate_limit_burst', () => limiters.rate.burst);
  metrics.watch('rate_available', () => limiters.available());
  metrics.watch('rate_buckets', () => limiters.count());
  metrics.watch('cache_bytes', () => store.size().bytes);
  metrics.watch('cache_entries', () => store.size().entries);
  return {
    send: client.send,
    remembered: {
      epochOf: (credential) => {
        const { identity } = credential;
        return hasExpired(credential, clock) || !store.isConfirmed(identity) ? null : store.epochOf(identity);
      },
    },
    budgetOf: limiters.budgetOf,
    promise: (credential, operation, count) =>
      promiseTo(operation, limiters.limiterFor(credential), credential.identity, count),
    close: () => {
      client.close();
    },
  };
}
