import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createLiveMetrics, type LiveMetrics } from './live-metrics.ts';
import { createViewerMetrics, type ViewerMetrics } from './viewer-metrics.ts';

/** What is counted. No method takes a tenant: labels have few values, whoever asks. */
export interface Metrics {
  /** An upstream request was answered; `status` is its HTTP status, or `none`. */
  answered(route: string, status: number | 'none', durationMs: number): void;
  retried(): void;
  /** A request got its turn in the queue. */
  waited(priority: string, waitedMs: number): void;
  /** A request could not have got its turn in time. */
  refused(priority: string): void;
  /** So many reads of the cache had that outcome; left out: one. */
  cached(outcome: 'hit' | 'stale' | 'miss' | 'shared', reads?: number): void;
  /** The cache let go of something for want of room. */
  evicted(): void;
  /** A whole answer was given again. */
  reused(): void;
  /** A whole answer was given to who had asked the same at that moment. */
  shared(): void;
  /** A request was shared with one in flight. */
  coalesced(): void;
  redisUp(up: boolean): void;
  /** A GraphQL operation ended; `code` is its first error's, `OK`, or `GONE` when its client left first. */
  operated(code: string, durationMs: number): void;
  /** A connection was closed for what it took up. */
  closed(reason: 'crowded' | 'pipelined' | 'unread' | 'slow'): void;
  /** An operation was refused since there was too much to do. */
  shed(reason: string): void;
  /** A webhook came. */
  webhook(outcome: 'accepted' | 'repeated' | 'ignored' | 'refused'): void;
  /** What is counted of what is watched. */
  readonly live: LiveMetrics;
  /** Those who watch. */
  readonly viewers: ViewerMetrics;
  /** Reads a number whenever the metrics are asked for. */
  watch(name: keyof typeof WATCHED, read: () => number): void;
  /** All of it, in Prometheus's text format. */
  print(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];
const PREFIX = 'refold_gateway_';

const WATCHED = {
  operations: 'GraphQL operations in progress.',
  live_unread_bytes: 'What waits for those who watch to take it, in bytes.',
  live_operations: 'Operations that are open over WebSocket, server-sent events and multipart.',
  queue_length: 'Requests that wait for upstream’s rate to allow them.',
  cache_bytes: 'What the cache holds, in bytes.',
  cache_entries: 'What the cache holds, in answers.',
  answer_bytes: 'What is held of whole answers, in bytes.',
  answer_entries: 'How many whole answers are held.',
  breaker_open: 'Whether upstream, or one of its routes, counts as down for everybody: 1 or 0.',
  breaker_open_callers: 'Ids and routes of single callers that count as down.',
  live_feeds: 'Lists that are watched.',
  live_runs: 'Runs that are watched by their ids.',
};

/** What is registered of each kind, by what it counts. */
function createInstruments(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers });
  const seconds = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram({ name: `${PREFIX}${name}`, help, labelNames, buckets: SECONDS, registers });
  const flag = (name: string, help: string) => new Gauge({ name: `${PREFIX}${name}`, help, registers });
  return {
    upstream: seconds('upstream_request_seconds', 'Upstream requests by route and status.', [
      'route',
      'status',
    ]),
    retries: counter('upstream_retries_total', 'Upstream requests that were repeated.'),
    waits: seconds('rate_wait_seconds', 'Time spent waiting for upstream’s rate.', ['priority']),
    refusals: counter(
      'rate_refusals_total',
      'Requests refused because their turn would have come too late.',
      ['priority'],
    ),
    cache: counter('cache_reads_total', 'Reads of the cache.', ['outcome']),
    evictions: counter('cache_evictions_total', 'Answers that had to make room.'),
    reused: counter('answers_reused_total', 'Whole answers that were given again.'),
    shared: counter('answers_shared_total', 'Whole answers that were given to others who asked the same.'),
    coalesced: counter('coalesced_total', 'Requests shared with one in flight.'),
    redis: flag('redis_up', 'Whether Redis answers: 1 or 0.'),
    shed: counter('overloaded_total', 'Operations refused since there was too much to do.', ['reason']),
    closed: counter('connections_closed_total', 'Connections closed for what they took up.', ['reason']),
    webhooks: counter('webhooks_total', 'Webhooks by what became of them.', ['outcome']),
    operations: seconds('operation_seconds', 'GraphQL operations by their first error code.', ['code']),
  };
}

/** Builds the metrics of one gateway. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const to = createInstruments(registry);

  return {
    answered: (route, status, durationMs) => {
      to.upstream.observe({ route, status: String(status) }, durationMs / 1000);
    },
    retried: () => {
      to.retries.inc();
    },
    waited: (priority, waitedMs) => {
      to.waits.observe({ priority }, waitedMs / 1000);
    },
    refused: (priority) => {
      to.refusals.inc({ priority });
    },
    cached: (outcome, reads = 1) => {
      to.cache.inc({ outcome }, reads);
    },
    evicted: () => {
      to.evictions.inc();
    },
    reused: () => {
      to.reused.inc();
    },
    shared: () => {
      to.shared.inc();
    },
    coalesced: () => {
      to.coalesced.inc();
    },
    redisUp: (up) => {
      to.redis.set(Number(up));
    },
    operated: (code, durationMs) => {
      to.operations.observe({ code }, durationMs / 1000);
    },
    closed: (reason) => {
      to.closed.inc({ reason });
    },
    shed: (reason) => {
      to.shed.inc({ reason });
    },
    webhook: (outcome) => {
      to.webhooks.inc({ outcome });
    },
    live: createLiveMetrics(registry, PREFIX),
    viewers: createViewerMetrics(registry, PREFIX),
    watch: (name, read) => {
      const gauge = new Gauge({
        name: `${PREFIX}${name}`,
        help: WATCHED[name],
        registers: [registry],
        collect: () => {
          gauge.set(read());
        },
      });
    },
    print: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
