import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createAttempt, type AttemptOptions } from './attempt.ts';
import { createBreaker } from './breaker.ts';
import { withCache, withMemory, type CacheOptions } from './cache/cache.ts';
import type { Send, UpstreamCall } from './call.ts';
import { withSingleFlight } from './cache/single-flight.ts';
import { withLimiter, type LimiterFor } from './rate/limiter.ts';
import { withRetry } from './retry.ts';
import { withSessionArea } from './session-area.ts';
import { withSharing } from './cache/sharing.ts';

/** What the policies are built from. */
export interface PolicyOptions {
  readonly cache: CacheOptions;
  readonly limiterFor: LimiterFor;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** What the client is built from. */
export interface UpstreamClientOptions extends PolicyOptions, AttemptOptions {
  /** What sends a request, in the place of the client's own. */
  readonly attempt?: Send;
}

/** The one way upstream. */
export interface UpstreamClient {
  readonly send: Send;
  /** Closes the kept connections. */
  close(): void;
}

/** Puts the policies around an attempt, in the order in which a call passes them. */
function withPolicies(options: PolicyOptions, attempt: Send): Send {
  const { cache, limiterFor, clock, metrics } = options;
  const retry = { clock, random: Math.random, metrics };
  const breaker = createBreaker(clock, metrics);
  const limited = breaker.gate(withLimiter(limiterFor, metrics, breaker.guard(attempt)));
  // Nobody is answered what was asked before somebody said that it has changed.
  const questionOf = (call: UpstreamCall<unknown>) =>
    `${cache.store.keyOf(call)} ${String(cache.outdatedAt(call, 'list'))}`;
  const remembered = withSharing(cache, withMemory(cache, withRetry(retry, limited)));
  return withSessionArea(withCache(cache, withSingleFlight(questionOf, metrics, remembered)));
}

/** Builds the client. */
export function createUpstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: 128 }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: 128 }),
  };
  return {
    send: withPolicies(options, options.attempt ?? createAttempt(options, agents)),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
