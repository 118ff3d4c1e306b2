import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, type ListBody } from '../support/sandbox.ts';
import { startStill, stopAll, type Answer } from '../support/gateway.ts';
import {
  allIds,
  callsTo,
  EXECUTIONS,
  expectRefused,
  gatewayOver,
  WALKS,
  WORKFLOWS,
  type Listed,
} from '../support/paging.ts';
import { numbers } from '../support/numbers.ts';
import { STILL_CLOCK } from '../support/fake-clock.ts';

afterEach(stopAll);

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
    for (const number of numbers(1, last + 2)) {
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
        startStill({ sandbox: { executions: 37, generation }, clock: STILL_CLOCK }),
      ),
    );
    for (const number of numbers(1, 6)) {
      const answers = await Promise.all(
        gateways.map(({ query }) => query<Listed>(EXECUTIONS, { page: { number, size: 8 } })),
      );
      expect(answers[0]?.data.list.totalCount).toBe(37);
      expect(answers[1]?.data).toEqual(answers[0]?.data);
    }
  });
});

test.each([
  [{ limit: 20 }, 'Upstream made pages of 20 rows where 10 were asked for'],
  [{ page: 1 }, 'Upstream answered page 1 where 2 was asked for'],
  [
    { docs: Array.from({ length: 11 }, (_, nth) => ({ _id: String(nth) })) },
    'Upstream answered 11 rows where 10 make a page',
  ],
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

test.each([{ limit: 10, page: 2 }, { limit: null, page: null }, { limit: 'ten', page: 'x' }, {}])(
  'a page that says so, or does not say, is taken: %j',
  async (envelope) => {
    const gateway = await gatewayOver(37);
    const body = { docs: [{ _id: 'a' }], totalDocs: 11, ...envelope };
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body });
    const { data, errors } = await gateway.query<Listed>(EXECUTIONS, { page: { number: 2 } });
    expect([errors, data.list.nodes]).toEqual([[], [{ id: 'a' }]]);
  },
);

describe('workflows', () => {
  test('numbered pages agree with upstream in every field', async () => {
    const gateway = await gatewayOver(0);
    for (const number of numbers(1, 8)) {
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
