import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { startGateway, startStill, stopAll, type Answer, type Gateway } from '../support/gateway.ts';
import { STILL_CLOCK } from '../support/fake-clock.ts';

const STATUSES = ['COMPLETED', 'ERRORED', 'RUNNING', 'STOPPED', 'STOPPING', 'TIMED_OUT'] as const;
type Status = (typeof STATUSES)[number];
type Sort = 'ASC' | 'DESC';

const LIST = `query (
  $status: [ExecutionStatus!], $sort: SortDirection,
  $page: PageInput, $first: Int, $after: String, $last: Int, $before: String
) {
  executions(
    filter: { status: $status }, sort: $sort, page: $page, first: $first, after: $after, last: $last, before: $before
  ) {
    totalCount nodes { id status }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor totalPages startIndex }
  }
}`;

interface Row {
  readonly id: string;
  readonly status: string;
}

interface Listed {
  readonly executions: {
    readonly totalCount: number;
    readonly nodes: readonly Row[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
      readonly totalPages: number;
      readonly startIndex: number;
    };
  };
}

/** Gateways are shared by all runs of a property: a run resets the sandbox instead. */
let gateway: Gateway;

beforeAll(async () => {
  gateway = await startStill({
    sandbox: { executions: 40 },
    env: { MAX_PAGE_SIZE: '500', LOG_LEVEL: 'silent' },
    clock: STILL_CLOCK,
  });
  // From here on it is known that upstream can begin with the oldest, and no check of that is in the way.
  await ask({ sort: 'ASC', page: { size: 500 } });
});

afterAll(stopAll);

async function ask(variables: Record<string, unknown>): Promise<Answer<Listed>> {
  return gateway.query<Listed>(LIST, variables);
}

/** Something that happens to the data. */
type Event =
  | { readonly add: { readonly status: string; readonly count: number; readonly durationMs: number } }
  | { readonly advanceMs: number };

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    add: fc.record({
      status: fc.constantFrom(...STATUSES, 'QUEUED', 'WAITING'),
      count: fc.integer({ min: 1, max: 6 }),
      durationMs: fc.integer({ min: 1, max: 5000 }),
    }),
  }),
  fc.record({ advanceMs: fc.integer({ min: 0, max: 3000 }) }),
);

const anyData = fc.array(anyEvent, { maxLength: 12 });
const anyStatuses = fc.uniqueArray(fc.constantFrom(...STATUSES), { minLength: 2 });
const anySort = fc.constantFrom<Sort>('ASC', 'DESC');
const anySize = fc.integer({ min: 1, max: 30 });
const RUNS = { numRuns: 25 };

/** Puts the sandbox back to its start and lets these things happen. */
function prepare(events: readonly Event[]): void {
  gateway.sandbox.reset();
  for (const event of events) {
    if ('add' in event) gateway.sandbox.addExecutions({ account: 'demo@example.com', ...event.add });
    else gateway.sandbox.advanceClock(event.advanceMs);
  }
}

/** The rows of the full list that have one of the statuses, in its order. */
async function expectedRows(statuses: readonly Status[], sort: Sort): Promise<Row[]> {
  const { data } = await ask({ sort, page: { size: 500 } });
  return data.executions.nodes.filter(({ status }) => statuses.includes(status as Status));
}

/** Asks for a page and checks that upstream was asked once for each status at the most. */
async function expectPage(statuses: readonly Status[], variables: Record<string, unknown>) {
  const before = gateway.sandbox.requests().length;
  const { errors, data, extensions } = await ask({ status: statuses, ...variables });
  expect(errors).toEqual([]);
  const queries = gateway.sandbox
    .requests()
    .slice(before)
    .map(({ query }) => new URLSearchParams(query).get('status'));
  expect(queries.sort()).toEqual([...statuses].sort());
  expect(extensions.upstream.calls).toBe(statuses.length);
  return data.executions;
}

describe('a list of several statuses is the full list, filtered', () => {
  test('by numbered pages', async () => {
    await fc.assert(
      fc.asyncProperty(anyData, anyStatuses, anySort, anySize, async (events, statuses, sort, size) => {
        prepare(events);
        const rows = await expectedRows(statuses, sort);
        const pages = Math.ceil(rows.length / size) + 1;
        for (let number = 1; number <= pages; number++) {
          const page = await expectPage(statuses, { sort, page: { number, size } });
          const from = (number - 1) * size;
          expect(page.nodes).toEqual(rows.slice(from, from + size));
          expect(page.totalCount).toBe(rows.length);
          expect(page.pageInfo).toMatchObject({
            hasNextPage: from + size < rows.length,
            hasPreviousPage: from > 0,
            totalPages: Math.max(1, Math.ceil(rows.length / size)),
            startIndex: from + 1,
          });
        }
      }),
      RUNS,
    );
  });

  test('forward and back by cursors, in pages of changing sizes', async () => {
    const anySizes = fc.array(anySize, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(anyData, anyStatuses, anySort, anySizes, async (events, statuses, sort, sizes) => {
        prepare(events);
        const rows = await expectedRows(statuses, sort);
        const sizeAt = (step: number) => sizes[step % sizes.length] ?? 10;

        const forward: Row[] = [];
        let cursor: string | null = null;
        let more = true;
        for (let step = 0; more; step++) {
          const page = await expectPage(statuses, { sort, first: sizeAt(step), after: cursor });
          expect(page.totalCount).toBe(rows.length);
          forward.push(...page.nodes);
          cursor = page.pageInfo.endCursor;
          more = page.pageInfo.hasNextPage;
        }
        expect(forward).toEqual(rows);

        const back = rows.slice(-1);
        more = rows.length > 1;
        for (let step = 0; more; step++) {
          const page = await expectPage(statuses, { sort, last: sizeAt(step), before: cursor });
          back.unshift(...page.nodes);
          cursor = page.pageInfo.startCursor;
          more = page.pageInfo.hasPreviousPage;
        }
        expect(back).toEqual(rows);
      }),
      RUNS,
    );
  });

  test('and from its end, in two calls for each status', async () => {
    await fc.assert(
      fc.asyncProperty(anyData, anyStatuses, anySort, anySize, async (events, statuses, sort, size) => {
        prepare(events);
        const rows = await expectedRows(statuses, sort);
        const { errors, data, extensions } = await ask({ status: statuses, sort, last: size });
        expect(errors).toEqual([]);
        expect(data.executions.nodes).toEqual(rows.slice(-size));
        expect(data.executions.totalCount).toBe(rows.length);
        expect(extensions.upstream.calls).toBeLessThanOrEqual(2 * statuses.length);
      }),
      RUNS,
    );
  });
});

test('rows of one millisecond are each listed once, page by page', async () => {
  prepare(
    Array.from({ length: 5 }, () =>
      ['ERRORED', 'STOPPED'].map((status) => ({ add: { status, count: 3, durationMs: 1 } })),
    ).flat(),
  );
  const statuses = ['STOPPED', 'ERRORED'] as const;
  const rows = await expectedRows(statuses, 'DESC');
  const paged: Row[] = [];
  for (let number = 1; paged.length < rows.length; number++) {
    paged.push(...(await expectPage(statuses, { page: { number, size: 7 } })).nodes);
  }
  expect(paged).toEqual(rows);
});

test('neither the order of statuses nor repeats among them matter, for cursors either', async () => {
  prepare([]);
  const page = await expectPage(['ERRORED', 'COMPLETED'], { first: 3 });
  const others = [
    ['COMPLETED', 'ERRORED'],
    ['COMPLETED', 'ERRORED', 'COMPLETED', 'ERRORED', 'ERRORED'],
  ];
  for (const status of others) {
    const first = await ask({ status, first: 3 });
    expect(first.data.executions).toEqual(page);
    expect(first.extensions.upstream.calls).toBe(2);
    const second = await ask({ status, first: 3, after: page.pageInfo.endCursor });
    expect(second.errors).toEqual([]);
    expect(second.data.executions.nodes).toHaveLength(3);
  }
});

test('a cursor of other statuses is refused', async () => {
  prepare([]);
  const page = await expectPage(['ERRORED', 'COMPLETED'], { first: 3 });
  const after = page.pageInfo.endCursor;
  for (const status of [['ERRORED'], ['ERRORED', 'COMPLETED', 'STOPPED'], null]) {
    const { errors } = await ask({ status, first: 3, after });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
});

test('a run that moves between two reads is shown once, where it ended', async () => {
  prepare([]);
  const row = { _id: 'a'.repeat(24), createdAt: '2024-05-01T12:00:00.000Z' };
  const other = { _id: 'b'.repeat(24), createdAt: '2024-05-01T11:00:00.000Z', status: 'COMPLETED' };
  const answer = (status: string, docs: object[]) => {
    gateway.sandbox.addFault({ match: { query: { status } }, body: { docs, totalDocs: docs.length } });
  };
  answer('RUNNING', [{ ...row, status: 'RUNNING' }]);
  answer('COMPLETED', [{ ...row, status: 'COMPLETED' }, other]);
  const { data } = await ask({ status: ['RUNNING', 'COMPLETED'] });
  expect(data.executions).toMatchObject({
    totalCount: 2,
    nodes: [
      { id: row._id, status: 'COMPLETED' },
      { id: other._id, status: 'COMPLETED' },
    ],
  });
});

test('rows without a creation time are placed by their id', async () => {
  prepare([]);
  const idAt = (iso: string) => `${(Date.parse(iso) / 1000).toString(16)}${'0'.repeat(16)}`;
  const [newest, middle] = [idAt('2024-05-03T00:00:00Z'), idAt('2024-05-02T00:00:00Z')];
  const oldest = { _id: 'odd id', createdAt: '2024-05-01T00:00:00Z' };
  gateway.sandbox.addFault({
    match: { query: { status: 'ERRORED' } },
    body: { docs: [{ _id: newest }, oldest], totalDocs: 2 },
  });
  gateway.sandbox.addFault({
    match: { query: { status: 'STOPPED' } },
    body: { docs: [{ _id: middle }, { _id: 'no time' }], totalDocs: 2 },
  });
  const { data } = await ask({ status: ['ERRORED', 'STOPPED'] });
  expect(data.executions.nodes.map(({ id }) => id)).toEqual([newest, middle, 'odd id', 'no time']);
});

test('when one of the lists fails, so does the page', async () => {
  prepare([]);
  gateway.sandbox.addFault({ match: { query: { status: 'STOPPED' } }, status: 403 });
  const { data, errors } = await ask({ status: ['ERRORED', 'STOPPED'] });
  expect(errors).toMatchObject([{ path: ['executions'], extensions: { code: 'FORBIDDEN' } }]);
  expect(data).toEqual({ executions: null });
});

test.each(['d1', 'd2'] as const)('newest first in generation %s, too', async (generation) => {
  const { query } = await startStill({ sandbox: { generation } });
  const all = await query<Listed>(LIST, { page: { size: 100 } });
  const status = ['ERRORED', 'TIMED_OUT', 'STOPPED'];
  const merged = await query<Listed>(LIST, { status, page: { size: 10 } });
  const expected = all.data.executions.nodes.filter((row) => status.includes(row.status)).slice(0, 10);
  expect(merged.data.executions.nodes).toEqual(expected);
});

describe('numbered pages end at row 1,000', () => {
  const several = ['COMPLETED', 'ERRORED'];
  const DEEP = { sandbox: { executions: 3000 }, env: { MAX_PAGE_SIZE: '1000' } };

  test.each([
    { number: 101, size: 10 },
    { number: 2, size: 501 },
    { number: 1000, size: 1000 },
  ])('%j is refused without a call', async (page) => {
    const { query, sandbox } = await startGateway(DEEP);
    const { errors, data } = await query<Listed>(LIST, { status: several, page });
    expect(errors).toMatchObject([{ path: ['executions'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toContain('filter.status');
    expect(errors[0]?.message).toContain('1000');
    expect(data).toEqual({ executions: null });
    expect(sandbox.requests()).toEqual([]);
  });

  test('the last ones in front of it are answered, and cursors lead on from there', async () => {
    const { query, sandbox } = await startGateway(DEEP);
    const numbered = await query<Listed>(LIST, { status: several, page: { number: 100, size: 10 } });
    expect(numbered.errors).toEqual([]);
    const rows = numbered.data.executions.nodes;
    expect(rows).toHaveLength(10);
    expect(numbered.data.executions.pageInfo.hasNextPage).toBe(true);

    // A window that falls on no page of its size, and would on none of twice that.
    const odd = await query<Listed>(LIST, {
      status: several,
      last: 37,
      before: numbered.data.executions.pageInfo.endCursor,
    });
    expect(odd.errors).toEqual([]);
    expect(odd.data.executions.nodes.slice(-9)).toEqual(rows.slice(0, 9));
    expect(sandbox.requests()).toHaveLength(4);
    expect(odd.data.executions.pageInfo.startIndex).toBe(963);

    const next = await query<Listed>(LIST, {
      status: several,
      first: 1,
      after: numbered.data.executions.pageInfo.endCursor,
    });
    expect(next.errors).toEqual([]);
    expect(next.data.executions.pageInfo.startIndex).toBe(1001);
    expect(sandbox.requests()).toHaveLength(6);
  });

  test('the end of a list that is longer is answered', async () => {
    const { query } = await startGateway(DEEP);
    const { errors, data, extensions } = await query<Listed>(LIST, { status: several, last: 5 });
    expect(errors).toEqual([]);
    expect(data.executions.nodes).toHaveLength(5);
    expect(data.executions.totalCount).toBeGreaterThan(1000);
    expect(data.executions.pageInfo.startIndex).toBe(data.executions.totalCount - 4);
    expect(extensions.upstream.calls).toBe(4);
  });

  test('one status is not bounded', async () => {
    const { query } = await startGateway(DEEP);
    const { errors, data } = await query<Listed>(LIST, {
      status: ['COMPLETED', 'COMPLETED'],
      page: { number: 150, size: 10 },
    });
    expect(errors).toEqual([]);
    expect(data.executions.nodes).toHaveLength(10);
  });
});

test.each([[['UNKNOWN']], [['ERRORED', 'UNKNOWN', 'STOPPED']]])(
  '%j is refused without a call',
  async (status) => {
    prepare([]);
    const { errors } = await ask({ status });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toContain('filter.status');
    expect(gateway.sandbox.requests()).toEqual([]);
  },
);
