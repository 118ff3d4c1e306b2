import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, FAILED, list } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, startStill, stopAll } from '../support/gateway.ts';
import { ONE, ROUTE, startWith, type Data, type Detail, type Wire } from '../support/execution-detail.ts';

afterEach(stopAll);

const IDS = 'query ($id: ID!) { execution(id: $id) { nodes { id } } }';
const SECRET_KEY = /password|token|secret|^auth$/i;

/** What a client should get of an output of the sandbox. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEY.test(key) ? '[redacted]' : withoutSecrets(inner),
    ]),
  );
}

function expectedNode(node: Wire) {
  const rawStatus = node['node_status'];
  return {
    nodeId: node['node_id'],
    name: node['node_name'],
    type: node['node_type'],
    status: String(rawStatus).toUpperCase().replaceAll(' ', '_'),
    rawStatus,
    isBatch: node['is_batch'],
    attempts: node['attempts_made'],
    maxAttempts: node['maximum_attempts'] ?? null,
    durationMs: node['execution_time'] ?? null,
    input: withoutSecrets(node['input_data']),
    output: withoutSecrets(node['latest_output']),
  };
}

describe('execution(id)', () => {
  test('is the document’s execution with its nodes, in one call, whichever way one signs in', async () => {
    const { query, sandbox } = await startStill();
    const { body } = await ask<Detail>(sandbox, `/execution/${FAILED}`);
    for (const headers of [DEMO, DEMO_SESSION]) {
      const { data, errors, extensions } = await query<Data>(ONE, { id: FAILED }, headers);
      expect(errors).toEqual([]);
      expect(extensions.upstream.calls).toBe(1);
      expect(data.execution).toMatchObject({
        id: FAILED,
        name: 'Retry for workflow 65200cfd01af0388e905ad92',
        status: 'ERRORED',
        createdAt: '2023-10-31T14:19:34.788Z',
        environment: 'TEST',
        configId: '12345',
        eventId: '6523dfdeffed0fb7e2c3b90e',
        workflow: { id: '64f7258e35b72267edc02589', name: 'Post message to a channel', icon: '' },
        application: { name: 'Slack' },
        completionPercentage: body['completion_percentage'],
        nodes: body.nodes.map(expectedNode),
      });
    }
  });

  test('has each of its nodes by its id, for the same call', async () => {
    const body = { nodes: ['1', '2', '1'].map((node_id, at) => ({ node_id, latest_output: at })) };
    const { query, sandbox } = await startStill();
    sandbox.addFault({ match: { route: ROUTE }, body, times: 2 });
    const { data } = await query<Data>(IDS, { id: FAILED });
    const ids = data.execution.nodes.map(({ id }) => id);
    const fields = ids.map((id, at) => `n${String(at)}: node(id: "${id}") { id nodeId output }`);
    const { data: found, extensions } = await query<{ execution: unknown }>(
      `query ($id: ID!) { execution(id: $id) { ${fields.join(' ')} none: node(id: "1") { id } } }`,
      { id: FAILED },
    );
    expect(found.execution).toEqual({
      n0: { id: ids[0], nodeId: '1', output: 0 },
      n1: { id: ids[1], nodeId: '2', output: 1 },
      n2: { id: ids[2], nodeId: '1', output: 2 },
      none: null,
    });
    expect(extensions.upstream.calls).toBe(1);
  });

  test('has nodes whose ids no other run has, and that keep them while the run goes on', async () => {
    const { query, sandbox } = await startStill();
    const idsOf = async (id: string) => {
      const { data, errors } = await query<Data>(IDS, { id });
      expect(errors).toEqual([]);
      return data.execution.nodes.map((node) => node.id);
    };
    const { docs } = await list(sandbox, 'limit=30');
    const ids: string[] = [];
    let nodes = 0;
    for (const { _id: id } of docs) {
      const { body } = await ask<Detail>(sandbox, `/execution/${id}`);
      nodes += body.nodes.length;
      ids.push(...(await idsOf(id)), ...(await idsOf(id)));
    }
    expect(nodes).toBeGreaterThan(60);
    expect([ids.length, new Set(ids).size]).toEqual([2 * nodes, nodes]);

    const growing = [['1'], ['1', '2'], ['1', '2', '2']];
    const seen: string[][] = [];
    for (const entered of growing) {
      const body = { status: 'RUNNING', nodes: entered.map((node_id) => ({ node_id })) };
      sandbox.addFault({ match: { route: ROUTE }, body });
      seen.push(await idsOf(FAILED));
    }
    expect(seen[1]?.slice(0, 1)).toEqual(seen[0]);
    expect(seen[2]?.slice(0, 2)).toEqual(seen[1]);
    expect(new Set(seen[2]).size).toBe(3);
  });

  test('keeps the nodes of runs apart in a cache that knows objects by type and id', async () => {
    const { query, sandbox } = await startStill();
    const { docs } = await list(sandbox, 'limit=3&status=COMPLETED');
    const cache = new Map<string, unknown>();
    const outputs = new Map<string, unknown[]>();
    for (const { _id: id } of docs) {
      const { body } = await ask<Detail>(sandbox, `/execution/${id}`);
      outputs.set(
        id,
        body.nodes.map((node) => withoutSecrets(node['latest_output'])),
      );
      const { data } = await query<Data>(
        'query ($id: ID!) { execution(id: $id) { nodes { __typename id output(maxBytes: 1048576) } } }',
        { id },
      );
      cache.set(
        `Execution:${id}`,
        data.execution.nodes.map((node) => {
          const key = `ExecutionNode:${node.id}`;
          cache.set(key, node.output);
          return key;
        }),
      );
    }
    for (const { _id: id } of docs) {
      const keys = cache.get(`Execution:${id}`) as string[];
      expect(keys.map((key) => cache.get(key))).toEqual(outputs.get(id));
    }
  });

  test.each([
    ['Success', 'SUCCESS'],
    ['Ready', 'READY'],
    ['Errored', 'ERRORED'],
    ['Waiting', 'WAITING'],
    ['Stopped', 'STOPPED'],
    ['Rejected', 'REJECTED'],
    ['Errored_and_Skipped', 'ERRORED_AND_SKIPPED'],
    ['Timed_Out', 'TIMED_OUT'],
    ['Skipped', 'SKIPPED'],
    ['Failed', 'FAILED'],
    ['Aborted', 'ABORTED'],
    ['Partially Successful', 'PARTIALLY_SUCCESSFUL'],
    ['Terminated', 'TERMINATED'],
    ['Dreaming', 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('reads the status %j of a node as %s', async (node_status, status) => {
    const { query } = await startWith({ nodes: [{ node_id: '1', node_status }] });
    const { data } = await query<Data>(ONE, { id: FAILED });
    expect(data.execution.nodes).toMatchObject([{ status, rawStatus: node_status }]);
  });

  test('shows what a node was sent, gave out and asked for, without secrets', async () => {
    const secret = { access_token: 'hidden', plain: 'shown' };
    const { query } = await startWith({
      nodes: [
        {
          node_id: '1',
          input_data: secret,
          latest_output: secret,
          parsed_request_curl:
            "curl 'https://api.example.com/v1?api_key=hidden' -H 'Authorization: Bearer hidden'",
          maximum_attempts: 3,
        },
        { node_id: '2', input_data: 'x'.repeat(20_000), parsed_request_curl: 'y'.repeat(20_000) },
      ],
    });
    const { data } = await query<{ execution: { nodes: unknown } }>(
      `query ($id: ID!) { execution(id: $id) { nodes { maxAttempts input output requestCurl(maxBytes: 100) } } }`,
      { id: FAILED },
    );
    const shown = { access_token: '[redacted]', plain: 'shown' };
    expect(data.execution.nodes).toEqual([
      {
        maxAttempts: 3,
        input: shown,
        output: shown,
        requestCurl: "curl 'https://api.example.com/v1?api_key=[redacted]' -H 'Authorization: [redacted]'",
      },
      {
        maxAttempts: null,
        input: { truncated: true, bytes: 20_002, preview: expect.any(String) },
        output: null,
        requestCurl: { truncated: true, bytes: 20_002, preview: `"${'y'.repeat(99)}` },
      },
    ]);
  });

  test.each<[Wire, boolean | null]>([
    [{ is_child_instance: true }, true],
    [{ is_child_instance: false }, false],
    [{ is_child_instance: 'true' }, true],
    [{}, null],
  ])('of %j is a child: %j', async (body, isChild) => {
    const { query } = await startWith({ status: 'COMPLETED', ...body });
    const { data } = await query<unknown>('query ($id: ID!) { execution(id: $id) { isChild } }', {
      id: FAILED,
    });
    expect(data).toEqual({ execution: { isChild } });
  });

  test('of a list says which are children', async () => {
    const { query, sandbox } = await startStill();
    const { docs } = await list(sandbox, 'limit=100');
    const children = docs.map(({ is_child_instance: isChild = null }) => ({ isChild }));
    expect(new Set(children.map(({ isChild }) => isChild)).size).toBeGreaterThan(1);
    const { data } = await query<unknown>('{ executions(page: { size: 100 }) { nodes { isChild } } }');
    expect(data).toEqual({ executions: { nodes: children } });
  });

  test('has no node where upstream tells of none', async () => {
    const { query } = await startWith({ status: 'RUNNING' });
    const { data, errors } = await query<unknown>(
      'query ($id: ID!) { execution(id: $id) { node(id: "1") { id } } }',
      {
        id: FAILED,
      },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ execution: { node: null } });
  });

  test.each(['both', 'd1', 'd2'] as const)('is right for runs of generation %s', async (generation) => {
    const { query, sandbox } = await startStill({ sandbox: { generation } });
    const { docs } = await list(sandbox, 'limit=60');
    for (const { _id: id, ...row } of docs.slice(0, 3).concat(docs.slice(40))) {
      const { body } = await ask<Detail>(sandbox, `/execution/${id}`);
      expect('_id' in body).toBe(generation !== 'd2');
      const { data, errors } = await query<Data>(ONE, { id });
      expect(errors).toEqual([]);
      expect(data.execution).toMatchObject({
        id,
        name: row['name'],
        rawStatus: row['status'],
        createdAt: row.createdAt,
        completionPercentage: body['completion_percentage'],
        nodes: body.nodes.map(expectedNode),
      });
    }
  });

  test('is null without a difference, unknown or another account’s', async () => {
    const gateway = await startStill();
    const [foreign] = (await list(gateway.sandbox, 'limit=1', OTHER)).docs;
    const answers = [];
    for (const id of [foreign?._id, 'f'.repeat(24), 'no-such-id']) {
      const { data, errors, extensions, status } = await gateway.query<Data>(ONE, { id });
      answers.push({ data, errors, extensions, status });
    }
    gateway.sandbox.addFault({ match: { route: ROUTE }, status: 403 });
    const { data, errors, extensions, status } = await gateway.query<Data>(ONE, { id: FAILED });
    answers.push({ data, errors, extensions, status });
    expect(answers[0]).toMatchObject({ data: { execution: null }, errors: [], status: 200 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await gateway.query<Data>(ONE, { id: foreign?._id }, OTHER)).data.execution.id).toBe(
      foreign?._id,
    );
  });

  test.each(['', '..', '../x', 'a/b', 'a b', 'a%2Fb', 'a?b=1', 'ü', 'a'.repeat(129)])(
    'of %j is refused without a call',
    async (id) => {
      const { query, sandbox } = await startGateway();
      const { data, errors } = await query<Data>(ONE, { id });
      expect(errors).toMatchObject([{ path: ['execution'], extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(errors[0]?.message).toMatch(/^id /);
      expect(data.execution).toBeNull();
      expect(sandbox.requests()).toEqual([]);
    },
  );

  test('that is refused leaves the others of the same document be', async () => {
    const { query, sandbox } = await startGateway();
    const { data, errors } = await query<Data>(
      `{ bad: execution(id: "../x") { id } good: execution(id: "${FAILED}") { id } none: execution(id: "x") { id } }`,
    );
    expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(data).toEqual({ bad: null, good: { id: FAILED }, none: null });
    expect(sandbox.requests()).toHaveLength(2);
  });

  test.each<[string, Wire, Wire]>([
    [
      'its id alone',
      { _id: FAILED },
      { id: FAILED, name: null, status: 'UNKNOWN', completionPercentage: null, nodes: null },
    ],
    ['no id, but a status', { _id: null, status: 'RUNNING' }, { id: FAILED, status: 'RUNNING' }],
    ['no id, but nodes', { nodes: [] }, { id: FAILED, nodes: [] }],
    ['its id in capitals', { _id: FAILED.toUpperCase() }, { id: FAILED.toUpperCase() }],
    ['a percentage of 0', { status: 'RUNNING', completion_percentage: 0 }, { completionPercentage: 0 }],
    [
      'a percentage with a fraction',
      { status: 'X', completion_percentage: 33.3 },
      { completionPercentage: 33.3 },
    ],
    ['a percentage as text', { status: 'X', completion_percentage: '50' }, { completionPercentage: 50 }],
    ['a percentage in words', { status: 'X', completion_percentage: 'half' }, { completionPercentage: null }],
    ['no nodes', { nodes: [] }, { nodes: [] }],
    ['nodes that are null', { status: 'X', nodes: null }, { nodes: null }],
    ['nodes that are no list', { status: 'X', nodes: { a: 1 } }, { nodes: null }],
    [
      'a node with its id alone',
      { nodes: [{ node_id: 7 }] },
      {
        nodes: [
          {
            nodeId: '7',
            name: null,
            type: null,
            status: 'UNKNOWN',
            rawStatus: null,
            isBatch: null,
            attempts: null,
            maxAttempts: null,
            durationMs: null,
            input: null,
            output: null,
            requestCurl: null,
          },
        ],
      },
    ],
    [
      'a node of odd values',
      {
        nodes: [
          {
            node_id: 'a',
            node_name: 1,
            node_type: {},
            node_status: null,
            is_batch: 'yes',
            attempts_made: 1.5,
            execution_time: 'long',
            parsed_request_curl: 'curl -H "Authorization: hidden"',
          },
        ],
      },
      { nodes: [{ nodeId: 'a', name: null, isBatch: null, attempts: null, durationMs: null, output: null }] },
    ],
    [
      'nodes in upstream’s order, repeats included',
      { nodes: ['z', 'a', 'z', 'm'].map((node_id) => ({ node_id })) },
      { nodes: ['z', 'a', 'z', 'm'].map((nodeId) => expect.objectContaining({ nodeId })) },
    ],
  ])('is read leniently: %s', async (_what, body, expected) => {
    const { query } = await startWith(body);
    const answer = await query<Data>(ONE, { id: FAILED });
    expect(answer.errors).toEqual([]);
    expect(answer.data.execution).toMatchObject(expected);
    expect(JSON.stringify(answer)).not.toContain('hidden');
  });

  test.each<[string, unknown]>([
    ['another execution', { _id: 'f'.repeat(24) }],
    ['nothing', {}],
    ['nothing that an execution is told by', { name: 'x', message: 'OK' }],
    ['a list', []],
    ['null', null],
  ])('answered with %s is UPSTREAM_BAD_RESPONSE', async (_what, body) => {
    const { query } = await startWith(body);
    const { data, errors } = await query<Data>(ONE, { id: FAILED });
    expect(errors).toMatchObject([{ path: ['execution'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
    expect(data.execution).toBeNull();
  });
});

describe('nodes in a list', () => {
  const NODES = `query ($size: Int) {
    executions(page: { size: $size }) { nodes { id completionPercentage nodes { nodeId name } } }
  }`;

  test('cost a call a row, whatever is asked of them, and are those of the rows', async () => {
    const { query, sandbox } = await startStill();
    const { data, errors, extensions } = await query<Data>(NODES, { size: 24 });
    expect(errors).toEqual([]);
    expect(extensions.upstream.calls).toBe(25);
    for (const { id, completionPercentage, nodes } of data.executions.nodes) {
      const { body } = await ask<Detail>(sandbox, `/execution/${id}`);
      expect(completionPercentage).toBe(body['completion_percentage']);
      expect(nodes).toEqual(body.nodes.map((node) => ({ nodeId: node['node_id'], name: node['node_name'] })));
    }
  });

  test('are looked up once, however often a run is met', async () => {
    const { query } = await startStill();
    const { extensions, errors } = await query<Data>(`{
      a: executions(page: { size: 3 }) { nodes { nodes { id } } }
      b: executions(page: { size: 3 }) { nodes { completionPercentage } edges { node { nodes { id } } } }
      c: execution(id: "${FAILED}") { nodes { id } }
      d: execution(id: "${FAILED}") { id }
    }`);
    expect(errors).toEqual([]);
    expect(extensions.upstream).toMatchObject({ calls: 4, coalesced: 1 });
  });

  test('of more rows than an operation may look up are refused before anything is sent', async () => {
    const { query, sandbox } = await startStill();
    const { data, errors } = await query<unknown>(NODES, { size: 25 });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'COST_LIMIT_EXCEEDED', requested: 26, limit: 25 } }]);
    expect(sandbox.requests()).toEqual([]);
  });

  test('count together over the whole document', async () => {
    const { query, sandbox } = await startStill();
    const { errors } = await query(`{
      a: executions(page: { number: 1, size: 20 }) { nodes { nodes { id } } }
      b: executions(page: { number: 2, size: 20 }) { nodes { nodes { id } } }
    }`);
    expect(errors).toMatchObject([{ extensions: { code: 'COST_LIMIT_EXCEEDED', requested: 42 } }]);
    expect(sandbox.requests()).toEqual([]);
  });

  test('that cannot be had are null, and leave the rest', async () => {
    const { query, sandbox } = await startStill();
    sandbox.addFault({ match: { route: ROUTE }, status: 404 });
    const { data, errors } = await query<Data>(NODES, { size: 3 });
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['NOT_FOUND']));
    expect(data.executions.nodes).toHaveLength(3);
    const missing = data.executions.nodes.filter(({ nodes }) => nodes === null);
    expect(missing).toHaveLength(1);
  });

  test('are not looked up for what the list itself tells', async () => {
    const { query } = await startStill();
    const { extensions } = await query<Data>(
      '{ executions(page: { size: 100 }) { nodes { id status workflow { name } application { icon } } } }',
    );
    expect(extensions.upstream.calls).toBe(1);
  });
});
