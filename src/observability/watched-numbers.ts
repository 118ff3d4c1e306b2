import { Gauge } from 'prom-client';
import type { MetricsRegistry } from './print-metrics.ts';

const WATCHED = {
  operations_in_progress: 'GraphQL operations in progress.',
  live_unread_bytes: 'What waits for those who watch to take it, in bytes.',
  live_operations: 'Operations that are open over WebSocket, server-sent events and multipart.',
  queue_length: 'Requests that wait for upstream’s rate to allow them.',
  rate_limit_per_second: 'What one bucket may send upstream in a second.',
  rate_limit_burst: 'What one bucket may send upstream at once.',
  rate_available: 'What could be sent upstream at once now: of the bucket that has least left.',
  rate_buckets: 'Buckets in use: one for each thing that UPSTREAM_RATE_SCOPE counts.',
  cache_bytes: 'What the cache holds, in bytes.',
  cache_entries: 'What the cache holds, in answers.',
  answer_bytes: 'What is held of whole answers, in bytes.',
  answer_entries: 'How many whole answers are held.',
  breaker_open: 'Whether upstream, or one of its routes, counts as down for everybody: 1 or 0.',
  breaker_open_callers: 'Ids and routes of single callers that count as down.',
  live_feeds: 'Lists that are watched.',
  live_runs: 'Runs that are watched by their ids.',
};

/** What is read whenever the metrics are asked for. */
export type WatchedName = keyof typeof WATCHED;
/** All of that. */
export const WATCHED_NAMES = Object.keys(WATCHED) as readonly WatchedName[];

/** Reads a number whenever the metrics are asked for. */
export type Watch = (name: WatchedName, read: () => number) => void;

/** Builds what registers such numbers, each where it is known. */
export function createWatch(registry: MetricsRegistry, prefix: string): Watch {
  return (name, read) => {
    const gauge = new Gauge({
      name: prefix + name,
      help: WATCHED[name],
      registers: [registry],
      collect: () => {
        gauge.set(read());
      },
    });
  };
}
