import type { Traced } from './durations.ts';
import { createHttpMetrics, type AnsweredRequest } from './http-metrics.ts';
import { createInstruments, PREFIX, type Priority } from './instruments.ts';
import { createLiveMetrics, type LiveMetrics } from './live-metrics.ts';
import { createLogCounts, type LogCounts } from './log-counts.ts';
import { createOperationMetrics, type EndedOperation } from './operation-metrics.ts';
import { createRegistry, printMetrics, type PrintedMetrics } from './print-metrics.ts';
import { registerProcess } from './process-metrics.ts';
import { createViewerMetrics, type ViewerMetrics } from './viewer-metrics.ts';
import { createWatch, type WatchedName } from './watched-numbers.ts';

/** What is counted. No method takes a tenant: labels have few values, whoever asks. */
export interface Metrics {
  /** An HTTP request was answered, or its client left. */
  requested(request: AnsweredRequest): void;
  /** An upstream request was answered; `status` is its HTTP status, or `none`. */
  answered(route: string, status: number | 'none', durationMs: number, trace?: Traced | null): void;
  retried(): void;
  /** A request got its turn in the queue. */
  waited(priority: Priority, waitedMs: number, trace?: Traced | null): void;
  /** A request could not have got its turn in time. */
  refused(priority: Priority): void;
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
  /** A GraphQL operation ended. */
  operated(ended: EndedOperation): void;
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
  watch(name: WatchedName, read: () => number): void;
  /**
   * All of it, in the format that a scraper asks for.
   * @param accept the header of this name
   */
  print(accept?: string): Promise<PrintedMetrics>;
}

/** What the metrics of a gateway are built from. */
export interface MetricsOptions {
  /** Milliseconds, of a clock that never goes back. */
  readonly now?: () => number;
  /** Whether there is a Redis that can be up or not. */
  readonly hasRedis?: boolean;
  /** What has become of the lines of its log. */
  readonly logCounts?: LogCounts;
}

/**
 * Builds the metrics of one gateway.
 * @param registry what they are registered in
 */
export function createMetrics(
  { now = () => performance.now(), hasRedis = false, logCounts = createLogCounts() }: MetricsOptions = {},
  registry = createRegistry(),
): Metrics {
  registerProcess(registry, PREFIX, logCounts);
  const to = createInstruments(registry, hasRedis, now);

  return {
    requested: createHttpMetrics(registry, now),
    answered: (route, status, durationMs, trace) => {
      to.upstream.observe({ route, status: String(status) }, durationMs, trace);
    },
    retried: () => {
      to.retries.inc({});
    },
    waited: (priority, waitedMs, trace) => {
      to.waits.observe({ priority }, waitedMs, trace);
    },
    refused: (priority) => {
      to.refusals.inc({ priority });
    },
    cached: (outcome, reads = 1) => {
      to.cache.inc({ outcome }, reads);
    },
    evicted: () => {
      to.evictions.inc({});
    },
    reused: () => {
      to.reused.inc({});
    },
    shared: () => {
      to.shared.inc({});
    },
    coalesced: () => {
      to.coalesced.inc({});
    },
    redisUp: (up) => {
      to.redis?.set(Number(up));
    },
    operated: createOperationMetrics(registry, PREFIX, now),
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
    watch: createWatch(registry, PREFIX),
    print: (accept) => printMetrics(registry, accept),
  };
}
