import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';

import { cursorOf } from '../../src/lists/cursor.ts';
import type { PageRequest } from '../../src/lists/page.ts';
import { readConnection } from '../../src/lists/window-reader.ts';
import { readWindow } from '../../src/lists/window.ts';
import { ask, fakeClock } from '../support/sandbox.ts';
import type { ListBody } from '../support/sandbox.ts';
import { STANDING, startGateway, stopAll } from '../support/gateway.ts';
import type { Answer } from '../support/gateway.ts';

afterEach(stopAll);

const PAGE_INFO = `pageInfo {
  hasNextPage hasPreviousPage startCursor endCursor
  currentPage pageSize totalPages nextPage previousPage startIndex
}`;

const EXECUTIONS = `query (
  $page: PageInput, $first: Int, $after: String, $last: Int, $before: String,
  $sort: SortDirection, $filter: ExecutionFilter
) {
  list: executions(
    page: $page, first: $first, after: $after, last: $last, before: $before, sort: $sort, filter: $filter
  ) { totalCount edges { cursor node { id } } nodes { id } ${PAGE_INFO} }
}`;

const WORKFLOWS = `query ($page: PageInput, $first: Int, $after: String, $filter: WorkflowFilter) {
  list: workflows(page: $page, first: $first, after: $after, filter: $filter) {
    totalCount edges { cursor node { id } } nodes { id } ${PAGE_INFO}
  }
}`;

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly currentPage: number | null;
  readonly nextPage: number | null;
  readonly previousPage: number | null;
}

interface Listed {
  readonly list: {
    readonly totalCount: number;
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: PageInfo;
  };
}

/** Paging arguments; `after` and `before` are places in the list (0-based) instead of cursors. */
interface Window {
  readonly first?: number;
  readonly last?: number;
  readonly after?: number;
  readonly before?: number;
}

/** A gateway in front of that many executions, which stand still. */
async function gatewayOver(executions: number, maxPageSize = 100) {
  return startGateway({
    sandbox: { executions, clock: fakeClock() },
    env: { MAX_PAGE_SIZE: String(maxPageSize), LOG_LEVEL: 'silent' },
    clock: STANDING,
  });
}

type Gateway = Awaited<ReturnType<typeof gatewayOver>>;

/** The ids of all of the executions, straight from upstream. */
async function allIds({ sandbox }: Gateway, route = '/execution?'): Promise<string[]> {
  const { body } = await ask<ListBody>(sandbox, `${route}limit=1000`);
  return body.docs.map(({ _id }) => _id);
}

/** The cursors of all of the executions, in order; read by numbered pages of that size. */
async function allCursors({ query }: Gateway, size: number): Promise<string[]> {
  const cursors: string[] = [];
  for (let number = 1; ; number++) {
    const { data } = await query<Listed>(EXECUTIONS, { page: { number, size } });
    cursors.push(...data.list.edges.map(({ cursor }) => cursor));
    if (!data.list.pageInfo.hasNextPage) return cursors;
  }
}

/** What the Relay specification says of a window: first what `after` and `before` leave, then `first` or `last`. */
function placesOf({ first, last, after = -1, before = Infinity }: Window, total: number): number[] {
  const places = Array.from({ length: total }, (_, place) => place);
  const between = places.filter((place) => place > after && place < before);
  if (first !== undefined) return between.slice(0, first);
  return last === undefined ? between : between.slice(-last);
}

/** Asks for windows, some at a time, and answers them in order. */
async function askWindows({ query }: Gateway, cursors: readonly string[], windows: readonly Window[]) {
  const answers: Answer<Listed>[] = [];
  const todo = windows.entries();
  const work = async () => {
    for (const [index, { first, last, after, before }] of todo) {
      const cursorOf = (place: number | undefined) => (place === undefined ? null : cursors[place]);
      answers[index] = await query<Listed>(EXECUTIONS, {
        first: first ?? null,
        last: last ?? null,
        after: cursorOf(after),
        before: cursorOf(before),
      });
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return answers;
}

/** Checks each window against the whole list: its rows, their cursors, what `pageInfo` says, and its cost. */
async function expectSlices(
  gateway: Gateway,
  windows: readonly Window[],
  ids: readonly string[],
  size: number,
) {
  const total = ids.length;
  const cursors = await allCursors(gateway, size);
  expect(cursors).toHaveLength(total);
  const callsBefore = callsTo(gateway, 'GET /execution');
  const answers = await askWindows(gateway, cursors, windows);
  const found = answers.map(({ errors, data, extensions }, index) => ({
    window: windows[index],
    errors,
    totalCount: data.list.totalCount,
    nodes: data.list.nodes.map(({ id }) => id),
    edges: data.list.edges.map(({ cursor, node }) => [cursor, node.id]),
    ends: [data.list.pageInfo.startCursor, data.list.pageInfo.endCursor],
    more: data.list.nodes.length > 0 && [data.list.pageInfo.hasPreviousPage, data.list.pageInfo.hasNextPage],
    isCheap: extensions.upstream.calls + extensions.upstream.coalesced <= 2,
  }));
  const expected = windows.map((window) => {
    const places = placesOf(window, total);
    const [start = null, end = null] = [places.at(0), places.at(-1)];
    return {
      window,
      errors: [],
      totalCount: total,
      nodes: places.map((place) => ids[place]),
      edges: places.map((place) => [cursors[place], ids[place]]),
      ends: [start, end].map((place) => (place === null ? null : cursors[place])),
      more: start !== null && end !== null && [start > 0, end < total - 1],
      isCheap: true,
    };
  });
  expect(found).toEqual(expected);
  const sent = answers.map(({ extensions }) => extensions.upstream.calls);
  expect(callsTo(gateway, 'GET /execution') - callsBefore).toBe(sent.reduce((sum, count) => sum + count, 0));
  // Calls that others made at the same moment are shared.
  return answers.map(({ extensions }) => extensions.upstream.calls + extensions.upstream.coalesced);
}

/** How many requests of a route the sandbox has counted. */
function callsTo({ sandbox }: Gateway, route: string): number {
  return Object.values(sandbox.stats().requests[route] ?? {}).reduce((sum, count) => sum + count, 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Every way to write down a place, that of none included. */
function places(total: number): (number | undefined)[] {
  return [undefined, ...range(0, total - 1)];
}

function windowOf(key: 'first' | 'last', size: number, after?: number, before?: number): Window {
  return { [key]: size, ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
}

/** Every window of these sizes between any two rows, or from an end. */
function everyWindow(total: number, sizes: readonly number[]): Window[] {
  return places(total).flatMap((after) =>
    places(total).flatMap((before) =>
      sizes.flatMap((size) => [
        windowOf('first', size, after, before),
        windowOf('last', size, after, before),
      ]),
    ),
  );
}

describe('numbered pages', () => {
  test.each([
    [37, 10],
    [37, 1],
    [37, 37],
    [40, 8],
    [0, 10],
    [3, 100],
  ])('of %i rows in pages of %i, agree with upstream in every field', async (executions, size) => {
    const gateway = await gatewayOver(executions);
    const last = Math.max(1, Math.ceil(executions / size));
    for (const number of range(1, last + 2)) {
      const { data, errors } = await gateway.query<Listed>(EXECUTIONS, { page: { number, size } });
      const { body } = await ask<ListBody>(
        gateway.sandbox,
        `/execution?page=${String(number)}&limit=${String(size)}`,
      );
      const { edges, nodes, totalCount, pageInfo } = data.list;
      expect(errors).toEqual([]);
      expect(nodes.map(({ id }) => id)).toEqual(body.docs.map(({ _id }) => _id));
      expect(edges.map(({ node }) => node)).toEqual(nodes);
      expect(totalCount).toBe(body.totalDocs);
      expect(pageInfo).toEqual({
        hasNextPage: body.hasNextPage,
        hasPreviousPage: body.hasPrevPage,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
        currentPage: body.page,
        pageSize: body.limit,
        totalPages: body.totalPages,
        nextPage: body.nextPage,
        previousPage: body.prevPage,
        startIndex: body.pagingCounter,
      });
    }
    expect(callsTo(gateway, 'GET /execution')).toBe(2 * (last + 2));
  });

  test('are the same, whatever of the envelope upstream leaves out', async () => {
    const gateways = await Promise.all(
      (['d1', 'd2'] as const).map((generation) =>
        startGateway({ sandbox: { executions: 37, generation, clock: fakeClock() }, clock: STANDING }),
      ),
    );
    for (const number of range(1, 6)) {
      const answers = await Promise.all(
        gateways.map(({ query }) => query<Listed>(EXECUTIONS, { page: { number, size: 8 } })),
      );
      expect(answers[0]?.data.list.totalCount).toBe(37);
      expect(answers[1]?.data).toEqual(answers[0]?.data);
    }
  });
});

test.each([
  [{ limit: 5 }, 'Upstream made pages of 5 rows where 10 were asked for'],
  [{ page: 1 }, 'Upstream answered page 1 where 2 was asked for'],
  [{ limit: 5, page: 2 }, 'Upstream made pages of 5 rows where 10 were asked for'],
])('another page than the one asked for is refused: %j', async (envelope, message) => {
  const gateway = await gatewayOver(37);
  const body = { docs: [], totalDocs: 37, ...envelope };
  for (const route of ['/execution', '/workflow']) {
    gateway.sandbox.addFault({ match: { route: `GET ${route}` }, body });
  }
  for (const text of [EXECUTIONS, WORKFLOWS]) {
    const { errors } = await gateway.query<unknown>(text, { page: { number: 2 } });
    expect(errors).toMatchObject([{ message, extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  }
});

test.each([{ limit: 10, page: 2 }, { limit: null, page: null }, { limit: '5', page: 'x' }, {}])(
  'a page that says so, or does not say, is taken: %j',
  async (envelope) => {
    const gateway = await gatewayOver(37);
    const body = { docs: [{ _id: 'a' }], totalDocs: 11, ...envelope };
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body });
    const { data, errors } = await gateway.query<Listed>(EXECUTIONS, { page: { number: 2 } });
    expect([errors, data.list.nodes]).toEqual([[], [{ id: 'a' }]]);
  },
);

/** Page sizes of walks: small ones, such as divide the lists evenly, and ones around their lengths. */
const WALKS = [1, 2, 3, 4, 7, 10, 12, 18, 19, 36, 37, 38, 39, 40, 41];

describe('Relay walks', () => {
  test.each([
    ['forward', 'DESC'],
    ['forward', 'ASC'],
    ['backward', 'DESC'],
    ['backward', 'ASC'],
  ])('%s, %s: every size meets every row once, in order', async (direction, sort) => {
    const gateway = await gatewayOver(37);
    const ids = await allIds(gateway, `/execution?sortAsc=${String(sort === 'ASC')}&`);
    expect(new Set(ids).size).toBe(37);
    for (const size of WALKS) {
      const met: string[] = [];
      let cursor: string | null = null;
      let more = true;
      while (more) {
        const window: Record<string, unknown> =
          direction === 'forward' ? { first: size, after: cursor } : { last: size, before: cursor };
        const { data, errors, extensions }: Answer<Listed> = await gateway.query<Listed>(EXECUTIONS, {
          ...window,
          sort,
        });
        expect([errors, extensions.upstream.calls <= 2]).toEqual([[], true]);
        const page = data.list.nodes.map(({ id }) => id);
        const { hasNextPage, hasPreviousPage, startCursor, endCursor } = data.list.pageInfo;
        if (direction === 'forward') {
          met.push(...page);
          [cursor, more] = [endCursor, hasNextPage];
        } else {
          met.unshift(...page);
          [cursor, more] = [startCursor, hasPreviousPage];
        }
        // A walk that goes round in circles ends here.
        more &&= met.length <= ids.length;
      }
      expect({ size, met }).toEqual({ size, met: ids });
    }
  });

  test('a walk through a filtered list, and one that begins at a numbered page', async () => {
    const gateway = await gatewayOver(120);
    const ids = await allIds(gateway, '/execution?status=ERRORED&');
    expect(ids.length).toBeGreaterThan(5);
    const filter = { status: ['ERRORED'] };
    const start = await gateway.query<Listed>(EXECUTIONS, { filter, page: { number: 2, size: 2 } });
    const { endCursor: after } = start.data.list.pageInfo;
    const rest = await gateway.query<Listed>(EXECUTIONS, { filter, first: 100, after });
    expect(rest.data.list.nodes.map(({ id }) => id)).toEqual(ids.slice(4));
    expect(rest.data.list.totalCount).toBe(ids.length);
  });
});

describe('Relay windows', () => {
  const SIZES = [1, 3, 10, 17, 36, 40];

  test('37 rows: sizes small and large behind every row, in one call each', async () => {
    const gateway = await gatewayOver(37);
    const windows = places(37).flatMap((after) => SIZES.map((size) => windowOf('first', size, after)));
    const calls = await expectSlices(gateway, windows, await allIds(gateway), 10);
    expect(Math.max(...calls)).toBe(1);
  });

  test('37 rows: sizes small and large in front of every row', async () => {
    const gateway = await gatewayOver(37);
    const windows = places(37).flatMap((before) =>
      SIZES.map((size) => windowOf('last', size, undefined, before)),
    );
    await expectSlices(gateway, windows, await allIds(gateway), 10);
  });

  test.each([
    { total: 9, maxPageSize: 1, sizes: [1] },
    { total: 13, maxPageSize: 2, sizes: [2] },
    { total: 11, maxPageSize: 3, sizes: [2, 3] },
    { total: 6, maxPageSize: 20, sizes: [1, 3, 4, 9] },
  ])('every window between any two rows: %j', async ({ total, maxPageSize, sizes }) => {
    const gateway = await gatewayOver(total, maxPageSize);
    const windows = everyWindow(total, sizes);
    await expectSlices(gateway, windows, await allIds(gateway), maxPageSize);
  });

  test('one page holds any window, and is hardly larger than it has to be', async () => {
    const gateway = await gatewayOver(37, 2);
    const windows = range(0, 34).map((after) => ({ first: 2, after }));
    const calls = await expectSlices(gateway, windows, await allIds(gateway), 2);
    expect(new Set(calls)).toEqual(new Set([1]));
    const limits = gateway.sandbox
      .requests()
      .map(({ query }) => Number(new URLSearchParams(query).get('limit')))
      .filter((limit) => limit < 1000);
    expect(Math.max(...limits)).toBe(8);
  });

  test.each([1, 2, 3])('the end of lists of any length, MAX_PAGE_SIZE %i', async (maxPageSize) => {
    const gateway = await gatewayOver(1, maxPageSize);
    for (const total of range(1, 50)) {
      const ids = await allIds(gateway);
      const { data, extensions } = await gateway.query<Listed>(EXECUTIONS, { last: maxPageSize });
      expect([total, data.list.nodes.map(({ id }) => id)]).toEqual([total, ids.slice(-maxPageSize)]);
      expect([total, extensions.upstream.calls <= 2]).toEqual([total, true]);
      gateway.sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED' });
    }
  });

  test('without a size, windows have 10 rows: from the start, behind a row, in front of one', async () => {
    const gateway = await gatewayOver(37);
    const ids = await allIds(gateway);
    const cursors = await allCursors(gateway, 10);
    const asked = [
      {},
      { after: cursors[4] },
      { before: cursors[30] },
      { after: cursors[4], before: cursors[9] },
    ];
    const answers = await Promise.all(asked.map((window) => gateway.query<Listed>(EXECUTIONS, window)));
    expect(answers.map(({ data }) => data.list.nodes.map(({ id }) => id))).toEqual([
      ids.slice(0, 10),
      ids.slice(5, 15),
      ids.slice(20, 30),
      ids.slice(5, 9),
    ]);
  });

  test('pageInfo knows a page number where the window falls on a page', async () => {
    const gateway = await gatewayOver(37);
    const cursors = await allCursors(gateway, 10);
    const asked = [
      { first: 10, after: cursors[9] },
      { first: 10, after: cursors[10] },
      { last: 10 },
      { last: 50 },
      { first: 10, after: cursors[9], before: cursors[15] },
      { first: 10, after: cursors[29] },
      { last: 10, before: cursors[20] },
      { first: 5, before: cursors[0] },
      { last: 10, after: cursors[29] },
    ];
    const answers = await Promise.all(asked.map((window) => gateway.query<Listed>(EXECUTIONS, window)));
    expect(answers.map(({ data }) => data.list.pageInfo)).toMatchObject([
      { currentPage: 2, nextPage: 3, previousPage: 1, pageSize: 10, totalPages: 4, startIndex: 11 },
      { currentPage: null, nextPage: null, previousPage: null, pageSize: 10, totalPages: 4, startIndex: 12 },
      { currentPage: null, nextPage: null, previousPage: null, pageSize: 10, totalPages: 4, startIndex: 28 },
      { currentPage: 1, nextPage: null, previousPage: null, pageSize: 50, totalPages: 1, startIndex: 1 },
      { currentPage: null, nextPage: null, previousPage: null, hasNextPage: true, startIndex: 11 },
      { currentPage: 4, nextPage: null, previousPage: 3, totalPages: 4, startIndex: 31 },
      { currentPage: 2, nextPage: 3, previousPage: 1, totalPages: 4, startIndex: 11 },
      { currentPage: null, nextPage: null, previousPage: null, startIndex: 1 },
      { currentPage: 4, nextPage: null, previousPage: 3, totalPages: 4, startIndex: 31 },
    ]);
  });

  test('windows without rows tell on which side rows are', async () => {
    const gateway = await gatewayOver(37);
    const cursors = await allCursors(gateway, 10);
    const asked = [
      { first: 5, after: cursors[36] },
      { last: 5, before: cursors[0] },
      { last: 5, after: cursors[36] },
    ];
    const answers = await Promise.all(asked.map((window) => gateway.query<Listed>(EXECUTIONS, window)));
    const nothing = { startCursor: null, endCursor: null };
    expect(answers.map(({ data }) => [data.list.nodes, data.list.pageInfo])).toMatchObject([
      [[], { ...nothing, hasPreviousPage: true, hasNextPage: false }],
      [[], { ...nothing, hasPreviousPage: false, hasNextPage: true }],
      [[], { ...nothing, hasPreviousPage: true, hasNextPage: false }],
    ]);
  });

  test('an empty list has empty windows', async () => {
    const gateway = await gatewayOver(0);
    for (const window of [{ first: 5 }, { last: 5 }]) {
      const { data, errors } = await gateway.query<Listed>(EXECUTIONS, window);
      expect(errors).toEqual([]);
      expect(data.list).toMatchObject({
        totalCount: 0,
        edges: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      });
    }
  });
});

/** Checks that a list is refused with one error that names the argument, and that upstream is not asked. */
async function expectRefused(
  gateway: Gateway,
  text: string,
  variables: Record<string, unknown>,
  naming: string,
) {
  gateway.sandbox.reset();
  const { data, errors } = await gateway.query<Listed | null | undefined>(text, variables);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  expect(errors[0]?.message).toMatch(new RegExp(`(^|\\W)${naming}(\\W|$)`));
  expect(data?.list).toBeUndefined();
  expect(gateway.sandbox.requests()).toEqual([]);
}

describe('every window of lists in memory', () => {
  test.each([1, 2, 3, 5, 20])('MAX_PAGE_SIZE %i', async (maxPageSize) => {
    const failures: unknown[] = [];
    let windows = 0;
    for (const total of [0, 1, 2, 3, 6, 12, 13, 23]) {
      for (const window of everyWindow(total, range(1, maxPageSize))) {
        windows += 1;
        let calls = 0;
        const list = ({ number, size }: PageRequest) => {
          calls += 1;
          const items = range(0, total - 1).slice((number - 1) * size, number * size);
          return Promise.resolve({ items, total, at: 0 });
        };
        const { first, last, after, before } = window;
        const keyOf = (row: number) => ({ id: String(row), time: row });
        const cursorTo = (place: number | undefined) =>
          place === undefined ? null : cursorOf('list', { ...keyOf(place), position: place, total, at: 0 });
        const asked = { first, last, after: cursorTo(after), before: cursorTo(before) };
        const found = await readConnection(readWindow(asked, 'list', maxPageSize), {
          binding: 'list',
          keyOf,
          order: 'ASC',
          fromStart: false,
          read: list,
        });
        const isRight = isDeepStrictEqual(found.items, placesOf(window, total)) && found.total === total;
        if (!isRight || calls > 2) failures.push({ total, window, calls, found });
      }
    }
    expect(windows).toBeGreaterThan(1000);
    expect(failures).toEqual([]);
  });
});

describe('paging arguments that are refused without a call', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ page: {}, first: 5 }, 'page'],
    [{ page: {}, last: 5 }, 'page'],
    [{ page: { number: 2 }, after: 'x' }, 'page'],
    [{ page: { size: 5 }, before: 'x' }, 'page'],
    [{ first: 5, last: 5 }, 'first'],
    [{ first: 0 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ first: 1.5 }, 'first'],
    [{ first: 2 ** 31 }, 'first'],
    [{ last: 0 }, 'last'],
    [{ last: -1 }, 'last'],
    [{ last: 101 }, 'last'],
    [{ last: '5' }, 'last'],
  ])('executions(%j)', async (variables, argument) => {
    await expectRefused(await gatewayOver(5), EXECUTIONS, variables, argument);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ page: {}, first: 5 }, 'page'],
    [{ page: {}, after: 'x' }, 'page'],
    [{ page: { size: 0 } }, 'page.size'],
    [{ page: { size: 101 } }, 'page.size'],
    [{ page: { number: 0 } }, 'page.number'],
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ after: '' }, 'after'],
  ])('workflows(%j)', async (variables, argument) => {
    await expectRefused(await gatewayOver(5), WORKFLOWS, variables, argument);
  });

  test('page, with nulls for the Relay arguments, is no mix', async () => {
    const { query } = await gatewayOver(5);
    const nulls = { first: null, after: null, last: null, before: null };
    const { errors, data } = await query<Listed>(EXECUTIONS, { page: { size: 2 }, ...nulls });
    expect([errors, data.list.nodes.length]).toEqual([[], 2]);
  });

  test('cursors of other lists', async () => {
    const gateway = await gatewayOver(100);
    const cursorIn = async (text: string, variables: Record<string, unknown>) => {
      const { data } = await gateway.query<Listed>(text, { first: 1, ...variables });
      return String(data.list.pageInfo.startCursor);
    };
    const foreign = await Promise.all([
      cursorIn(EXECUTIONS, { filter: { status: ['ERRORED'] } }),
      cursorIn(EXECUTIONS, { filter: { startDate: '2023-01-01' } }),
      cursorIn(EXECUTIONS, { filter: { applicationSlugs: ['slack'] } }),
      cursorIn(EXECUTIONS, { sort: 'ASC' }),
      cursorIn(WORKFLOWS, {}),
    ]);
    const own = await cursorIn(EXECUTIONS, {});
    expect(new Set([own, ...foreign]).size).toBe(6);
    for (const cursor of foreign) {
      await expectRefused(gateway, EXECUTIONS, { first: 5, after: cursor }, 'after');
      await expectRefused(gateway, EXECUTIONS, { last: 5, before: cursor }, 'before');
    }
    await expectRefused(gateway, EXECUTIONS, { after: own, filter: { status: ['RUNNING'] } }, 'after');
    await expectRefused(gateway, EXECUTIONS, { after: own, sort: 'ASC' }, 'after');
    await expectRefused(gateway, WORKFLOWS, { after: own }, 'after');
    const { errors } = await gateway.query(EXECUTIONS, {
      after: own,
      filter: { status: null },
      sort: 'DESC',
    });
    expect(errors).toEqual([]);
  });

  test('no cursors of the same slugs in another order', async () => {
    const gateway = await gatewayOver(100);
    const slugs = ['slack', 'hubspot', 'notion'];
    const { data } = await gateway.query<Listed>(EXECUTIONS, {
      first: 1,
      filter: { applicationSlugs: slugs },
    });
    const { endCursor: after } = data.list.pageInfo;
    for (const applicationSlugs of [slugs.toReversed(), slugs.toSorted(), [...slugs, 'slack']]) {
      const next = await gateway.query<Listed>(EXECUTIONS, { after, filter: { applicationSlugs } });
      expect(next.errors).toEqual([]);
    }
    const fewer = { after, filter: { applicationSlugs: slugs.slice(1) } };
    await expectRefused(gateway, EXECUTIONS, fewer, 'after');
  });

  test('tampered cursors', async () => {
    const gateway = await gatewayOver(30);
    const [cursor = ''] = (await allCursors(gateway, 10)).slice(12);
    const flipped = Array.from(
      cursor,
      (letter, at) => cursor.slice(0, at) + (letter === 'A' ? 'B' : 'A') + cursor.slice(at + 1),
    );
    const others = [
      '',
      ' ',
      'x',
      '12',
      '0',
      '-1',
      cursor.slice(0, -1),
      cursor.slice(1),
      cursor + 'A',
      cursor + '=',
      ` ${cursor}`,
      cursor + cursor,
      cursor.toLowerCase(),
      'A'.repeat(100_000),
      cursor + 'A'.repeat(100_000),
      '\u0000',
      '💥',
      "' or 1=1 --",
      '../..',
    ];
    const tampered = [...flipped, ...others].filter((one) => one !== cursor);
    expect(tampered.length).toBeGreaterThan(cursor.length);
    for (const one of tampered) {
      await expectRefused(gateway, EXECUTIONS, { first: 5, after: one }, 'after');
      await expectRefused(gateway, EXECUTIONS, { last: 5, before: one }, 'before');
    }
  });

  test('forged cursors of places that no list has', async () => {
    const gateway = await gatewayOver(30);
    const binding = JSON.stringify({ executions: {}, sort: 'DESC' });
    const cursors = await allCursors(gateway, 10);
    const forged = (position: number) => cursorOf(binding, { position, total: 30, at: 0, time: 0, id: 'x' });
    const [position, total, at, time, id] = JSON.parse(
      Buffer.from(cursors[3] ?? '', 'base64url')
        .toString()
        .slice(12),
    ) as [number, number, number, number, string];
    expect(cursorOf(binding, { position, total, at, time, id })).toBe(cursors[3]);
    for (const place of [-1, -100, NaN, Infinity, 0.5, 1e21, 2 ** 31 - 2, 2 ** 53]) {
      await expectRefused(gateway, EXECUTIONS, { first: 5, after: forged(place) }, 'after');
      await expectRefused(gateway, EXECUTIONS, { last: 5, before: forged(place) }, 'before');
    }
    const far = await gateway.query<Listed>(EXECUTIONS, { first: 5, after: forged(2 ** 31 - 3) });
    expect([far.errors, far.data.list.nodes]).toEqual([[], []]);
  });
});

describe('workflows', () => {
  test('numbered pages agree with upstream in every field', async () => {
    const gateway = await gatewayOver(0);
    for (const number of range(1, 8)) {
      const { data, errors } = await gateway.query<Listed>(WORKFLOWS, { page: { number, size: 7 } });
      const { body } = await ask<ListBody>(gateway.sandbox, `/workflow?page=${String(number)}&limit=7`);
      const { edges } = data.list;
      expect(errors).toEqual([]);
      expect(data.list).toEqual({
        totalCount: 40,
        edges: body.docs.map(({ _id }) => ({ cursor: expect.any(String), node: { id: _id } })),
        nodes: body.docs.map(({ _id }) => ({ id: _id })),
        pageInfo: {
          hasNextPage: body.hasNextPage,
          hasPreviousPage: body.hasPrevPage,
          startCursor: edges.at(0)?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
          currentPage: body.page,
          pageSize: body.limit,
          totalPages: body.totalPages,
          nextPage: body.nextPage,
          previousPage: body.prevPage,
          startIndex: body.pagingCounter,
        },
      });
    }
  });

  test('a walk of any size meets every workflow once, in order', async () => {
    const gateway = await gatewayOver(0);
    const ids = await allIds(gateway, '/workflow?');
    expect(new Set(ids).size).toBe(40);
    for (const first of WALKS) {
      const met: string[] = [];
      let after: string | null = null;
      for (let more = true; more && met.length <= 40;) {
        const { data, extensions }: Answer<Listed> = await gateway.query<Listed>(WORKFLOWS, { first, after });
        expect(extensions.upstream.calls).toBe(1);
        met.push(...data.list.nodes.map(({ id }) => id));
        [after, more] = [data.list.pageInfo.endCursor, data.list.pageInfo.hasNextPage];
      }
      expect({ first, met }).toEqual({ first, met: ids });
    }
  });

  test('cursors are bound to the filter', async () => {
    const gateway = await gatewayOver(0);
    const filter = { published: true };
    const { data } = await gateway.query<Listed>(WORKFLOWS, { first: 2, filter });
    const { endCursor: after } = data.list.pageInfo;
    await expectRefused(gateway, WORKFLOWS, { after }, 'after');
    await expectRefused(gateway, WORKFLOWS, { after, filter: { published: false } }, 'after');
    const next = await gateway.query<Listed>(WORKFLOWS, { after, filter, first: 2 });
    const { body } = await ask<ListBody>(gateway.sandbox, '/workflow?published=true&page=2&limit=2');
    expect(next.data.list.nodes.map(({ id }) => id)).toEqual(body.docs.map(({ _id }) => _id));
  });
});
