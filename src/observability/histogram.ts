import { Histogram } from 'prom-client';
import type { MetricsRegistry } from './print-metrics.ts';

/** An example of what was observed: a trace to look at. */
interface Exemplar {
  readonly labelSet: { readonly trace_id: string };
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/** What was observed with the same labels. */
interface Series<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  /** By bucket, each for itself; what is beyond the last one comes last. */
  readonly counts: number[];
  readonly exemplars: (Exemplar | null)[];
  /** By bucket: when it was given its exemplar. */
  readonly shownAt: number[];
  sum: number;
}

/** What a histogram is made from. */
export interface HistogramOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  readonly buckets: readonly number[];
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * A bucket of one series shows another trace no sooner than that: scrapers come more seldom, and each costs more than
 * the count. Each series counts for itself: an error is seldom, and whoever looks for it looks past what went well.
 */
const SHOW_MS = 1000;

/** A line, as prom-client prints it: `le` stands before what all lines of a series have. */
interface PrintedValue {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, number | string>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: Exemplar | null;
}

/** What prom-client prints of a metric. */
interface Printed {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly PrintedValue[];
}

/**
 * A histogram that prom-client prints, but does not count: its way from labels to a series costs several times as much
 * as the count.
 */
export class TalliedHistogram<L extends string> extends Histogram<L> {
  readonly #options: HistogramOptions<L>;
  readonly #series = new Map<string, Series<L>>();

  constructor(registry: MetricsRegistry, options: HistogramOptions<L>) {
    const { name, help, labelNames, buckets } = options;
    super({
      name,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers: [registry],
    });
    this.#options = options;
  }

  /** @param traceId a trace that the value's bucket may show; null: none */
  tally(labels: Readonly<Record<L, string>>, value: number, traceId: string | null = null): void {
    const series = this.#seriesOf(labels);
    const bucket = bucketOf(this.#options.buckets, value);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
    if (traceId === null) return;
    const now = this.#options.now();
    if (now - (series.shownAt[bucket] ?? 0) < SHOW_MS) return;
    series.shownAt[bucket] = now;
    series.exemplars[bucket] = { labelSet: { trace_id: traceId }, value, timestamp: Date.now() / 1000 };
  }

  /** Begins with none for these labels. */
  override zero(labels: Readonly<Record<L, string>>): void {
    this.#seriesOf(labels);
  }

  /** What prom-client prints in the place of what it has counted itself: nothing. */
  getForPromString(): Promise<Printed> {
    const { name, help } = this.#options;
    const values = [...this.#series.values()].flatMap((series) => this.#valuesOf(series));
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }

  #seriesOf(labels: Readonly<Record<L, string>>): Series<L> {
    const { labelNames, buckets } = this.#options;
    const key = keyOf(labelNames, labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const bounds = [...buckets, Infinity];
    const series = {
      labels,
      counts: bounds.map(() => 0),
      exemplars: bounds.map(() => null),
      shownAt: bounds.map(() => -Infinity),
      sum: 0,
    };
    this.#series.set(key, series);
    return series;
  }

  #valuesOf({ labels: sharedLabels, counts, exemplars, sum }: Series<L>): PrintedValue[] {
    const { name, buckets } = this.#options;
    let count = 0;
    const values = counts.map((some, bucket): PrintedValue => {
      count += some;
      const labels = { le: buckets[bucket] ?? '+Inf' };
      const exemplar = exemplars[bucket] ?? null;
      return { metricName: `${name}_bucket`, labels, sharedLabels, value: count, exemplar };
    });
    return [
      ...values,
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ];
  }
}

/** Which bucket a value is in: its index, or as many as there are where it is beyond the last one. */
function bucketOf(buckets: readonly number[], value: number): number {
  let bucket = 0;
  for (const bound of buckets) {
    if (value <= bound) return bucket;
    bucket += 1;
  }
  return bucket;
}

/** A key for these labels. One that is alone is its own key, with nothing to put together. */
export function keyOf<L extends string>(names: readonly L[], labels: Readonly<Record<L, string>>): string {
  let key = '';
  for (const name of names) key = key === '' ? labels[name] : `${key}\n${labels[name]}`;
  return key;
}
