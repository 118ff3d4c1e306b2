import { Gauge } from 'prom-client';
import { combinationsOf, createCounter } from './counter.ts';
import { createDurations } from './durations.ts';
import type { MetricsRegistry } from './print-metrics.ts';

/** What the gateway's own metrics begin with. */
export const PREFIX = 'refold_gateway_';

/** How urgent it is what a request is for. */
export type Priority = 'interactive' | 'background';

const PRIORITIES = { priority: ['interactive', 'background'] };

/**
 * Registers what is counted of the way upstream, and of what is refused on the way in.
 * @param hasRedis whether there is a Redis that can be up or not
 * @param now milliseconds, of a clock that never goes back
 */
export function createInstruments(registry: MetricsRegistry, hasRedis: boolean, now: () => number) {
  const counter = <L extends string = never>(
    name: string,
    help: string,
    values?: Readonly<Record<L, readonly string[]>>,
  ) => createCounter(registry, PREFIX + name, help, values);
  const seconds = <L extends string>(name: string, help: string, labelNames: L[]) =>
    createDurations(registry, { name: PREFIX + name, help, labelNames, now });
  const waits = seconds('rate_wait_seconds', 'Time spent waiting for upstream’s rate.', ['priority']);
  for (const labels of combinationsOf(PRIORITIES)) waits.zero(labels);
  const redis = { name: `${PREFIX}redis_up`, help: 'Whether Redis answers: 1 or 0.', registers: [registry] };
  return {
    redis: hasRedis ? new Gauge(redis) : null,
    waits,
    upstream: seconds('upstream_request_seconds', 'Upstream requests by route and status.', [
      'route',
      'status',
    ]),
    retries: counter('upstream_retries_total', 'Upstream requests that were repeated.'),
    refusals: counter(
      'rate_refusals_total',
      'Requests refused because their turn would have come too late.',
      PRIORITIES,
    ),
    cache: counter('cache_reads_total', 'Reads of the cache.', {
      outcome: ['hit', 'stale', 'miss', 'shared'],
    }),
    evictions: counter('cache_evictions_total', 'Answers that had to make room.'),
    reused: counter('answers_reused_total', 'Whole answers that were given again.'),
    shared: counter('answers_shared_total', 'Whole answers that were given to others who asked the same.'),
    coalesced: counter('coalesced_total', 'Requests shared with one in flight.'),
    shed: counter('overloaded_total', 'Operations refused since there was too much to do.', {
      reason: ['event loop', 'memory', 'operations', 'heavy'],
    }),
    closed: counter('connections_closed_total', 'Connections closed for what they took up.', {
      reason: ['crowded', 'pipelined', 'unread', 'slow'],
    }),
    webhooks: counter('webhooks_total', 'Webhooks by what became of them.', {
      outcome: ['accepted', 'repeated', 'ignored', 'refused'],
    }),
  };
}
