import { Counter } from 'prom-client';
import { keyOf } from './histogram.ts';
import type { MetricsRegistry } from './print-metrics.ts';

/** A counter that is read only when the metrics are asked for. */
export interface TalliedCounter<L extends string> {
  /** @param times left out: once */
  inc(labels: Readonly<Record<L, string>>, times?: number): void;
}

/**
 * Registers a counter that begins at zero for all that its labels can be: Prometheus sees no rise in a series that
 * begins at 1.
 * @param values what each label can be
 */
export function createCounter<L extends string = never>(
  registry: MetricsRegistry,
  name: string,
  help: string,
  values = {} as Readonly<Record<L, readonly string[]>>,
): TalliedCounter<L> {
  const labelNames = Object.keys(values) as L[];
  const series = new Map(
    combinationsOf(values).map((labels) => [keyOf(labelNames, labels), { labels, count: 0 }]),
  );
  const counter = new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect: () => {
      counter.reset();
      for (const { labels, count } of series.values()) counter.inc(labels, count);
    },
  });
  return {
    inc: (labels, times = 1) => {
      const key = keyOf(labelNames, labels);
      const known = series.get(key);
      if (known === undefined) series.set(key, { labels, count: times });
      else known.count += times;
    },
  };
}

/** Each combination of values of labels. */
export function combinationsOf<L extends string>(
  values: Readonly<Record<L, readonly string[]>>,
): Record<L, string>[] {
  return Object.entries<readonly string[]>(values).reduce(
    (known, [label, some]) => known.flatMap((labels) => some.map((value) => ({ ...labels, [label]: value }))),
    [{} as Record<L, string>],
  );
}
