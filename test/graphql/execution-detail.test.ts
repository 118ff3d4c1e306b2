import { afterEach, describe, expect, test } from '@jest/globals';

import { ask, fakeClock, list } from '../support/sandbox.ts';
import type { ListBody } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, stopAll } from '../support/gateway.ts';
import type { Setup } from '../support/gateway.ts';

afterEach(stopAll);

const DOCUMENT_ID = '65410cf6cdf931a12d7ab009';
const ROUTE = 'GET /execution/{execution_id}';
const BATCHES = 'GET /execution/{execution_id}/nodes/{node_id}/batches';

const ONE = `query ($id: ID!) {
  execution(id: $id) {
    id name status rawStatus createdAt environment configId eventId workflow { id name icon } application { id name icon }
    completionPercentage
    nodes { id name type status isBatch attempts durationMs output(maxBytes: 1048576) }
  }
}`;
const OUTPUT = `query ($id: ID!, $maxBytes: Int) { execution(id: $id) { nodes { id output(maxBytes: $maxBytes) } } }`;

type Wire = Readonly<Record<string, unknown>>;
type Detail = Wire & { readonly nodes: readonly Wire[] };
interface Data {
  readonly execution: {
    readonly id: string;
    readonly nodes: readonly {
      readonly id: string;
      readonly output: unknown;
      readonly batches: { readonly nodes: unknown };
    }[];
  };
  readonly executions: {
    readonly nodes: readonly {
      readonly id: string;
      readonly completionPercentage: number;
      readonly nodes: unknown;
    }[];
  };
}

type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** A gateway over runs that stand still. */
function startStill({ sandbox, ...setup }: Setup = {}) {
  return startGateway({ sandbox: { clock: fakeClock(), ...sandbox }, ...setup });
}

/** A gateway whose upstream answers the next look-up of an execution with this. */
async function startWith(body: unknown, setup: Setup = {}) {
  const gateway = await startGateway({ ...setup, sandbox: { executions: 5, ...setup.sandbox } });
  gateway.sandbox.addFault({ match: { route: ROUTE }, body });
  return gateway;
}

/** The output of the one node, as a client gets it. */
async function shown(output: unknown, maxBytes?: number, env?: Record<string, string>) {
  const body = { nodes: [{ node_id: 'n', latest_output: output }] };
  const { query } = await startWith(body, env && { env });
  const answer = await query<Data>(OUTPUT, { id: DOCUMENT_ID, ...(maxBytes !== undefined && { maxBytes }) });
  expect(answer.errors).toEqual([]);
  return answer.data.execution.nodes[0]?.output;
}

const SECRET_KEY = /password|token|secret/i;

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
  return {
    id: node['node_id'],
    name: node['node_name'],
    type: node['node_type'],
    status: node['node_status'],
    isBatch: node['is_batch'],
    attempts: node['attempts_made'],
    durationMs: node['execution_time'] ?? null,
    output: withoutSecrets(node['latest_output']),
  };
}

describe('execution(id)', () => {
  test('is the document’s execution with its nodes, in one call, whichever way one signs in', async () => {
    const { query, sandbox } = await startStill();
    const { body } = await ask<Detail>(sandbox, `/execution/${DOCUMENT_ID}`);
    for (const headers of [DEMO, DEMO_SESSION]) {
      const { data, errors, extensions } = await query<Data>(ONE, { id: DOCUMENT_ID }, headers);
      expect(errors).toEqual([]);
      expect(extensions.upstream.calls).toBe(1);
      expect(data.execution).toMatchObject({
        id: DOCUMENT_ID,
        name: 'Retry for workflow 65200cfd01af0388e905ad92',
        status: 'ERRORED',
        createdAt: '2023-10-31T14:19:34.788Z',
        environment: 'TEST',
        configId: '12345',
        eventId: '6523dfdeffed0fb7e2c3b90e',
        workflow: { id: '65200cfd01af0388e905ad92', name: 'Post message to a channel', icon: '' },
        application: { name: 'Slack' },
        completionPercentage: body['completion_percentage'],
        nodes: body.nodes.map(expectedNode),
      });
    }
  });

  test('has each of its nodes by id, for the same call', async () => {
    const { query } = await startStill();
    const { data, errors, extensions } = await query<{ execution: unknown }>(
      `query ($id: ID!) { execution(id: $id) {
        start: node(id: "start") { id type isBatch }
        none: node(id: "batch-1") { id }
        nodes { id }
      } }`,
      { id: DOCUMENT_ID },
    );
    expect(errors).toEqual([]);
    expect(data.execution).toMatchObject({
      start: { id: 'start', type: 'start', isBatch: false },
      none: null,
    });
    expect(extensions.upstream.calls).toBe(1);
  });

  test('has no node where upstream tells of none', async () => {
    const { query } = await startWith({ status: 'RUNNING' });
    const { data, errors } = await query<unknown>(
      'query ($id: ID!) { execution(id: $id) { node(id: "start") { id } } }',
      {
        id: DOCUMENT_ID,
      },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ execution: { node: null } });
  });

  test.each(['both', 'd1', 'd2'] as const)('is right for runs of generation %s', async (generation) => {
    const { query, sandbox } = await startStill({ sandbox: { generation, clock: fakeClock() } });
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
    const { data, errors, extensions, status } = await gateway.query<Data>(ONE, { id: DOCUMENT_ID });
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
      `{ bad: execution(id: "../x") { id } good: execution(id: "${DOCUMENT_ID}") { id } none: execution(id: "x") { id } }`,
    );
    expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(data).toEqual({ bad: null, good: { id: DOCUMENT_ID }, none: null });
    expect(sandbox.requests()).toHaveLength(2);
  });

  test.each<[string, Wire, Wire]>([
    [
      'nothing',
      {},
      { id: DOCUMENT_ID, name: null, status: 'UNKNOWN', completionPercentage: null, nodes: null },
    ],
    ['no id', { _id: null }, { id: DOCUMENT_ID }],
    ['its id in capitals', { _id: DOCUMENT_ID.toUpperCase() }, { id: DOCUMENT_ID.toUpperCase() }],
    ['a percentage of 0', { completion_percentage: 0 }, { completionPercentage: 0 }],
    ['a percentage with a fraction', { completion_percentage: 33.3 }, { completionPercentage: 33.3 }],
    ['a percentage in words', { completion_percentage: '50' }, { completionPercentage: null }],
    ['no nodes', { nodes: [] }, { nodes: [] }],
    ['nodes that are null', { nodes: null }, { nodes: null }],
    ['nodes that are no list', { nodes: { a: 1 } }, { nodes: null }],
    ['a node without an id', { nodes: [{ node_id: 'a' }, { node_name: 'x' }] }, { nodes: null }],
    [
      'a node with its id alone',
      { nodes: [{ node_id: 7 }] },
      {
        nodes: [
          {
            id: '7',
            name: null,
            type: null,
            status: null,
            isBatch: null,
            attempts: null,
            durationMs: null,
            output: null,
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
            execution_time: '9',
            parsed_request_curl: 'curl -H "Authorization: hidden"',
          },
        ],
      },
      { nodes: [{ id: 'a', name: null, isBatch: null, attempts: null, durationMs: null, output: null }] },
    ],
    [
      'nodes in upstream’s order, repeats included',
      { nodes: ['z', 'a', 'z', 'm'].map((node_id) => ({ node_id })) },
      { nodes: ['z', 'a', 'z', 'm'].map((id) => expect.objectContaining({ id })) },
    ],
  ])('is read leniently: %s', async (_what, body, expected) => {
    const { query } = await startWith(body);
    const answer = await query<Data>(ONE, { id: DOCUMENT_ID });
    expect(answer.errors).toEqual([]);
    expect(answer.data.execution).toMatchObject(expected);
    expect(JSON.stringify(answer)).not.toContain('hidden');
  });

  test.each<[string, unknown]>([
    ['another execution', { _id: 'f'.repeat(24) }],
    ['a list', []],
    ['null', null],
  ])('answered with %s is UPSTREAM_BAD_RESPONSE', async (_what, body) => {
    const { query } = await startWith(body);
    const { data, errors } = await query<Data>(ONE, { id: DOCUMENT_ID });
    expect(errors).toMatchObject([{ path: ['execution'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
    expect(data.execution).toBeNull();
  });
});

describe('nodes in a list', () => {
  const NODES = `query ($size: Int) {
    executions(page: { size: $size }) { nodes { id completionPercentage nodes { id name } } }
  }`;

  test('cost a call a row, whatever is asked of them, and are those of the rows', async () => {
    const { query, sandbox } = await startStill();
    const { data, errors, extensions } = await query<Data>(NODES, { size: 24 });
    expect(errors).toEqual([]);
    expect(extensions.upstream.calls).toBe(25);
    for (const { id, completionPercentage, nodes } of data.executions.nodes) {
      const { body } = await ask<Detail>(sandbox, `/execution/${id}`);
      expect(completionPercentage).toBe(body['completion_percentage']);
      expect(nodes).toEqual(body.nodes.map((node) => ({ id: node['node_id'], name: node['node_name'] })));
    }
  });

  test('are looked up once, however often a run is met', async () => {
    const { query } = await startStill();
    const { extensions, errors } = await query<Data>(`{
      a: executions(page: { size: 3 }) { nodes { nodes { id } } }
      b: executions(page: { size: 3 }) { nodes { completionPercentage } edges { node { nodes { id } } } }
      c: execution(id: "${DOCUMENT_ID}") { nodes { id } }
      d: execution(id: "${DOCUMENT_ID}") { id }
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

describe('output', () => {
  test('is whole up to maxBytes, and cut behind it', async () => {
    const json = '{"text":"äöü","n":[1,2]}';
    const bytes = Buffer.byteLength(json);
    expect(await shown(JSON.parse(json), bytes)).toEqual(JSON.parse(json));
    expect(await shown(JSON.parse(json), bytes - 1)).toEqual({
      truncated: true,
      bytes,
      preview: json.slice(0, -1),
    });
  });

  test.each([
    ['"aä€😀"', 1, '"'],
    ['"aä€😀"', 3, '"a'],
    ['"aä€😀"', 4, '"aä'],
    ['"aä€😀"', 6, '"aä'],
    ['"aä€😀"', 7, '"aä€'],
    ['"aä€😀"', 10, '"aä€'],
    ['"aä€😀"', 11, '"aä€😀'],
  ])('%s cut to %i bytes has no half characters', async (json, maxBytes, preview) => {
    expect(await shown(JSON.parse(json), maxBytes)).toEqual({ truncated: true, bytes: 12, preview });
  });

  test.each<[unknown]>([[0], [false], [''], ['ok'], [1.5], [[]], [{}], [[null, { a: [] }]]])(
    'may be any JSON: %j',
    async (output) => {
      expect(await shown(output)).toEqual(output);
    },
  );

  test('that is null is null, however little may be shown', async () => {
    expect(await shown(null, 1)).toBeNull();
    expect(await shown(undefined, 1)).toBeNull();
  });

  test('is cut at 16,384 bytes unless told otherwise', async () => {
    expect(await shown('x'.repeat(16_382))).toHaveLength(16_382);
    expect(await shown('x'.repeat(16_383))).toMatchObject({ truncated: true, bytes: 16_385 });
    const { query } = await startWith({ nodes: [{ node_id: 'n', latest_output: 'x'.repeat(16_383) }] });
    const answer = await query<Data>(OUTPUT, { id: DOCUMENT_ID, maxBytes: null });
    expect(answer.data.execution.nodes[0]?.output).toMatchObject({ truncated: true });
  });

  test('of a megabyte is shown whole where that is asked for', async () => {
    expect(await shown('x'.repeat(1_048_574), 1_048_576)).toHaveLength(1_048_574);
    expect(await shown('x'.repeat(1_048_575), 1_048_576)).toMatchObject({ bytes: 1_048_577 });
  });

  test.each([0, -1, 1_048_577, 2_147_483_647])('with maxBytes %i is refused', async (maxBytes) => {
    const { query } = await startStill();
    const { data, errors } = await query<Data>(OUTPUT, { id: DOCUMENT_ID, maxBytes });
    expect(errors[0]).toMatchObject({
      path: ['execution', 'nodes', 0, 'output'],
      message: expect.stringContaining('maxBytes'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(data.execution.nodes[0]).toEqual({ id: expect.any(String), output: null });
  });

  const KEYS = [
    'password',
    'PASSWORD',
    'userPassword',
    'passwd',
    'pwd',
    'secret',
    'client_secret',
    'clientSecret',
    'access_token',
    'refresh-token',
    'Token',
    'api_key',
    'API Key',
    'x-api-key',
    'api.key',
    'ａｐｉＫｅｙ',
    'Authorization',
    'Proxy-Authorization',
    'set-cookie',
    'credentials',
    'private_key',
    'p-a-s-s-w-o-r-d',
  ];

  test.each(KEYS)('hides what is under %j, wherever it is', async (key) => {
    const hidden = ['hidden', { a: 'hidden' }, ['hidden'], 12345678, null];
    const output = hidden.flatMap((value) => [
      { [key]: value },
      [[{ deep: { [key]: value, kept: 'shown' } }]],
    ]);
    const answer = JSON.stringify(await shown(output));
    expect(answer).not.toMatch(/hidden|12345678/);
    expect(answer.match(/\[redacted\]/g)).toHaveLength(10);
    expect(answer.match(/shown/g)).toHaveLength(5);
  });

  test('hides what REDACT_KEYS names, too', async () => {
    const env = { REDACT_KEYS: ' Iban, -,, card_Number ,' };
    const output = { rows: [{ IBAN: 'x', 'Card-Number': 'y', cardnumbers: [1], password: 'z', card: 'c' }] };
    expect(await shown(output, undefined, env)).toEqual({
      rows: [
        {
          IBAN: '[redacted]',
          'Card-Number': '[redacted]',
          cardnumbers: '[redacted]',
          password: '[redacted]',
          card: 'c',
        },
      ],
    });
  });

  test('that is cut has no secrets in its preview, and counts what is shown', async () => {
    const output = { token: 'hidden'.repeat(1000), text: 'x'.repeat(100) };
    expect(await shown(output, 30)).toEqual({
      truncated: true,
      bytes: Buffer.byteLength(JSON.stringify({ ...output, token: '[redacted]' })),
      preview: '{"token":"[redacted]","text":"',
    });
  });

  test('ends where it is nested deeper than anybody reads', async () => {
    const nested = `${'{"a":['.repeat(20_000)}"hidden"${']}'.repeat(20_000)}`;
    const gateway = await startGateway();
    gateway.sandbox.addFault({
      match: { route: ROUTE },
      body: `{"nodes":[{"node_id":"n","latest_output":${nested}}]}`,
    });
    const { data, errors } = await gateway.query<Data>(OUTPUT, { id: DOCUMENT_ID });
    expect(errors).toEqual([]);
    const text = JSON.stringify(data);
    expect(text).toContain('[too deep]');
    expect(text).not.toContain('hidden');
  });

  test('keeps keys that objects have, and hides in them', async () => {
    const text = '{"__proto__":{"password":"hidden","kept":1},"constructor":{"token":"hidden"},"toString":2}';
    const gateway = await startGateway();
    gateway.sandbox.addFault({
      match: { route: ROUTE },
      body: `{"nodes":[{"node_id":"n","latest_output":${text}}]}`,
    });
    const { data } = await gateway.query<Data>(OUTPUT, { id: DOCUMENT_ID });
    expect(JSON.stringify(data.execution.nodes[0]?.output)).toBe(text.replaceAll('hidden', '[redacted]'));
    expect(({} as Record<string, unknown>)['kept']).toBeUndefined();
  });

  test('of no run of the sandbox shows a secret, nor does the log', async () => {
    const { query, sandbox, logs } = await startStill();
    const { docs } = await list(sandbox, 'limit=50');
    const raw: unknown[] = [];
    for (const { _id: id } of docs) raw.push((await ask(sandbox, `/execution/${id}`)).body);
    expect(JSON.stringify(raw)).toMatch(/example-token|example-password/);
    for (const { _id: id } of docs) {
      const { errors, data } = await query<Data>(ONE, { id });
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).not.toMatch(/example-token|example-password/);
    }
    expect(logs.join('')).not.toMatch(/example-token|example-password/);
  });
});

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
    for (const { _id: id } of (await list(sandbox, 'limit=100&status=COMPLETED')).docs) {
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
    const { body } = await ask<Detail>(sandbox, `/execution/${DOCUMENT_ID}`);
    const node_id = body.nodes[0]?.['node_id'];
    for (const generation of ['d1', 'd2'] as const) {
      const other = await startGateway({ sandbox: { generation } });
      other.sandbox.addFault({ match: { route: ROUTE }, body: { nodes: [{ node_id, is_batch: null }] } });
      const { data, errors } = await other.query<Data>(QUERY, { id: DOCUMENT_ID });
      expect(errors).toMatchObject([
        {
          path: ['execution', 'nodes', 0, 'batches'],
          extensions: { code: 'NOT_SUPPORTED', upstream: { status: 501 } },
        },
      ]);
      expect(data.execution.nodes).toEqual([{ id: node_id, isBatch: null, batches: null }]);
      expect(other.sandbox.requests()).toHaveLength(2);
    }
    const { errors } = await query<Data>(QUERY, { id: DOCUMENT_ID });
    expect(errors.every(({ extensions }) => extensions.code === 'NOT_SUPPORTED')).toBe(true);
    expect(errors[0]?.extensions).not.toHaveProperty('upstream');
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
    const { data, errors } = await gateway.query<Data>(QUERY, { id: DOCUMENT_ID });
    expect(errors).toEqual([]);
    expect(data.execution.nodes[0]?.batches.nodes).toEqual([
      { index: null, status: null, output: null },
      { index: null, status: null, output: null },
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
    const { data, errors } = await gateway.query<Data>(QUERY, { id: DOCUMENT_ID, ...variables });
    expect(errors).toMatchObject([
      { path: ['execution', 'nodes', 0, 'batches'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(errors[0]?.message).toContain(argument);
    expect(data.execution.nodes[0]?.batches).toBeNull();
    expect(gateway.sandbox.requests()).toHaveLength(1);
  });
});
