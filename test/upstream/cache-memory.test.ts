import { afterEach, expect, test } from '@jest/globals';
import { createMetrics } from '../support/budget.ts';
import { heapUsed } from '../support/collect-garbage.ts';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const KEPT = { CACHE_TERMINAL_MS: '3600000' };
const MAX_BYTES = 4_000_000;
/** Of the text of an output. */
const SIZE = 100_000;
const COUNT = 40;

const RUN = 'query ($id: ID!) { execution(id: $id) { id } }';

/** As many of something as make a text of that size. */
function many(make: (nth: number) => unknown): unknown[] {
  const found: unknown[] = [];
  for (let bytes = 0; bytes < SIZE; bytes += JSON.stringify(found.at(-1)).length + 1)
    found.push(make(found.length));
  return found;
}

test.each<[string, unknown]>([
  ['objects without a key', many(() => ({}))],
  ['lists within lists', many(() => [[[[]]]])],
  ['objects of which no two have the same key', many((nth) => ({ [`k${String(nth)}`]: nth }))],
  ['one object of many keys', Object.fromEntries(many((nth) => nth).map((nth) => [`key${String(nth)}`, 1]))],
  ['a long text in another script', '執'.repeat(SIZE / 3)],
  [
    'rows as a table has them',
    many((nth) => ({ id: nth, name: `Row ${String(nth)}`, isOpen: true, tags: ['a'] })),
  ],
])('what is remembered of outputs takes no more than it may: %s', async (_what, latest_output) => {
  const nodes = [{ node_id: '1', latest_output }];
  const runs = Array.from({ length: COUNT }, (_, index) => failedRun(index + 1, null, { nodes }));
  const { query, url } = await startOver(runs, { env: { ...KEPT, CACHE_MAX_BYTES: String(MAX_BYTES) } });
  const ask = (id: string) => query(RUN, { id });
  const [first, ...others] = runs;
  await ask(first?.id ?? '');
  const before = await heapUsed();

  for (const { id } of others) expect((await ask(id)).errors).toEqual([]);

  const { metric } = createMetrics(url);
  const held = (await heapUsed()) - before;
  expect(await metric('cache_entries')).toBeGreaterThan(0);
  expect(held).toBeLessThan(2 * MAX_BYTES);
});

test('an output that is too deep to be measured is answered, and not remembered', async () => {
  let latest_output: unknown = 'deep';
  for (let depth = 0; depth < 300; depth++) latest_output = [latest_output];
  const run = failedRun(1, null, { nodes: [{ node_id: '1', latest_output }] });
  const { query, url } = await startOver([run], { env: KEPT });
  expect((await query(RUN, { id: run.id })).data).toEqual({ execution: { id: run.id } });
  expect(await createMetrics(url).metric('cache_entries')).toBe(0);
});

test('what is remembered counts with the question that it answers', async () => {
  const { query, url } = await startGateway({ env: { CACHE_LIST_MS: '3600000' } });
  const { metric } = createMetrics(url);
  const sizeOf = async (slug: string) => {
    const before = await metric('cache_bytes');
    const applicationSlugs = Array.from({ length: 50 }, (_, nth) => `${slug}-${String(nth)}`);
    const answer = await query(
      'query ($filter: ExecutionFilter) { executions(filter: $filter) { totalCount } }',
      { filter: { applicationSlugs } },
    );
    expect(answer).toMatchObject({ data: { executions: { totalCount: 0 } }, errors: [] });
    return (await metric('cache_bytes')) - before;
  };
  // Upstream is asked first whether it looks at slugs.
  await sizeOf('none');
  expect(await sizeOf('a'.repeat(101))).toBe((await sizeOf('a')) + 50 * 100);
});
