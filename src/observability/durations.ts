import { TalliedHistogram } from './histogram.ts';
import type { MetricsRegistry } from './print-metrics.ts';

/** The trace that something measured belongs to. */
export interface Traced {
  readonly traceId: string;
  /** Whether it is kept, so that somebody can look at it. */
  readonly isSampled: boolean;
}

/** A histogram of durations, each with a way to its trace where there is one to look at. */
export interface Durations<L extends string> {
  observe(labels: Readonly<Record<L, string>>, durationMs: number, trace?: Traced | null): void;
  /** Begins with none for these labels. */
  zero(labels: Readonly<Record<L, string>>): void;
}

/** What a histogram of durations is made from. */
export interface DurationsOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  /** In seconds; left out: those that fit what waits for upstream. */
  readonly buckets?: number[];
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
}

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

/** Registers a histogram of durations. */
export function createDurations<L extends string>(
  registry: MetricsRegistry,
  { name, help, labelNames, buckets = SECONDS, now }: DurationsOptions<L>,
): Durations<L> {
  const histogram = new TalliedHistogram(registry, { name, help, labelNames, buckets, now });
  return {
    observe: (labels, durationMs, trace) => {
      histogram.tally(labels, durationMs / 1000, trace?.isSampled === true ? trace.traceId : null);
    },
    zero: (labels) => {
      histogram.zero(labels);
    },
  };
}
