import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { startGateway, startServer, startStill, stopAll, type Gateway } from '../support/gateway.ts';

const LIST = `query (
  $filter: ExecutionFilter, $sort: SortDirection,
  $page: PageInput, $first: Int, $after: String, $last: Int, $before: String
) {
  executions(
    filter: $filter, sort: $sort, page: $page, first: $first, after: $after, last: $last, before: $before
  ) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor startIndex }
  }
}`;

interface Listed {
  readonly executions: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
      readonly startIndex: number;
    };
  };
}

/** One that asks upstream each time, and one that remembers. They are shared by all runs: a run resets the sandbox. */
let direct: Gateway;
let remembering: Gateway;

beforeAll(async () => {
  [direct, remembering] = (await Promise.all(
    ['0', '60000'].map((keptMs) =>
      startStill({
        sandbox: { executions: 40 },
        env: { MAX_PAGE_SIZE: '200', LOG_LEVEL: 'silent', CACHE_LIST_MS: keptMs },
      }),
    ),
  )) as [Gateway, Gateway];
});

afterAll(stopAll);

/** Something that happens between two pages: runs arrive, time passes, or somebody looks at another page. */
type Event =
  | { readonly arrive: { readonly status: string; readonly count: number; readonly durationMs?: number } }
  | { readonly passMs: number }
  | { readonly look: { readonly number: number; readonly size: number } };

interface Walk {
  readonly isCached: boolean;
  readonly before: readonly Event[];
  readonly between: readonly (readonly Event[])[];
  readonly filter: Record<string, unknown>;
  readonly sort: 'ASC' | 'DESC';
  readonly direction: 'forward' | 'backward';
  readonly size: number;
}

const anyEnded = fc.constantFrom('COMPLETED', 'ERRORED', 'TIMED_OUT', 'STOPPED', 'QUEUED');
const anyArrival = fc.record({
  arrive: fc.record({
    status: anyEnded,
    count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 90 })),
  }),
});
const anyRunning = fc.record({
  arrive: fc.record({
    status: fc.constant('RUNNING'),
    count: fc.integer({ min: 1, max: 6 }),
    durationMs: fc.integer({ min: 1, max: 5000 }),
  }),
});
const anyPassing = fc.record({ passMs: fc.integer({ min: 0, max: 3000 }) });
const anyLook = fc.record({
  look: fc.record({ number: fc.integer({ min: 1, max: 5 }), size: fc.integer({ min: 1, max: 40 }) }),
});

const anyFilter = fc.constantFrom<Record<string, unknown>>(
  {},
  { status: ['ERRORED'] },
  { status: ['COMPLETED'] },
  { status: ['ERRORED', 'TIMED_OUT', 'STOPPED'] },
  { source: 'EVENT' },
  { type: 'ASYNC' },
  { applicationSlugs: ['slack', 'hubspot'] },
  { startDate: '2023-10-01' },
);

function anyWalk(event: fc.Arbitrary<Event>): fc.Arbitrary<Walk> {
  return fc.record({
    isCached: fc.boolean(),
    before: fc.array(event, { maxLength: 4 }),
    between: fc.array(fc.array(event, { maxLength: 3 }), { maxLength: 6 }),
    filter: anyFilter,
    sort: fc.constantFrom('ASC', 'DESC'),
    direction: fc.constantFrom('forward', 'backward'),
    size: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 60 })),
  });
}

async function ask({ query }: Gateway, variables: Record<string, unknown>) {
  const { data, errors } = await query<Listed>(LIST, variables);
  expect(errors).toEqual([]);
  return data.executions;
}

async function happen(gateway: Gateway, events: readonly Event[], list: object): Promise<void> {
  for (const event of events) {
    if ('arrive' in event) gateway.sandbox.addExecutions({ account: 'demo@example.com', ...event.arrive });
    else if ('passMs' in event) gateway.sandbox.advanceClock(event.passMs);
    else await ask(gateway, { ...list, page: event.look });
  }
}

/** Ends what is remembered for the caller, as any change does. */
async function forget({ query }: Gateway): Promise<void> {
  await query(`mutation { stopExecution(id: "000000000000000000000000") { message } }`);
}

/** All rows as they are now, straight from upstream and filtered as it filters them. */
async function rowsNow(gateway: Gateway, list: object): Promise<string[]> {
  await forget(gateway);
  const rows: string[] = [];
  for (let number = 1; ; number++) {
    const { nodes, pageInfo } = await ask(gateway, { ...list, page: { number, size: 200 } });
    rows.push(...nodes.map(({ id }) => id));
    if (!pageInfo.hasNextPage) return rows;
  }
}

/** Walks through a list while things happen. */
async function walk(gateway: Gateway, { between, filter, sort, direction, size }: Walk): Promise<string[]> {
  const list = { filter, sort };
  const met: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 1000; page++) {
    const { nodes, pageInfo } = await ask(
      gateway,
      direction === 'forward'
        ? { ...list, first: size, after: cursor }
        : { ...list, last: size, before: cursor },
    );
    const ids = nodes.map(({ id }) => id);
    if (direction === 'forward') met.push(...ids);
    else met.unshift(...ids);
    cursor = direction === 'forward' ? pageInfo.endCursor : pageInfo.startCursor;
    if (!(direction === 'forward' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return met;
    await happen(gateway, between[page] ?? [], list);
  }
  throw new Error('the walk did not end');
}

async function prepare({ isCached, before, filter, sort }: Walk) {
  const gateway = isCached ? remembering : direct;
  gateway.sandbox.reset();
  await happen(gateway, before, { filter, sort });
  return { gateway, atStart: await rowsNow(gateway, { filter, sort }) };
}

describe('a walk by cursors', () => {
  test('meets every row that was there at its start exactly once, in order, whatever arrives meanwhile', async () => {
    const event = fc.oneof<fc.Arbitrary<Event>[]>(anyArrival, anyLook);
    await fc.assert(
      fc.asyncProperty(anyWalk(event), async (course) => {
        const { gateway, atStart } = await prepare(course);
        const met = await walk(gateway, course);
        expect(new Set(met).size).toBe(met.length);
        const old = new Set(atStart);
        expect(met.filter((id) => old.has(id))).toEqual(atStart);
      }),
      { numRuns: 150 },
    );
  });

  test('meets every row that matches all the time exactly once, in order, while others come and go', async () => {
    const event = fc.oneof<fc.Arbitrary<Event>[]>(anyArrival, anyRunning, anyPassing, anyLook);
    const anyLively = anyWalk(event).map((course) => ({
      ...course,
      isCached: false,
      filter: course.filter['status'] === undefined ? { status: ['RUNNING'] } : course.filter,
    }));
    await fc.assert(
      fc.asyncProperty(anyLively, async (course) => {
        const { gateway, atStart } = await prepare(course);
        const met = await walk(gateway, course);
        const atEnd = new Set(await rowsNow(gateway, { filter: course.filter, sort: course.sort }));
        expect(new Set(met).size).toBe(met.length);
        const steady = new Set(atStart.filter((id) => atEnd.has(id)));
        expect(met.filter((id) => steady.has(id))).toEqual(atStart.filter((id) => steady.has(id)));
      }),
      { numRuns: 100 },
    );
  });
});

/** A gateway over that many executions, with a page of them read: its cursors, and what it has cost since. */
async function afterPage(size: number) {
  const gateway = await startStill({ sandbox: { executions: 500 } });
  const page = await ask(gateway, { first: size });
  const arrive = (count: number) =>
    gateway.sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED', count });
  const costOf = async (variables: Record<string, unknown>) => {
    const { data, errors, extensions } = await gateway.query<Listed>(LIST, variables);
    return { errors, calls: extensions.upstream.calls, startIndex: data.executions.pageInfo.startIndex };
  };
  return { gateway, page, arrive, costOf };
}

test.each([
  [0, 1],
  [1, 2],
  [9, 2],
  [10, 2],
  [250, 2],
  [3000, 2],
])(
  'behind a row, with %i new ones in front of it, a page costs at most %i calls',
  async (arrived, atMost) => {
    const { page, arrive, costOf } = await afterPage(10);
    if (arrived > 0) arrive(arrived);
    const { errors, calls, startIndex } = await costOf({ first: 10, after: page.pageInfo.endCursor });
    expect(errors).toEqual([]);
    expect(startIndex).toBe(11 + arrived);
    expect(calls).toBeLessThanOrEqual(atMost);
  },
);

test('what is remembered from before a cursor was made does not hide what it comes from', async () => {
  const gateway = await startStill({
    sandbox: { executions: 30 },
    env: { CACHE_LIST_MS: '60000' },
  });
  // The page that the walk will ask for, as it was before two more arrived.
  const covering = { page: { number: 1, size: 6 } };
  const old = await ask(gateway, covering);
  const [second, first] = gateway.sandbox.addExecutions({
    account: 'demo@example.com',
    status: 'COMPLETED',
    count: 2,
  });
  const newest = await ask(gateway, { first: 1 });
  expect(newest.nodes).toEqual([{ id: first }]);
  const next = await ask(gateway, { first: 5, after: newest.pageInfo.endCursor });
  expect(next.nodes.map(({ id }) => id)).toEqual([second, ...old.nodes.slice(0, 4).map(({ id }) => id)]);
});

test('a row that cannot be found again is told, within eight calls', async () => {
  let createdAt = '2023-01-01';
  const upstreamUrl = await startServer((incoming, response) => {
    const limit = Number(new URL(incoming.url ?? '', 'http://upstream').searchParams.get('limit'));
    const docs = Array.from({ length: limit }, (_, place) => ({
      _id: `${createdAt} ${String(place)}`,
      createdAt,
    }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ docs, totalDocs: 1e9 }));
  });
  const gateway = await startGateway({ upstreamUrl });
  const page = await ask(gateway, { first: 11 });
  createdAt = '2030-01-01';
  const { errors, extensions } = await gateway.query(LIST, { first: 10, after: page.pageInfo.endCursor });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors[0]?.message).toContain('after');
  expect(extensions.upstream.calls).toBe(8);
});

/** Runs of one moment, in an order that their ids do not tell. */
const OF_ONE_MOMENT = ['7', '2', '9', '4', '1', '8', '3', '6', '5'];

test('runs of one moment are met once, while others arrive', async () => {
  const rows = OF_ONE_MOMENT.map((_id) => ({ _id, createdAt: '2024-01-02T00:00:00Z' }));
  const upstreamUrl = await startServer(({ url = '' }, response) => {
    const query = new URL(url, 'http://upstream').searchParams;
    const [page, limit] = [Number(query.get('page')), Number(query.get('limit'))];
    const docs = rows.slice((page - 1) * limit, page * limit);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ docs, totalDocs: rows.length }));
  });
  const gateway = await startStill({ upstreamUrl });
  const met: string[] = [];
  let before: string | null = null;
  for (const nth of [1, 2, 3, 4, 5]) {
    const { nodes, pageInfo } = await ask(gateway, { last: 2, before });
    met.unshift(...nodes.map(({ id }) => id));
    before = pageInfo.startCursor;
    rows.unshift({ _id: `new-${String(nth)}`, createdAt: '2024-01-03T00:00:00Z' });
  }
  expect(met.slice(met.lastIndexOf('new-1') + 1)).toEqual(OF_ONE_MOMENT);
});
