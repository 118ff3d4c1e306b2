import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { describeMetrics, withMetrics } from '../../docs/metrics.ts';
import { startGateway, stopAll } from '../support/gateway.ts';

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

test('the page says of each label what it can be', () => {
  const [, table = ''] = page.split('## Labels\n');
  const rows = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| ([^|]+)\|/gm)];
  const told = new Set(
    rows.flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word)),
  );
  const labels = new Set(describeMetrics().flatMap(({ labelNames }) => labelNames));
  expect([...labels].filter((label) => !told.has(label))).toEqual([]);
});
