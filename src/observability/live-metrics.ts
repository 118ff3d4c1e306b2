import { Histogram } from 'prom-client';
import { createCounter } from './counter.ts';
import type { MetricsRegistry } from './print-metrics.ts';

/** What is counted of what is watched. */
export interface LiveMetrics {
  /** Something that is watched was read once more. */
  ticked(what: 'list' | 'runs', outcome: 'changed' | 'unchanged' | 'failed'): void;
  /** So many viewers were told of a run. */
  told(kind: 'PRESENT' | 'CREATED' | 'UPDATED' | 'ENDED', viewers: number): void;
  /** A change was told so long after it happened at upstream, by the times that upstream tells. */
  lagged(lagMs: number): void;
}

/** From what a webhook takes to what a slow pace does, in seconds. */
const LAG_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

/** Builds them. @param prefix what their names begin with */
export function createLiveMetrics(registry: MetricsRegistry, prefix: string): LiveMetrics {
  const ticks = createCounter(
    registry,
    `${prefix}live_ticks_total`,
    'Readings of what is watched, by what it is and what came of it.',
    { what: ['list', 'runs'], outcome: ['changed', 'unchanged', 'failed'] },
  );
  const events = createCounter(
    registry,
    `${prefix}live_events_total`,
    'What viewers were told of runs, once for each viewer.',
    { kind: ['PRESENT', 'CREATED', 'UPDATED', 'ENDED'] },
  );
  const lag = new Histogram({
    name: `${prefix}live_lag_seconds`,
    help: 'How long after a change at upstream its viewers were told, where upstream tells when it was.',
    buckets: LAG_SECONDS,
    registers: [registry],
  });
  return {
    ticked: (what, outcome) => {
      ticks.inc({ what, outcome });
    },
    told: (kind, viewers) => {
      events.inc({ kind }, viewers);
    },
    lagged: (lagMs) => {
      lag.observe(lagMs / 1000);
    },
  };
}
