import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { cursorOf } from '../../src/lists/cursor.ts';
import { readConnection } from '../../src/lists/window-reader.ts';
import { readWindow } from '../../src/lists/window.ts';
import { createPageLimits } from '../../src/upstream/endpoints/page-limits.ts';
import { createRowReader, type PageReader } from '../../src/upstream/endpoints/row-reader.ts';
import { stopAll, type Answer, type Gateway } from '../support/gateway.ts';
import {
  allCursors,
  allIds,
  callsTo,
  EXECUTIONS,
  gatewayOver,
  WALKS,
  type Listed,
} from '../support/paging.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

/** Paging arguments; `after` and `before` are places in the list (0-based) instead of cursors. */
interface Window {
  readonly first?: number;
  readonly last?: number;
  readonly after?: number;
  readonly before?: number;
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

/** One read for a window, in two pages at the most; and one more where the end has to be found first. */
function mostCalls({ last, before }: Window = {}): number {
  return last !== undefined && before === undefined ? 3 : 2;
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
    isCheap: extensions.upstream.calls + extensions.upstream.coalesced <= mostCalls(windows[index]),
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

/** Every way to write down a place, that of none included. */
function places(total: number): (number | undefined)[] {
  return [undefined, ...numbers(0, total - 1)];
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
    // From here on it is known whether upstream can begin with the oldest.
    await gateway.query(EXECUTIONS, { first: 10, sort });
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

  test('two pages hold any window and the row of its cursor, and none is larger than MAX_PAGE_SIZE', async () => {
    const gateway = await gatewayOver(37, 2);
    const windows = numbers(0, 34).map((after) => ({ first: 2, after }));
    const calls = await expectSlices(gateway, windows, await allIds(gateway), 2);
    expect(Math.max(...calls)).toBe(2);
    const limits = gateway.sandbox
      .requests()
      .map(({ query }) => Number(new URLSearchParams(query).get('limit')))
      .filter((limit) => limit < 1000);
    expect(Math.max(...limits)).toBe(2);
  });

  test.each([1, 2, 3])('the end of lists of any length, MAX_PAGE_SIZE %i', async (maxPageSize) => {
    const gateway = await gatewayOver(1, maxPageSize);
    for (const total of numbers(1, 50)) {
      const ids = await allIds(gateway);
      const { data, extensions } = await gateway.query<Listed>(EXECUTIONS, { last: maxPageSize });
      expect([total, data.list.nodes.map(({ id }) => id)]).toEqual([total, ids.slice(-maxPageSize)]);
      expect([total, extensions.upstream.calls <= 3]).toEqual([total, true]);
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

/** A list of numbers in memory, read as upstream's are; and how many pages of it were read. */
function listInMemory(total: number, maxPageSize: number) {
  const counter = { calls: 0 };
  const readPage: PageReader<number> = ({ number, size }) => {
    counter.calls += 1;
    const items = numbers(0, total - 1).slice((number - 1) * size, number * size);
    const untold = { totalPages: null, hasNextPage: null, page: null, limit: null };
    return Promise.resolve({ ...untold, items, total, at: 0, date: 0 });
  };
  const keyOf = (row: number) => ({ id: String(row), time: row });
  const limits = createPageLimits(maxPageSize, () => 0)(() => 'somebody');
  const readers = [createRowReader(readPage, limits, { route: '/numbers', keyOf, order: 'ASC' })];
  return { counter, keyOf, list: { readers, keyOf, order: 'ASC' as const, isFinal: () => true } };
}

describe('every window of lists in memory', () => {
  test.each([1, 2, 3, 5, 20])('MAX_PAGE_SIZE %i', async (maxPageSize) => {
    const failures: unknown[] = [];
    let windows = 0;
    const binding = { name: 'list', lists: 1, owner: null, now: 0 };
    for (const total of [0, 1, 2, 3, 6, 12, 13, 23]) {
      for (const window of everyWindow(total, numbers(1, maxPageSize))) {
        windows += 1;
        const { counter, keyOf, list } = listInMemory(total, maxPageSize);
        const { first, last, after, before } = window;
        const cursorTo = (place: number | undefined) => {
          if (place === undefined) return null;
          const places = [{ upTo: place + 1, told: total }];
          return cursorOf('list', { ...keyOf(place), places, list: 0, date: 0, owner: null });
        };
        const asked = { first, last, after: cursorTo(after), before: cursorTo(before) };
        const found = await readConnection(readWindow(asked, binding, maxPageSize), {
          ...list,
          binding,
          ownerOf: () => null,
        });
        const isRight = isDeepStrictEqual(found.items, placesOf(window, total)) && found.total === total;
        if (!isRight || counter.calls > mostCalls(window)) failures.push({ total, window, counter, found });
      }
    }
    expect(windows).toBeGreaterThan(1000);
    expect(failures).toEqual([]);
  });
});
