import { Counter } from 'prom-client';
import type { MetricsRegistry } from './print-metrics.ts';

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
): Counter<L> {
  const labelNames = Object.keys(values) as L[];
  const counter = new Counter({ name, help, labelNames, registers: [registry] });
  for (const labels of combinationsOf(values)) counter.inc(labels, 0);
  return counter;
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
