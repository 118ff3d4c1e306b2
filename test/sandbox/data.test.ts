import { expect, test } from '@jest/globals';

import { generateHistory, HISTORY_STATUSES } from '../../sandbox/data/generate.ts';
import { ask, FAILED, ids, list, OTHER_KEY, sandboxWith } from '../support/sandbox.ts';
import { START_MS } from '../support/fake-clock.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';

/** All that a sandbox answers about its data: lists of both accounts, some details, workflows, applications. */
async function everything(options: SandboxOptions): Promise<unknown[]> {
  const sandbox = await sandboxWith({ clock: { now: () => START_MS }, ...options });
  const rows = await list(sandbox, 'limit=250');
  const paths = ['/workflow?limit=100', '/workflow?scope=private', '/application'];
  const details = ids(rows)
    .slice(0, 40)
    .map((id) => `/execution/${id}`);
  const replies = await Promise.all([...paths, ...details].map((path) => ask(sandbox, path)));
  return [rows, await list(sandbox, 'limit=250', OTHER_KEY), ...replies.map((reply) => reply.body)];
}

test('the same seed makes the same data, another seed other data', async () => {
  const [one, same, other] = [
    await everything({}),
    await everything({ seed: 1 }),
    await everything({ seed: 2 }),
  ];
  expect(one).toEqual(same);
  expect(other).not.toEqual(one);
});

test('no seed puts a status newer than the documentation among the first 20 rows', () => {
  const plan = {
    account: 0,
    originMs: START_MS,
    rows: 100,
    rowsAbove: 4,
    publicWorkflows: 40,
    privateWorkflows: 3,
  };
  const statuses = Array.from({ length: 200 }, (_, seed) => generateHistory({ ...plan, seed }).status);
  const newer = statuses.map((codes) => [...codes].reverse().findIndex((code) => code >= 4) + plan.rowsAbove);
  expect(HISTORY_STATUSES.slice(4)).toEqual(['QUEUED', 'WAITING']);
  expect(Math.min(...newer)).toBeGreaterThanOrEqual(20);
  expect(Math.min(...newer)).toBeLessThan(37);
});

test('another day moves the data and changes nothing else', async () => {
  const settled = async (nowMs: number): Promise<readonly unknown[]> => {
    const sandbox = await sandboxWith({ clock: { now: () => nowMs }, generation: 'd1' });
    const { docs } = await list(sandbox, 'limit=250', OTHER_KEY);
    return docs.map(({ createdAt, name, status }) => [nowMs - Date.parse(createdAt), name, status]);
  };
  const [today, later] = [await settled(START_MS), await settled(START_MS + 400 * 86_400_000)];
  expect(today).toHaveLength(250);
  expect(later).toEqual(today);
});

test('there are no rows but those asked for, down to none', async () => {
  const counts = [0, 1, 2, 4, 5];
  const sandboxes = await Promise.all(counts.map((executions) => sandboxWith({ executions })));
  const demo = await Promise.all(sandboxes.map((sandbox) => list(sandbox, 'limit=100')));
  const other = await Promise.all(sandboxes.map((sandbox) => list(sandbox, 'limit=100', OTHER_KEY)));
  expect(demo.map((body) => [body.totalDocs, new Set(ids(body)).size])).toEqual(
    counts.map((count) => [count, count]),
  );
  expect(other.map((body) => body.totalDocs)).toEqual(counts);
  expect(demo.map((body) => ids(body)[0])).toEqual([undefined, ...counts.slice(1).map(() => FAILED)]);
});

test('a million executions: pages anywhere, with and without filters, agree with each other', async () => {
  const sandbox = await sandboxWith({ executions: 1_000_000, generation: 'd2' });
  const deep = await list(sandbox, 'page=50000&limit=10');
  expect(deep).toMatchObject({ totalDocs: 1_000_000, totalPages: 100_000, hasNextPage: true });
  expect(deep.docs).toHaveLength(10);
  const mirrored = await list(sandbox, 'page=50001&limit=10&sortAsc=true');
  expect(ids(mirrored)).toEqual(ids(deep).reverse());
  const last = await list(sandbox, 'page=100000&limit=10');
  expect(ids(await list(sandbox, 'limit=10&sortAsc=true'))).toEqual(ids(last).reverse());

  const filters = [
    'status=ERRORED',
    'execution_source=Event&execution_type=ASYNC',
    'slug=slack,jira&status=COMPLETED',
  ];
  const found = await Promise.all(filters.map((filter) => list(sandbox, `page=1000&limit=10&${filter}`)));
  expect(found.map((body) => body.docs.length)).toEqual([10, 10, 10]);
  const order = found.map((body) => body.docs.map((row) => row.createdAt));
  expect(order).toEqual(order.map((times) => [...times].sort().reverse()));
  expect(new Set(found[0]?.docs.map((row) => row['status']))).toEqual(new Set(['ERRORED']));

  const statuses = ['COMPLETED', 'ERRORED', 'TIMED_OUT', 'STOPPED', 'RUNNING', 'STOPPING'];
  const counts = await Promise.all(statuses.map((status) => list(sandbox, `limit=1&status=${status}`)));
  const documented = counts.reduce((sum, body) => sum + body.totalDocs, 0);
  expect(documented).toBeGreaterThan(950_000);
  expect(documented).toBeLessThan(1_000_000);
  const id = deep.docs[3]?._id ?? '';
  expect(ids(await list(sandbox, `execution_id=${id}`))).toEqual([id]);
  const day = deep.docs[3]?.createdAt.slice(0, 10) ?? '';
  const thatDay = await list(sandbox, `start_date=${day}&end_date=${day}&limit=1`);
  const [until, before] = await Promise.all([
    list(sandbox, `end_date=${day}&limit=1`),
    list(sandbox, `start_date=${day}&limit=1`),
  ]);
  expect(thatDay.totalDocs).toBe(until.totalDocs + before.totalDocs - 1_000_000);
});

test('options out of range are refused', async () => {
  await expect(sandboxWith({ executions: -1 })).rejects.toThrow(/^executions: /);
  await expect(sandboxWith({ accounts: 0 })).rejects.toThrow(/^accounts: /);
  await expect(sandboxWith({ burst: 0.5 })).rejects.toThrow(/^burst: /);
  await expect(sandboxWith({ rate: Number.NaN })).rejects.toThrow(/^rate: /);
});
