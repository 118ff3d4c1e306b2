import { readFileSync, writeFileSync } from 'node:fs';
import { createMetrics } from '../src/observability/metrics.ts';
import { createRegistry } from '../src/observability/print-metrics.ts';
import { WATCHED_NAMES } from '../src/observability/watched-numbers.ts';
import { withBlock } from './block.ts';

const PAGE = new URL('metrics.md', import.meta.url);

/** A metric as the gateway registers it. */
export interface DescribedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** The parts of the page, by what the names of its metrics begin with. The first that fits has a metric. */
const PARTS = {
  'Requests and operations': /^http_|^refold_gateway_(operation|client_|documents|overloaded|connections)/,
  'The budget, and Refold': /^refold_gateway_(rate|queue|upstream|coalesced|breaker)/,
  'What is remembered': /^refold_gateway_(cache|answer)/,
  'Those who watch': /^refold_gateway_(live|webhooks)/,
  'The process': /^refold_gateway_/,
  'Node.js': /^(nodejs|process)_/,
};

/** All metrics that a gateway can have. */
export function describeMetrics(): readonly DescribedMetric[] {
  const registry = createRegistry();
  const metrics = createMetrics({ hasRedis: true }, registry);
  for (const name of WATCHED_NAMES) metrics.watch(name, () => 0);
  return registry.getMetricsAsArray() as unknown as DescribedMetric[];
}

/** A text whose tables of metrics are those that follow from the code. */
export function withMetrics(text: string): string {
  const left = [...describeMetrics()].sort((one, other) => one.name.localeCompare(other.name));
  const tables = Object.entries(PARTS).map(([title, names]) => {
    const rows = left.filter(({ name }) => names.test(name));
    for (const row of rows) left.splice(left.indexOf(row), 1);
    return [`## ${title}`, '', ...tableOf(rows)].join('\n');
  });
  if (left.length > 0) throw new Error(`No part of the page has ${left.map(({ name }) => name).join(', ')}`);
  return withBlock(text, 'metrics', tables.join('\n\n'));
}

function tableOf(metrics: readonly DescribedMetric[]): string[] {
  const rows = metrics.map(({ name, type, help, labelNames }) => {
    const labels = labelNames.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type === 'unknown' ? 'untyped' : type} | ${labels} | ${help} |`;
  });
  return ['| metric | type | labels | what it tells |', '|---|---|---|---|', ...rows];
}

if (import.meta.main) writeFileSync(PAGE, withMetrics(readFileSync(PAGE, 'utf8')));
