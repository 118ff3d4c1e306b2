import { afterEach, describe, expect, test } from '@jest/globals';
import { startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { asked, DESCRIPTIONS, failures, kindOf, workflowRows, type Executions } from '../support/look-ups.ts';

afterEach(stopAll);

/** Makes the newest runs of the account ones of these workflows, and asks for their descriptions. */
async function describeRunsOf(gateway: Gateway, workflowIds: readonly string[]) {
  for (const workflowId of workflowIds) {
    gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId });
  }
  const before = gateway.sandbox.requests().length;
  const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS, {
    page: { size: workflowIds.length },
  });
  expect(errors).toEqual([]);
  expect(data.executions.nodes.map(({ workflow }) => workflow)).toEqual(
    [...workflowIds].reverse().map((id) => ({ id, description: expect.stringContaining(' runs in ') })),
  );
  return asked(gateway).slice(before + 1);
}

describe('workflows are looked up by single reads or by list pages, whichever is fewer calls', () => {
  /** Places among the public workflows, 0 to 39, and how many private ones; what upstream is asked for them. */
  test.each<[string, number[], number, string[]]>([
    ['1 public', [7], 0, ['one']],
    ['2 public', [7, 30], 0, ['public 1']],
    ['3 public', [7, 30, 31], 0, ['public 1']],
    ['the same one five times', [7, 7, 7, 7, 7], 0, ['one']],
    ['two, again and again', [7, 8, 7, 8, 7, 8], 0, ['public 1']],
    ['10 public', [0, 1, 2, 3, 4, 5, 6, 7, 38, 39], 0, ['public 1']],
    ['1 private', [], 1, ['one']],
    ['2 private', [], 2, ['public 1', 'one', 'one']],
    ['1 public, 1 private', [7], 1, ['public 1', 'one']],
    ['3 private', [], 3, ['public 1', 'private 1']],
    ['1 public, 2 private', [7], 2, ['public 1', 'private 1']],
    ['2 public, 1 private', [7, 8], 1, ['public 1', 'one']],
    ['5 public, 3 private', [0, 1, 2, 3, 4], 3, ['public 1', 'private 1']],
  ])('%s', async (_what, publicPlaces, privateCount, expected) => {
    const gateway = await startStill();
    const publicRows = await workflowRows(gateway);
    const privateRows = await workflowRows(gateway, 'private');
    const ids = [
      ...publicPlaces.map((place) => publicRows[place]),
      ...privateRows.slice(0, privateCount),
    ].map((row) => String(row?._id));
    expect((await describeRunsOf(gateway, ids)).map(kindOf)).toEqual(expected);
  });

  test.each<[string, number, number[], string[]]>([
    ['all on the first of 4 pages', 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], ['public 1']],
    ['on the first two pages', 10, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19], ['public 1', 'public 2']],
    ['half on the first page', 10, [0, 1, 2, 3, 4, 20, 21, 22, 23, 24], ['public 1', 'public 2', 'public 3']],
    [
      'on the last of 4 pages',
      10,
      [30, 31, 32, 33, 34, 35, 36, 37, 38, 39],
      ['public 1', 'public 2', 'public 3', 'public 4'],
    ],
    ['few, beyond the first of 4 pages', 10, [37, 38, 39], ['public 1', 'private 1', 'one', 'one', 'one']],
    ['one beyond the first page', 10, [0, 1, 39], ['public 1', 'one']],
    [
      'pages so small that single reads cost less',
      4,
      [20, 24, 28, 32],
      ['public 1', 'private 1', 'one', 'one', 'one', 'one'],
    ],
  ])('many pages: %s', async (_what, maxPageSize, places, expected) => {
    const gateway = await startStill({ env: { MAX_PAGE_SIZE: String(maxPageSize) } });
    const rows = await workflowRows(gateway);
    const paths = await describeRunsOf(
      gateway,
      places.map((place) => String(rows[place]?._id)),
    );
    expect(paths.map(kindOf)).toEqual(expected);
    expect(
      paths
        .filter((path) => path.includes('?'))
        .every((path) => path.includes(`&limit=${String(maxPageSize)}`)),
    ).toBe(true);
  });

  test.each([
    [2, 3],
    [3, 5],
    [10, 19],
  ])('in neither list, however long they are, %i cost %i calls', async (count, cost) => {
    const gateway = await startStill({ env: { MAX_PAGE_SIZE: '20' } });
    const unknown = Array.from({ length: count }, (_, nth) => ({
      _id: `run-${String(nth)}`,
      associated_workflow: { _id: `gone-${String(nth)}`, name: 'Gone', icon: '' },
    }));
    gateway.sandbox.addFault({
      match: { route: 'GET /execution' },
      body: { docs: unknown, totalDocs: count },
    });
    // Lists of as many pages as may just be read.
    const pages = Math.max(1, count - 1);
    for (let page = 1; page <= pages; page++) {
      const docs = Array.from({ length: 20 }, (_, nth) => ({ _id: `w-${String(page)}-${String(nth)}` }));
      gateway.sandbox.addFault({
        match: { route: 'GET /workflow', query: { page: String(page) } },
        body: { docs, totalDocs: 20 * pages },
        times: 1000,
      });
    }
    const { errors, extensions } = await gateway.query(DESCRIPTIONS);
    expect(new Set(failures(errors).map((failure) => failure.split(': ')[1]))).toEqual(
      new Set(['NOT_FOUND']),
    );
    expect(extensions.upstream.calls - 1).toBe(cost);
    expect(cost).toBeLessThan(2 * count);
    expect(asked(gateway).slice(1).map(kindOf)).toHaveLength(cost);
  });

  test('the single reads are of exactly the workflows that are missing, each once', async () => {
    const gateway = await startStill({ env: { MAX_PAGE_SIZE: '10' } });
    const rows = await workflowRows(gateway);
    const [near, far, farther] = [rows[0], rows[38], rows[39]].map((row) => String(row?._id));
    const paths = await describeRunsOf(gateway, [far, near, farther, far].map(String));
    const single = paths.filter((path) => kindOf(path) === 'one');
    expect([...single].sort()).toEqual([`/workflow/${String(far)}`, `/workflow/${String(farther)}`].sort());
  });
});
