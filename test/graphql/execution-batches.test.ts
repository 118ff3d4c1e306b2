import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, FAILED, list, type ListBody } from '../support/sandbox.ts';
import { startGateway, startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { ROUTE, startWith, type Data, type Detail, type Wire } from '../support/execution-detail.ts';

afterEach(stopAll);

const BATCHES = 'GET /execution/{execution_id}/nodes/{node_id}/batches';

describe('batches', () => {
  const QUERY = `query ($id: ID!, $page: PageInput, $status: String) {
    execution(id: $id) {
      nodes {
        id isBatch
        batches(page: $page, status: $status) {
          totalCount nodes { index status output(maxBytes: 64) }
          pageInfo { hasNextPage hasPreviousPage currentPage pageSize totalPages nextPage previousPage startIndex }
        }
      }
    }
  }`;

  /** A run with a batch node that it has reached, and the two of them. */
  async function batchOf({ sandbox }: Gateway) {
    for (const { _id: id, ...row } of (await list(sandbox, 'limit=100&status=COMPLETED')).docs) {
      if (row['executed_by_thanos'] === true) continue;
      const { body } = await ask<Detail>(sandbox, `/execution/${id}`);
      const node = body.nodes.findIndex((one) => one['is_batch'] === true);
      if (node >= 0) return { id, node, nodeId: String(body.nodes[node]?.['node_id']) };
    }
    throw new Error('no run of the sandbox has a batch node');
  }

  test.each<[string, Record<string, unknown>, string]>([
    ['without arguments', {}, 'page=1&limit=10'],
    ['of nulls', { page: null, status: null }, 'page=1&limit=10'],
    ['of the second page', { page: { number: 2, size: 2 } }, 'page=2&limit=2'],
    ['past the end', { page: { number: 50, size: 10 } }, 'page=50&limit=10'],
    ['of one status', { status: 'ERRORED' }, 'page=1&limit=10&status=ERRORED'],
  ])('%s are upstream’s page of them, in one call', async (_what, variables, search) => {
    const gateway = await startStill();
    const { query, sandbox } = gateway;
    const { id, node, nodeId } = await batchOf(gateway);
    const { body } = await ask<ListBody<Wire>>(sandbox, `/execution/${id}/nodes/${nodeId}/batches?${search}`);
    const asked = sandbox.requests().length;
    const { data, errors, extensions } = await query<Data>(QUERY, { id, ...variables });
    expect(data.execution.nodes[node]?.batches).toEqual({
      totalCount: body.totalDocs,
      nodes: body.docs.map(({ batch_index: index, status, output }) => ({ index, status, output })),
      pageInfo: {
        hasNextPage: body.hasNextPage,
        hasPreviousPage: body.hasPrevPage,
        currentPage: body.page,
        pageSize: body.limit,
        totalPages: body.totalPages,
        nextPage: body.hasNextPage ? body.page + 1 : null,
        previousPage: body.hasPrevPage ? body.page - 1 : null,
        startIndex: (body.page - 1) * body.limit + 1,
      },
    });
    expect(extensions.upstream.calls).toBe(2);
    expect(
      sandbox
        .requests()
        .slice(asked)
        .map(({ path, query: sent }) => `${path}?${sent}`),
    ).toEqual([
      `/api/v2/public/execution/${id}?`,
      `/api/v2/public/execution/${id}/nodes/${nodeId}/batches?${search}`,
    ]);

    // Every other node is known to be none: refused here, without a call.
    const others = data.execution.nodes.length - 1;
    expect(errors.map(({ extensions: { code } }) => code)).toEqual(
      Array.from({ length: others }, () => 'NOT_SUPPORTED'),
    );
  });

  test('of a node that may be none are asked for, and NOT_SUPPORTED where upstream says so', async () => {
    const gateway = await startGateway();
    const { sandbox, query } = gateway;
    const { body } = await ask<Detail>(sandbox, `/execution/${FAILED}`);
    const node_id = body.nodes[0]?.['node_id'];
    for (const generation of ['d1', 'd2'] as const) {
      const other = await startGateway({ sandbox: { generation } });
      other.sandbox.addFault({ match: { route: ROUTE }, body: { nodes: [{ node_id, is_batch: null }] } });
      const { data, errors } = await other.query<Data>(QUERY, { id: FAILED });
      expect(errors).toMatchObject([
        {
          path: ['execution', 'nodes', 0, 'batches'],
          extensions: { code: 'NOT_SUPPORTED', upstream: { status: 501 } },
        },
      ]);
      expect(data.execution.nodes).toMatchObject([{ isBatch: null, batches: null }]);
      expect(other.sandbox.requests()).toHaveLength(2);
    }
    const { errors } = await query<Data>(QUERY, { id: FAILED });
    expect(errors.every(({ extensions }) => extensions.code === 'NOT_SUPPORTED')).toBe(true);
    expect(errors[0]?.extensions).not.toHaveProperty('upstream');
  });

  test('of a run by the other engine are NOT_SUPPORTED, without a call', async () => {
    const gateway = await startWith({ executed_by_thanos: true, nodes: [{ node_id: 'b', is_batch: true }] });
    const { data, errors } = await gateway.query<Data>(QUERY, { id: FAILED });
    expect(errors).toMatchObject([
      { path: ['execution', 'nodes', 0, 'batches'], extensions: { code: 'NOT_SUPPORTED' } },
    ]);
    expect(data.execution.nodes).toMatchObject([{ isBatch: true, batches: null }]);
    expect(gateway.sandbox.requests()).toHaveLength(1);
  });

  test('are read leniently, and without secrets', async () => {
    const gateway = await startWith({ nodes: [{ node_id: 'b', is_batch: true }] });
    const docs = [
      {},
      { batch_index: '1', status: 3, output: undefined },
      { batch_index: 2, status: 'NEW', output: { token: 'hidden' } },
      { batch_index: 3, output: 'x'.repeat(100) },
    ];
    gateway.sandbox.addFault({ match: { route: BATCHES }, status: 200, body: { docs, totalDocs: 4 } });
    const { data, errors } = await gateway.query<Data>(QUERY, { id: FAILED });
    expect(errors).toEqual([]);
    expect(data.execution.nodes[0]?.batches.nodes).toEqual([
      { index: null, status: null, output: null },
      { index: 1, status: null, output: null },
      { index: 2, status: 'NEW', output: { token: '[redacted]' } },
      { index: 3, status: null, output: { truncated: true, bytes: 102, preview: `"${'x'.repeat(63)}` } },
    ]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ page: { size: 0 } }, 'page.size'],
    [{ page: { size: 101 } }, 'page.size'],
    [{ page: { number: 0 } }, 'page.number'],
    [{ status: '' }, 'status'],
    [{ status: 'a&b' }, 'status'],
    [{ status: 'x'.repeat(65) }, 'status'],
  ])('of %j are refused without a call for them', async (variables, argument) => {
    const gateway = await startWith({ nodes: [{ node_id: 'b', is_batch: true }] });
    const { data, errors } = await gateway.query<Data>(QUERY, { id: FAILED, ...variables });
    expect(errors).toMatchObject([
      { path: ['execution', 'nodes', 0, 'batches'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(errors[0]?.message).toContain(argument);
    expect(data.execution.nodes[0]?.batches).toBeNull();
    expect(gateway.sandbox.requests()).toHaveLength(1);
  });
});
