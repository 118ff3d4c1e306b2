import { afterEach, expect, test } from '@jest/globals';
import { startGateway, stopAll } from '../support/gateway.ts';
import { LIST, EVERYTHING, type Listed } from '../support/executions.ts';

afterEach(stopAll);

const ROWS = ['a', 'b', 'c'].map((_id) => ({ _id }));

const PAGE_2_OF_3 = { number: 2, size: 3 };

test.each<[string, object]>([
  [
    'all of it',
    {
      docs: ROWS,
      totalDocs: 8,
      limit: 3,
      page: 2,
      totalPages: 3,
      pagingCounter: 4,
      hasPrevPage: true,
      hasNextPage: true,
      prevPage: 1,
      nextPage: 3,
    },
  ],
  ['the total alone', { docs: ROWS, totalDocs: 8 }],
  [
    'odd values beside the total',
    { docs: ROWS, totalDocs: 8, limit: '3', page: null, totalPages: 'x', hasNextPage: 1, nextPage: {} },
  ],
  ['unknown keys', { docs: ROWS, totalDocs: 8, schema: {}, meta: null }],
])('pageInfo is complete, whatever the envelope has: %s', async (_what, body) => {
  const { query, sandbox } = await startGateway();
  sandbox.addFault({ body });
  const { data, errors } = await query<Listed>(EVERYTHING, { page: PAGE_2_OF_3 });
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({
    totalCount: 8,
    nodes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
    pageInfo: {
      hasNextPage: true,
      hasPreviousPage: true,
      currentPage: 2,
      pageSize: 3,
      totalPages: 3,
      nextPage: 3,
      previousPage: 1,
      startIndex: 4,
    },
  });
  expect(sandbox.requests()).toHaveLength(1);
});

test.each<[string, object[], object, number | null, number]>([
  ['a page that is not full, by the first one', [{ docs: ROWS.slice(1) }], PAGE_2_OF_3, 5, 2],
  ['an empty list', [{ docs: [] }], { number: 1, size: 3 }, 0, 1],
  ['the last page by its number', [{ docs: ROWS, totalPages: 2 }], PAGE_2_OF_3, 6, 1],
  ['the last page by its word', [{ docs: ROWS, hasNextPage: false }], PAGE_2_OF_3, 6, 1],
  ['not from a full page', [{ docs: ROWS, totalPages: 3 }], PAGE_2_OF_3, null, 1],
  ['not from one that says no more', [{ docs: ROWS }], PAGE_2_OF_3, null, 2],
  ['not from a page past the end', [{ docs: [], totalPages: 1 }], PAGE_2_OF_3, null, 1],
  ['a page past the end of nothing', [{ docs: [], totalPages: 0 }], PAGE_2_OF_3, 0, 1],
  ['a total below nothing', [{ docs: ROWS.slice(1), totalDocs: -1, hasNextPage: false }], PAGE_2_OF_3, 5, 2],
  ['a total in words', [{ docs: ROWS.slice(1), totalDocs: '5', totalPages: '2' }], PAGE_2_OF_3, 5, 1],
  ['a total beyond counting', [{ docs: ROWS.slice(1), totalDocs: 2 ** 31 }], PAGE_2_OF_3, 5, 2],
  ['unless it contradicts the rows: too low', [{ docs: ROWS, totalDocs: 5 }], PAGE_2_OF_3, null, 2],
  ['or too high', [{ docs: ROWS.slice(1), totalDocs: 7 }], PAGE_2_OF_3, null, 2],
])('a total that is not told is worked out: %s', async (_what, bodies, page, totalCount, requests) => {
  const { query, sandbox } = await startGateway();
  for (const body of bodies) sandbox.addFault({ body });
  const { data, errors } = await query<Listed>(LIST, { page });
  expect(errors).toEqual([]);
  expect(data.executions.totalCount).toBe(totalCount);
  expect(sandbox.requests()).toHaveLength(requests);
});

test.each<[string, unknown]>([
  ['rows that are no list', { docs: { _id: 'a' }, totalDocs: 1 }],
  ['no rows', { totalDocs: 0 }],
  ['a bare list', [{ _id: 'a' }]],
  ['null', null],
  ['a text', 'secret-value'],
])('an answer that is of no use is UPSTREAM_BAD_RESPONSE, and not shown: %s', async (_what, body) => {
  const { query, sandbox, logs } = await startGateway();
  sandbox.addFault({ body });
  const { data, errors } = await query<Listed>(LIST, { page: { size: 3 } });
  expect(errors).toMatchObject([{ path: ['executions'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  expect(data).toEqual({ executions: null });
  expect(JSON.stringify(errors) + logs.join('')).not.toContain('secret-value');
  expect(sandbox.requests()).toHaveLength(1);
});

test.each(['d1', 'd2', 'both'] as const)(
  'a page past the end is empty, generation %s',
  async (generation) => {
    const { query } = await startGateway({ sandbox: { generation } });
    const { data, errors } = await query<Listed>(EVERYTHING, { page: { number: 27, size: 10 } });
    expect(errors).toEqual([]);
    expect(data.executions).toEqual({
      totalCount: 250,
      nodes: [],
      pageInfo: {
        hasNextPage: false,
        hasPreviousPage: true,
        currentPage: 27,
        pageSize: 10,
        totalPages: 25,
        nextPage: null,
        previousPage: 26,
        startIndex: 261,
      },
    });
  },
);

test('the farthest page is empty, too', async () => {
  const { query } = await startGateway();
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { number: 21474836, size: 100 } });
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({
    nodes: [],
    pageInfo: { currentPage: 21474836, startIndex: 2147483501 },
  });
});

test('the farthest page of one row is empty, too', async () => {
  const { query } = await startGateway();
  const number = 2 ** 31 - 3;
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { number, size: 1 } });
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({ nodes: [], pageInfo: { currentPage: number } });
});

test('a linked account without runs has an empty list', async () => {
  const { query } = await startGateway({ sandbox: { executions: 0 } });
  const { data, errors } = await query<Listed>(EVERYTHING);
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({
    totalCount: 0,
    nodes: [],
    pageInfo: { hasNextPage: false, totalPages: 1 },
  });
});
