import { bucketOf, TalliedHistogram } from './histogram.ts';
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
/**
 * A bucket of one series shows another trace no sooner than that: scrapers come more seldom, and each costs more than
 * the count.
 */
const SHOW_MS = 1000;

/** Registers a histogram of durations. */
export function createDurations<L extends string>(
  registry: MetricsRegistry,
  { name, help, labelNames, buckets = SECONDS, now }: DurationsOptions<L>,
): Durations<L> {
  const histogram = new TalliedHistogram(registry, { name, help, labelNames, buckets });
  const isDue = createDueCheck(labelNames, buckets, now);
  return {
    observe: (labels, durationMs, trace) => {
      const value = durationMs / 1000;
      const isShown = trace?.isSampled === true && isDue(labels, value);
      histogram.tally(labels, value, isShown ? trace.traceId : null);
    },
    zero: (labels) => {
      histogram.zero(labels);
    },
  };
}

/**
 * Tells whether the bucket of a value has shown its trace for long enough. Each series counts for itself: an error is
 * seldom, and whoever looks for it looks past what went well.
 */
function createDueCheck<L extends string>(
  labelNames: readonly L[],
  buckets: readonly number[],
  now: () => number,
): (labels: Readonly<Record<L, string>>, seconds: number) => boolean {
  // There are no more than the histogram has series itself.
  const shownAt = new Map<string, number[]>();
  return (labels, seconds) => {
    const series = labelNames.map((name) => labels[name]).join('\n');
    let times = shownAt.get(series);
    if (times === undefined) {
      times = [...buckets, Infinity].map(() => -Infinity);
      shownAt.set(series, times);
    }
    const index = bucketOf(buckets, seconds);
    const time = now();
    if (time - (times[index] ?? 0) < SHOW_MS) return false;
    times[index] = time;
    return true;
  };
}
