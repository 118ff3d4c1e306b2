import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { describeMetrics, withMetrics } from '../../docs/metrics.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { seriesAt } from '../support/series.ts';

afterEach(stopAll);

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

/** The names in the first column of the page's tables of metrics. */
const namesOnPage = () =>
  [...page.matchAll(/^\| `(\w+)` \| (?:counter|gauge|histogram|untyped) \|/gm)].map(([, name]) => name);

test('the page lists the metrics as they are: `npm run docs` writes it', () => {
  expect(page).toBe(withMetrics(page));
});

test('the page lists what a gateway prints, and nothing else', async () => {
  const { url } = await startGateway();
  const printed = await (await fetch(`${url}/metrics`)).text();
  const names = [...printed.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  // There is no Redis here that could be up.
  expect(namesOnPage().sort()).toEqual([...names, 'refold_gateway_redis_up'].sort());
});

/** What Grafana's dashboard 11159, for applications of Node.js, draws. */
const OF_GRAFANA = [
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
  'nodejs_version_info',
];

test('a dashboard of Grafana’s for Node.js has all that it draws', async () => {
  const series = [...(await seriesAt(await startGateway())).keys()].map((key) => key.replace(/\{.*/, ''));
  expect(OF_GRAFANA.filter((name) => !series.includes(name))).toEqual([]);
});

test('the page says of each label what it can be', () => {
  const [, table = ''] = page.split('## Labels\n');
  const rows = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| ([^|]+)\|/gm)];
  const told = new Set(
    rows.flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word)),
  );
  const labels = new Set(describeMetrics().flatMap(({ labelNames }) => labelNames));
  expect([...labels].filter((label) => !told.has(label))).toEqual([]);
});
