import { afterEach, describe, expect, test } from '@jest/globals';
import { EVERYTHING, LIST, type Listed } from '../support/executions.ts';
import { startGateway, startServer, startStill, stopAll } from '../support/gateway.ts';
import { EXECUTIONS, type Listed as Paged } from '../support/paging.ts';
import { ask, type ListBody } from '../support/sandbox.ts';

afterEach(stopAll);

/** The errors of an answer: where, and what they say. */
function told(
  errors: readonly { path?: readonly unknown[]; message: string; extensions: { code: string } }[],
) {
  return errors.map(({ path = [], message, extensions }) => [path.join('.'), extensions.code, message]);
}

const ONE = 'One element is left out here: upstream sent nothing that can be read';
const TWO = '2 elements are left out here: upstream sent nothing that can be read';

describe('an element that cannot be read costs that element, and an error says so', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'secret-value'],
    ['a list', []],
    ['without an id', { name: 'secret-value' }],
    ['with an id that is null', { _id: null }],
    ['with an id that is empty', { _id: '' }],
    ['with an id that is an object', { _id: { $oid: 'secret-value' } }],
  ])('a row of a list: %s', async (_what, row) => {
    const { query, sandbox, logs } = await startGateway();
    sandbox.addFault({ body: { docs: [{ _id: 'a' }, row, { _id: 'c' }], totalDocs: 3 } });

    const { data, errors } = await query<Listed>(LIST, { page: { size: 3 } });

    expect(told(errors)).toEqual([['executions.nodes', 'UPSTREAM_BAD_RESPONSE', ONE]]);
    expect(data.executions).toEqual({ totalCount: 3, nodes: [{ id: 'a' }, { id: 'c' }] });
    expect(JSON.stringify(errors) + logs.join('')).not.toContain('secret-value');
    expect(logs.join('')).toContain('UPSTREAM_BAD_RESPONSE');
  });

  test('all of them', async () => {
    const { query, sandbox } = await startGateway();
    sandbox.addFault({ body: { docs: [null, {}], totalDocs: 2 } });
    const { data, errors } = await query<Listed>(LIST);
    expect(told(errors)).toEqual([['executions.nodes', 'UPSTREAM_BAD_RESPONSE', TWO]]);
    expect(data.executions).toEqual({ totalCount: 2, nodes: [] });
  });

  test('what was not asked for is no error', async () => {
    const { query, sandbox } = await startGateway();
    sandbox.addFault({ body: { docs: [null], totalDocs: 1 } });
    const { data, errors } = await query<Listed>('{ executions { totalCount } }');
    expect(errors).toEqual([]);
    expect(data.executions).toEqual({ totalCount: 1 });
  });

  test.each<[string, string, string, unknown, string, unknown]>([
    [
      'a workflow',
      '/workflow',
      '{ workflows { totalCount nodes { id } } }',
      { docs: [{ _id: 'w' }, {}], totalDocs: 2 },
      'workflows.nodes',
      { workflows: { totalCount: 2, nodes: [{ id: 'w' }] } },
    ],
    [
      'an application',
      '/application',
      '{ applications { id } }',
      [null, { app_id: 'a' }],
      'applications',
      { applications: [{ id: 'a' }] },
    ],
    [
      'a connected account',
      '/application',
      '{ applications { connectedAccounts { status } tags } }',
      [{ app_id: 'a', connected_accounts: [{ status: 'active' }, null], tags: ['x', null, 7] }],
      'applications.0.connectedAccounts',
      { applications: [{ connectedAccounts: [{ status: 'active' }], tags: ['x', '7'] }] },
    ],
    [
      'a step',
      '/execution/{execution_id}',
      '{ execution(id: "x") { status nodes { name } } }',
      { status: 'RUNNING', nodes: [{ node_name: 'no id' }, { node_id: 1, node_name: 'start' }] },
      'execution.nodes',
      { execution: { status: 'RUNNING', nodes: [{ name: 'start' }] } },
    ],
  ])('%s', async (_what, route, text, body, path, data) => {
    const { query, sandbox } = await startGateway();
    sandbox.addFault({ match: { route: `GET ${route}` }, status: 200, body });
    const answer = await query(text);
    expect(told(answer.errors)).toEqual([[path, 'UPSTREAM_BAD_RESPONSE', ONE]]);
    expect(answer.data).toEqual(data);
  });
});

describe('where a row is left out', () => {
  /** A gateway over an upstream whose row so many is null. */
  async function startOver(hole: number) {
    const gateway = await startStill({ sandbox: { executions: 30 } });
    const { docs } = (await ask<ListBody>(gateway.sandbox, '/execution?limit=100')).body;
    const all = docs.map(({ _id }) => _id);
    const serve = (number: number, size: number) => {
      const rows = docs.map((row, index) => (index === hole ? null : row));
      const body = { docs: rows.slice((number - 1) * size, number * size), totalDocs: rows.length };
      const query = { page: String(number), limit: String(size) };
      gateway.sandbox.addFault({ match: { query }, body, times: 1000 });
    };
    for (let size = 1; size <= 100; size++)
      for (let number = 1; (number - 1) * size < all.length; number++) serve(number, size);
    return { ...gateway, others: all.filter((_id, index) => index !== hole) };
  }

  test.each([0, 4, 5, 9, 29])('pages hold the same rows as without it: row %d', async (hole) => {
    const { query, others } = await startOver(hole);
    const pages = [];
    for (let number = 1; number <= 6; number++) {
      const { data } = await query<Paged>(EXECUTIONS, { page: { number, size: 5 } });
      pages.push(...data.list.nodes.map(({ id }) => id));
      expect(data.list.totalCount).toBe(30);
    }
    expect(pages).toEqual(others);
  });

  test.each([0, 4, 5, 9, 29])('a walk meets each of the others once: row %d', async (hole) => {
    const { query, others } = await startOver(hole);
    const met: string[] = [];
    let after: string | null = null;
    let hasNext = true;
    while (hasNext) {
      const { data, errors }: Awaited<ReturnType<typeof query<Paged>>> = await query<Paged>(EXECUTIONS, {
        first: 5,
        after,
      });
      expect(errors.every(({ path }) => path?.[1] === 'nodes' || path?.[1] === 'edges')).toBe(true);
      expect(data.list.edges.map(({ node }) => node.id)).toEqual(data.list.nodes.map(({ id }) => id));
      met.push(...data.list.nodes.map(({ id }) => id));
      hasNext = data.list.pageInfo.hasNextPage;
      after = data.list.pageInfo.endCursor;
    }
    expect(met).toEqual(others);
  });

  test('nothing is changed by a filter that found it', async () => {
    const { query, sandbox } = await startGateway();
    sandbox.addFault({ match: { route: 'GET /execution' }, body: { docs: [null], totalDocs: 1 }, times: 9 });
    const { errors } = await query<unknown>(
      'mutation { stopExecutions(input: { filter: {} }) { job { id } } }',
    );
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_SUPPORTED' } }]);
    expect(Object.keys(sandbox.stats().requests)).toEqual(['GET /execution']);
  });
});

describe('numbers and flags as text', () => {
  const DETAIL = `query ($id: ID!) { execution(id: $id) {
    status completionPercentage durationMs nodes { id isBatch attempts durationMs }
  } }`;
  const CATALOGUE = `{
    workflows { totalCount nodes { id published version } }
    applications { id connected reauthRequired }
  }`;

  test.each<[string, string]>([
    ['executions', EVERYTHING],
    ['one execution', DETAIL],
    ['workflows and applications', CATALOGUE],
  ])('read as what they are: %s', async (_what, text) => {
    const { query, sandbox } = await startStill();
    const variables = { id: '65410cf6cdf931a12d7ab009' };
    const usual = await query(text, variables);
    sandbox.setOptions({ textNumbers: true });
    const { data, errors } = await query<unknown>(text, variables);
    expect(errors).toEqual([]);
    expect(data).toEqual(usual.data);
  });
});

describe('what upstream says in another way', () => {
  test.each<[string, unknown, unknown]>([
    ['an id', 'app', { id: 'app' }],
    ['an object', { _id: 'app', name: 'Slack', icon: '' }, { id: 'app' }],
    ['an object without an id', { name: 'Slack' }, null],
  ])('the application of a workflow: %s', async (_what, associated_application, application) => {
    const { query, sandbox } = await startGateway();
    sandbox.addFault({
      match: { route: 'GET /workflow/{id}' },
      status: 200,
      body: { _id: 'w', associated_application },
    });
    const { data, errors } = await query<unknown>('{ workflow(id: "w") { application { id } } }');
    expect(errors).toEqual([]);
    expect(data).toEqual({ workflow: { application } });
  });

  test('the name of an embedded application costs no call', async () => {
    const { query, sandbox } = await startGateway();
    const associated_application = { _id: 'app', name: 'Slack', icon: '' };
    sandbox.addFault({
      match: { route: 'GET /workflow/{id}' },
      status: 200,
      body: { _id: 'w', associated_application },
    });
    const { data } = await query<unknown>('{ workflow(id: "w") { application { name icon } } }');
    expect(data).toEqual({ workflow: { application: { name: 'Slack', icon: '' } } });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test.each<[string, object, string | null]>([
    ['Schedule', { trigger_application_event: 'Schedule' }, 'SCHEDULE'],
    ['SCHEDULE', { trigger_application_event: 'SCHEDULE' }, 'SCHEDULE'],
    ['API Call', { trigger_application_event: 'API Call' }, 'API_CALL'],
    ['API_CALL', { trigger_application_event: 'API_CALL' }, 'API_CALL'],
    ['the name of an event', { trigger_application_event: 'New Contact' }, 'EVENT'],
    ['a named object beside it', { associated_trigger_application: { name: 'API Call' } }, 'API_CALL'],
    ['a text beside it', { associated_trigger_application: 'Schedule' }, 'SCHEDULE'],
    ['an application beside it', { associated_trigger_application: { _id: 'x', name: 'Slack' } }, 'EVENT'],
    ['nothing', {}, null],
  ])('what started a run: %s', async (_what, fields, source) => {
    const { query, sandbox } = await startGateway();
    sandbox.addFault({ body: { docs: [{ _id: 'a', ...fields }], totalDocs: 1 } });
    const { data } = await query<Listed>(EVERYTHING);
    expect(data.executions.nodes).toMatchObject([{ source }]);
  });

  test('what started a run is told by the filter where its row does not tell', async () => {
    const { query, sandbox } = await startGateway({ sandbox: { generation: 'd1' } });
    const { data, errors } = await query<Listed>(EVERYTHING, {
      filter: { source: 'EVENT' },
      page: { size: 5 },
    });
    expect(errors).toEqual([]);
    const rows = (await ask<ListBody>(sandbox, '/execution?execution_source=Event&limit=5')).body.docs;
    expect(rows.every((row) => row['trigger_application_event'] === undefined)).toBe(true);
    expect(data.executions.nodes).toMatchObject(rows.map(({ _id }) => ({ id: _id, source: 'EVENT' })));
  });

  test('an empty object is no execution, and is not remembered', async () => {
    const { query, sandbox } = await startGateway({
      env: { CACHE_TERMINAL_MS: '60000', CACHE_RUNNING_MS: '60000' },
    });
    const text = '{ execution(id: "65410cf6cdf931a12d7ab009") { status } }';
    sandbox.addFault({ match: { route: 'GET /execution/{execution_id}' }, body: {} });
    const first = await query(text);
    expect(told(first.errors).map(([path, code]) => [path, code])).toEqual([
      ['execution', 'UPSTREAM_BAD_RESPONSE'],
    ]);
    expect(first.data).toEqual({ execution: null });
    const second = await query(text);
    expect(second.data).toEqual({ execution: { status: 'ERRORED' } });
  });
});

describe('a row that cannot be read tells nothing', () => {
  const RUNS = [1, 2, 3, 4].map((nth) => ({ _id: `6593f500000000000000000${String(nth)}` }));
  const SOURCES = ['Schedule', 'Schedule', 'Event', 'Event'];

  /** The newest first unless asked otherwise, one that cannot be read among them, and sources in the older spelling. */
  const startUnreadable = async (unreadable: number, env: Record<string, string> = {}) => {
    const upstreamUrl = await startServer(({ url = '' }, response) => {
      const query = new URL(url, 'http://upstream').searchParams;
      const [page, limit] = [Number(query.get('page')), Number(query.get('limit'))];
      const source = query.get('execution_source') ?? '';
      const isRead = ['Schedule', 'API Call'].includes(source);
      const rows = RUNS.map((run, nth) => (nth === unreadable ? null : run)).filter(
        (_run, nth) => !isRead || SOURCES[nth] === source,
      );
      const sorted = query.get('sortAsc') === 'true' ? rows : rows.toReversed();
      const docs = sorted.slice((page - 1) * limit, page * limit);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ docs, totalDocs: rows.length }));
    });
    return startGateway({ upstreamUrl, env });
  };

  test('of whether upstream has understood a source', async () => {
    const { query } = await startUnreadable(3);
    const { data, errors } = await query<unknown>(
      '{ executionCounts(filter: { source: SCHEDULE }) { total } }',
    );
    expect([errors, data]).toEqual([[], { executionCounts: { total: 2 } }]);
  });

  test('of whether upstream has understood a source, where there is no other, but that it is there', async () => {
    const { query, sandbox } = await startStill({ sandbox: { generation: 'd2' } });
    const asked = { status: 'STOPPING', execution_source: 'API_CALL' };
    sandbox.addFault({ match: { query: asked }, times: 9, body: { docs: [null], totalDocs: 1 } });
    const filter = { status: ['STOPPING'], source: 'API_CALL' };
    const { data, errors } = await query<Listed>(LIST, { filter });
    expect(told(errors)).toEqual([['executions.nodes', 'UPSTREAM_BAD_RESPONSE', ONE]]);
    expect(data.executions).toEqual({ totalCount: 1, nodes: [] });
  });

  test('of whether it follows those of the page before', async () => {
    const { query } = await startUnreadable(2, { MAX_PAGE_SIZE: '2' });
    const first = await query<Paged>(EXECUTIONS, { sort: 'ASC', first: 2 });
    const { endCursor: after } = first.data.list.pageInfo;
    const { data } = await query<Paged>(EXECUTIONS, { sort: 'ASC', first: 2, after });
    expect(data.list.nodes).toEqual([{ id: RUNS[3]?._id }]);
  });

  test('of whether it is one of another state', async () => {
    const { query, sandbox } = await startGateway();
    sandbox.addFault({ times: 2, body: { docs: [null], totalDocs: 1 } });
    const filter = { status: ['ERRORED', 'STOPPED'] };
    const { data, errors } = await query<Listed>(LIST, { filter });
    expect(told(errors)).toEqual([['executions.nodes', 'UPSTREAM_BAD_RESPONSE', TWO]]);
    expect(data.executions).toEqual({ totalCount: 2, nodes: [] });
  });
});
