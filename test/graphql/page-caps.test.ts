import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, type ListBody } from '../support/sandbox.ts';
import { startStill, stopAll, type Gateway } from '../support/gateway.ts';

afterEach(stopAll);

const LIST = `query (
  $status: [ExecutionStatus!], $page: PageInput, $first: Int, $after: String, $last: Int, $before: String
) {
  executions(
    filter: { status: $status }, page: $page, first: $first, after: $after, last: $last, before: $before
  ) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor totalPages }
  }
}`;

interface Listed {
  readonly executions: {
    readonly totalCount: number | null;
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
      readonly totalPages: number | null;
    };
  };
}

/** The ids of all rows, newest first, read past the gateway in pages that any upstream makes. */
async function idsOf({ sandbox }: Gateway, statuses: readonly string[] | null = null): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const { docs } = (await ask<ListBody>(sandbox, `/execution?limit=7&page=${String(page)}`)).body;
    const wanted = docs.filter((row) => statuses === null || statuses.includes(String(row['status'])));
    ids.push(...wanted.map(({ _id }) => _id));
    if (docs.length < 7) return ids;
  }
}

async function listOf({ query }: Gateway, variables: Record<string, unknown>) {
  const { data, errors } = await query<Listed>(LIST, variables);
  expect(errors).toEqual([]);
  const { nodes, pageInfo, totalCount } = data.executions;
  return { ids: nodes.map(({ id }) => id), pageInfo, totalCount };
}

/** Everything that a walk meets. */
async function walk(gateway: Gateway, size: number, direction: 'first' | 'last'): Promise<string[]> {
  const met: string[] = [];
  let cursor: string | null = null;
  for (let more = true; more;) {
    const window: Record<string, unknown> =
      direction === 'first' ? { first: size, after: cursor } : { last: size, before: cursor };
    const { ids, pageInfo } = await listOf(gateway, window);
    if (direction === 'first') met.push(...ids);
    else met.unshift(...ids);
    cursor = direction === 'first' ? pageInfo.endCursor : pageInfo.startCursor;
    more = direction === 'first' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
  }
  return met;
}

describe.each([
  [100, []],
  [50, []],
  [7, []],
  [50, ['limit']],
  [7, ['limit']],
  [7, ['limit', 'hasNextPage', 'totalPages']],
])('where upstream makes pages of %i rows, and its envelope lacks %j', (maxLimit, omit) => {
  const start = (executions: number) => startStill({ sandbox: { executions, maxLimit, omit } });

  test('numbered pages and windows of any size are those of the whole list', async () => {
    const gateway = await start(130);
    const ids = await idsOf(gateway);
    const second = await listOf(gateway, { page: { number: 2, size: 60 } });
    expect([second.ids, second.totalCount]).toEqual([ids.slice(60, 120), 130]);
    expect((await listOf(gateway, { page: { number: 2, size: 100 } })).ids).toEqual(ids.slice(100));
    expect((await listOf(gateway, { page: { number: 3, size: 100 } })).ids).toEqual([]);
    expect(await walk(gateway, 45, 'first')).toEqual(ids);
    expect(await walk(gateway, 60, 'last')).toEqual(ids);
  });

  test('so are those of two statuses, also on page 5', async () => {
    const gateway = await start(130);
    const status = ['COMPLETED', 'ERRORED'];
    const ids = await idsOf(gateway, status);
    expect((await listOf(gateway, { status, page: { number: 5, size: 10 } })).ids).toEqual(ids.slice(40, 50));
    const { pageInfo } = await listOf(gateway, { status, first: 10 });
    const next = await listOf(gateway, { status, first: 20, after: pageInfo.endCursor });
    expect(next.ids).toEqual(ids.slice(10, 30));
  });

  test('counts, buckets and bulk changes hold every row', async () => {
    const gateway = await start(60);
    const failed = await idsOf(gateway, ['ERRORED', 'STOPPED', 'TIMED_OUT']);
    const { data, errors } = await gateway.query<{
      executionCounts: {
        byStatus: { count: number }[];
        buckets: { partial: boolean; nodes: { total: number | null }[] };
      };
    }>(`{ executionCounts(filter: { startDate: "2023-10-25", endDate: "2023-10-31" }) {
      byStatus { count } buckets { partial nodes { total } }
    } }`);
    expect(errors).toEqual([]);
    const range = '/execution?limit=7&start_date=2023-10-25&end_date=2023-10-31';
    const { totalDocs } = (await ask<ListBody>(gateway.sandbox, range)).body;
    const { byStatus, buckets } = data.executionCounts;
    expect(byStatus.reduce((sum, { count }) => sum + count, 0)).toBe(totalDocs);
    const counted = buckets.nodes.reduce((sum, { total }) => sum + (total ?? 0), 0);
    expect(counted === totalDocs || buckets.partial).toBe(true);
    const dryRun = await gateway.query<{ rerunExecutions: { executionIds: string[] } }>(
      'mutation { rerunExecutions(input: { filter: {}, dryRun: true }) { executionIds } }',
    );
    expect(dryRun.errors).toEqual([]);
    expect(dryRun.data.rerunExecutions.executionIds).toEqual(failed);
  });
});

test('no page is asked to be larger than MAX_PAGE_SIZE, and a cap is learned once', async () => {
  const gateway = await startStill({ sandbox: { executions: 300, maxLimit: 50 } });
  await listOf(gateway, { page: { number: 2, size: 100 } });
  await listOf(gateway, { page: { number: 3, size: 100 } });
  const limits = gateway.sandbox.requests().map(({ query }) => new URLSearchParams(query).get('limit'));
  expect(limits).toEqual(['100', '50', '50', '50', '50']);
});

describe.each(['high', 'low', 'text', 'missing', 'changing'] as const)('totals that are %s', (totalDocs) => {
  test('never make a page wrong, nor an empty one claim more', async () => {
    const gateway = await startStill({ sandbox: { executions: 100, totalDocs } });
    const ids = await idsOf(gateway);
    for (const number of [1, 2, 4, 5, 6]) {
      const { ids: found, pageInfo } = await listOf(gateway, { page: { number, size: 24 } });
      expect(found).toEqual(ids.slice((number - 1) * 24, number * 24));
      expect(pageInfo.hasNextPage && found.length === 0).toBe(false);
    }
    const { totalCount, pageInfo } = await listOf(gateway, { page: { number: 5, size: 24 } });
    expect([null, 100]).toContain(totalCount);
    expect(pageInfo.totalPages).toBe(totalCount === null ? null : 5);
    expect((await listOf(gateway, { last: 10 })).ids).toEqual(ids.slice(-10));
  });
});

test('a walk over two statuses is finished, however long it is and however many arrive meanwhile', async () => {
  const gateway = await startStill({ sandbox: { executions: 3000 } });
  const status = ['COMPLETED', 'ERRORED'];
  const rows = (await ask<ListBody>(gateway.sandbox, '/execution?limit=3000')).body.docs;
  const ids = rows.filter((row) => status.includes(String(row['status']))).map(({ _id }) => _id);
  expect(ids.length).toBeGreaterThan(1500);
  const met: string[] = [];
  let after: string | null = null;
  for (let more = true; more;) {
    const { ids: found, pageInfo } = await listOf(gateway, { status, first: 100, after });
    met.push(...found);
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    for (const arrived of status) {
      gateway.sandbox.addExecutions({ account: 'demo@example.com', status: arrived, count: 10 });
    }
  }
  expect(met).toEqual(ids);
});
