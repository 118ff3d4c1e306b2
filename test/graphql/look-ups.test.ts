import { afterEach, describe, expect, test } from '@jest/globals';

import type { Fault } from '../../sandbox/control/faults.ts';
import { ask, fakeClock } from '../support/sandbox.ts';
import type { ListBody, Row } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, OTHER, STANDING, startGateway, stopAll } from '../support/gateway.ts';
import type { Setup } from '../support/gateway.ts';

afterEach(stopAll);

const APPLICATION_FIELDS = `
  id name icon slug description type authType ecosystem tags connected reauthRequired
  connectedAccounts { identifier authType connectedAt status }`;

const WORKFLOW_FIELDS =
  'id name icon description slug alias published version environment createdAt updatedAt';

const WORKFLOW = `query ($id: ID!) { workflow(id: $id) { ${WORKFLOW_FIELDS} application { id } } }`;

const WORKFLOWS = `query ($filter: WorkflowFilter, $page: PageInput) {
  workflows(filter: $filter, page: $page) { totalCount nodes { ${WORKFLOW_FIELDS} application { id } } }
}`;

const APPLICATION = `query ($slug: String!) { application(slug: $slug) { ${APPLICATION_FIELDS} } }`;

const APPLICATIONS = `{ applications { ${APPLICATION_FIELDS} } }`;

/** Every field that there is below a list of executions. */
const EVERYTHING = `query ($page: PageInput, $filter: ExecutionFilter) {
  executions(page: $page, filter: $filter) { nodes {
    id
    workflow { ${WORKFLOW_FIELDS} application { ${APPLICATION_FIELDS} } }
    application { ${APPLICATION_FIELDS} }
  } }
}`;

const EMBEDDED = `query ($page: PageInput) {
  executions(page: $page) { totalCount pageInfo { endCursor } nodes {
    id name status createdAt workflow { __typename id name icon } application { __typename id name icon }
  } }
}`;

const DESCRIPTIONS = `query ($page: PageInput) {
  executions(page: $page) { nodes { workflow { id description } } }
}`;

type Fields = Readonly<Record<string, unknown>>;

interface Executions {
  readonly executions: {
    readonly nodes: readonly {
      readonly workflow: (Fields & { readonly id: string; readonly application: Fields }) | null;
      readonly application: Fields | null;
    }[];
  };
}

/** A gateway whose upstream stands still. */
function stillGateway(setup: Setup = {}) {
  return startGateway({ ...setup, sandbox: { clock: fakeClock(), ...setup.sandbox } });
}

type Gateway = Awaited<ReturnType<typeof stillGateway>>;

/** What upstream was asked, in the order in which it was asked: `/workflow?page=1&limit=100`. */
function asked({ sandbox }: Gateway): string[] {
  return sandbox
    .requests()
    .map(({ path, query }) => path.replace('/api/v2/public', '') + (query && `?${query}`));
}

/** How many requests the sandbox has counted. */
function calls({ sandbox }: Gateway): number {
  return Object.values(sandbox.stats().requests)
    .flatMap((outcomes) => Object.values(outcomes))
    .reduce((sum, count) => sum + count, 0);
}

/** What upstream says of all workflows of a scope, or of all applications. */
async function workflowRows({ sandbox }: Gateway, scope = 'public', headers = DEMO): Promise<readonly Row[]> {
  return (await ask<ListBody>(sandbox, `/workflow?limit=1000&scope=${scope}`, { headers })).body.docs;
}

async function applicationRows({ sandbox }: Gateway): Promise<readonly Row[]> {
  return (await ask<Row[]>(sandbox, '/application')).body;
}

/** What GraphQL should make of upstream's workflow. */
function workflowOf(row: Row): Fields {
  const { _id, name, icon, description, slug, workflow_alias, published, version } = row as Fields;
  return {
    id: _id,
    name,
    icon,
    description,
    slug,
    alias: workflow_alias,
    published,
    version,
    environment: 'TEST',
    createdAt: row.createdAt,
    updatedAt: row['updatedAt'],
  };
}

/** What GraphQL should make of upstream's application. */
function applicationOf(row: Row): Fields {
  const { app_id, name, icon, slug, description, type, auth_type, ecosystem, tags, connected } =
    row as Fields;
  return {
    id: app_id,
    name,
    icon,
    slug,
    description,
    type,
    authType: auth_type,
    ecosystem,
    tags,
    connected,
    reauthRequired: row['reauth_required'],
    connectedAccounts: (row['connected_accounts'] as Row[]).map(
      ({ identifier, auth_type, connectedAt, status }: Fields) => ({
        identifier,
        authType: auth_type,
        connectedAt,
        status,
      }),
    ),
  };
}

describe('workflow(id)', () => {
  test('each public and private one has upstream’s values, for one call', async () => {
    const gateway = await stillGateway();
    const rows = [...(await workflowRows(gateway)), ...(await workflowRows(gateway, 'private'))];
    expect(rows).toHaveLength(43);
    for (const row of rows) {
      const { data, errors, extensions } = await gateway.query<{ workflow: Fields }>(WORKFLOW, {
        id: row._id,
      });
      expect(errors).toEqual([]);
      expect(data.workflow).toEqual({
        ...workflowOf(row),
        application: { id: row['associated_application'] },
      });
      expect(extensions.upstream.calls).toBe(1);
    }
    expect(asked(gateway).at(-1)).toBe(`/workflow/${String(rows.at(-1)?._id)}`);
  });

  test.each([
    ['an unknown one', '65200cfd01af0388e905ad93', 'NOT_FOUND', 404],
    ['one that is no ObjectId', 'nothing-like_that', 'NOT_FOUND', 404],
  ])('%s is null, with %s', async (_what, id, code, status) => {
    const { query } = await stillGateway();
    const { data, errors } = await query<unknown>(WORKFLOW, { id });
    expect(data).toEqual({ workflow: null });
    expect(errors).toMatchObject([{ path: ['workflow'], extensions: { code, upstream: { status } } }]);
  });

  test('a private one of another account is null and FORBIDDEN', async () => {
    const gateway = await stillGateway();
    const [foreign] = await workflowRows(gateway, 'private', OTHER);
    const { data, errors } = await gateway.query<unknown>(WORKFLOW, { id: foreign?._id });
    expect(data).toEqual({ workflow: null });
    expect(errors).toMatchObject([
      { path: ['workflow'], extensions: { code: 'FORBIDDEN', upstream: { status: 403 } } },
    ]);
    const owner = await gateway.query(WORKFLOW, { id: foreign?._id }, OTHER);
    expect(owner.data).toMatchObject({ workflow: { id: foreign?._id } });
  });
});

test.each([
  '',
  '.',
  '..',
  '../application',
  'a/b',
  'a%2Fb',
  'a?b',
  'a#b',
  'a b',
  'ä',
  'a\u0000',
  'a\n',
  'a'.repeat(129),
])('what is no id is refused without a call: %j', async (id) => {
  const gateway = await stillGateway();
  const { data, errors } = await gateway.query<unknown>(
    'query ($id: ID!, $slug: String!) { workflow(id: $id) { id } application(slug: $slug) { id } }',
    { id, slug: id },
  );
  expect(data).toEqual({ workflow: null, application: null });
  expect(errors.toSorted((one, other) => one.message.localeCompare(other.message))).toMatchObject([
    { path: ['workflow'], message: expect.stringMatching(/^id /), extensions: { code: 'BAD_USER_INPUT' } },
    {
      path: ['application'],
      message: expect.stringMatching(/^slug /),
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect(calls(gateway)).toBe(0);
});

describe('workflows', () => {
  test.each<[string, Fields, string]>([
    ['no filter', {}, 'page=1&limit=10'],
    [
      'a filter of nulls',
      {
        filter: {
          name: null,
          applicationId: null,
          applicationSlug: null,
          published: null,
          startDate: null,
          endDate: null,
          scope: null,
        },
      },
      'page=1&limit=10',
    ],
    ['page', { page: { number: 3, size: 7 } }, 'page=3&limit=7'],
    ['name', { filter: { name: '^Post .*(channel)$' } }, 'page=1&limit=10&name=%5EPost+.*%28channel%29%24'],
    [
      'applicationId',
      { filter: { applicationId: '6310a0000000000000000000' } },
      'page=1&limit=10&application_id=6310a0000000000000000000',
    ],
    ['applicationSlug', { filter: { applicationSlug: 'slack' } }, 'page=1&limit=10&slug=slack'],
    ['published', { filter: { published: true } }, 'page=1&limit=10&published=true'],
    ['unpublished', { filter: { published: false } }, 'page=1&limit=10&published=false'],
    ['startDate', { filter: { startDate: '2023-05-01' } }, 'page=1&limit=10&start_date=2023-05-01'],
    ['endDate', { filter: { endDate: '2023-05-01' } }, 'page=1&limit=10&end_date=2023-05-01'],
    ['PUBLIC', { filter: { scope: 'PUBLIC' } }, 'page=1&limit=10'],
    ['PRIVATE', { filter: { scope: 'PRIVATE' } }, 'page=1&limit=10&scope=private'],
    [
      'everything',
      {
        page: { size: 2 },
        filter: {
          scope: 'PRIVATE',
          name: 'export',
          applicationId: 'a',
          applicationSlug: 'b&c',
          published: true,
          startDate: '2023-01-01',
          endDate: '2023-12-31',
        },
      },
      'page=1&limit=2&application_id=a&slug=b%26c&name=export&published=true&start_date=2023-01-01&end_date=2023-12-31&scope=private',
    ],
  ])('upstream is asked for what the arguments say: %s', async (_what, variables, query) => {
    const gateway = await stillGateway();
    const { data, errors } = await gateway.query<unknown>(WORKFLOWS, variables);
    expect(asked(gateway)).toEqual([`/workflow?${query}`]);
    const { body } = await ask<ListBody>(gateway.sandbox, `/workflow?${query}`);
    expect(errors).toEqual([]);
    expect(data).toEqual({
      workflows: {
        totalCount: body.totalDocs,
        nodes: body.docs.map((row) => ({
          ...workflowOf(row),
          application: { id: row['associated_application'] },
        })),
      },
    });
  });

  test.each<[Fields, string]>([
    [{ startDate: '2023-05-02', endDate: '2023-05-01' }, 'filter.startDate'],
    [{ startDate: '2023-02-30' }, 'filter.startDate'],
    [{ endDate: 'today' }, 'filter.endDate'],
    [{ name: '' }, 'filter.name'],
    [{ name: 'a'.repeat(257) }, 'filter.name'],
    [{ applicationId: '' }, 'filter.applicationId'],
    [{ applicationSlug: 'a'.repeat(257) }, 'filter.applicationSlug'],
    [{ published: 'yes' }, 'filter.published'],
    [{ scope: 'private' }, 'filter.scope'],
  ])('refused without a call: %j', async (filter, argument) => {
    const gateway = await stillGateway();
    const { errors } = await gateway.query(WORKFLOWS, { filter });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(errors[0]?.message).toContain(argument);
    expect(calls(gateway)).toBe(0);
  });
});

describe('look-ups by alias', () => {
  const ONE = '65200cfd01af0388e905ad92';

  test('of one workflow cost one call', async () => {
    const gateway = await stillGateway();
    const { data, errors } = await gateway.query<unknown>(
      `{ a: workflow(id: "${ONE}") { id name } b: workflow(id: "${ONE}") { id slug } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ a: { id: ONE }, b: { id: ONE } });
    expect(asked(gateway)).toEqual([`/workflow/${ONE}`]);
  });

  test('of many workflows cost one call', async () => {
    const gateway = await stillGateway();
    const rows = await workflowRows(gateway);
    const before = calls(gateway);
    const fields = rows.map(({ _id }, nth) => `w${String(nth)}: workflow(id: "${_id}") { id description }`);
    const { data, errors } = await gateway.query<Record<string, Fields>>(`{ ${fields.join(' ')} }`);
    expect(errors).toEqual([]);
    expect(Object.values(data)).toEqual(
      rows.map(({ _id, description }: Fields) => ({ id: _id, description })),
    );
    expect(calls(gateway) - before).toBe(1);
  });

  test.each([
    ['one application', ['slack', 'slack'], [], '/application/slack'],
    ['several', ['slack', 'hubspot'], [], '/application'],
    ['one beside the list', ['slack'], ['applications { id }'], '/application'],
    ['what is not there', ['slack', 'nothing'], [], '/application'],
    ['what cannot be a slug', ['slack', '..'], [], '/application/slack'],
  ])('of %s cost one call', async (_what, slugs, others, path) => {
    const gateway = await stillGateway();
    const fields = slugs.map((slug, nth) => `a${String(nth)}: application(slug: "${slug}") { slug name }`);
    const { data, errors } = await gateway.query<Record<string, Fields | null>>(
      `{ ${[...fields, ...others].join(' ')} }`,
    );
    const wrong: Record<string, string> = { nothing: 'NOT_FOUND', '..': 'BAD_USER_INPUT' };
    expect(slugs.map((_, nth) => data[`a${String(nth)}`]?.['slug'] ?? null)).toEqual(
      slugs.map((slug) => (slug in wrong ? null : slug)),
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(
      slugs.flatMap((slug) => wrong[slug] ?? []),
    );
    expect(asked(gateway)).toEqual([path]);
  });

  test('of several applications do without a list that is refused', async () => {
    const gateway = await stillGateway();
    gateway.sandbox.addFault({ match: { route: 'GET /application' }, status: 403 });
    const { data, errors } = await gateway.query<unknown>(
      '{ a: application(slug: "slack") { slug } b: application(slug: "hubspot") { slug } }',
    );
    expect([errors, data]).toEqual([[], { a: { slug: 'slack' }, b: { slug: 'hubspot' } }]);
  });
});

describe('applications', () => {
  test('a slug may have dots', async () => {
    const { query, sandbox } = await stillGateway();
    const row = { app_id: 'a1', slug: 'monday.com' };
    sandbox.addFault({ match: { route: 'GET /application/{slug}' }, status: 200, body: row });
    const { data, errors } = await query<unknown>('{ application(slug: "monday.com") { slug } }');
    expect([errors, data]).toEqual([[], { application: { slug: 'monday.com' } }]);
    expect(sandbox.requests().map(({ path }) => path)).toEqual(['/api/v2/public/application/monday.com']);
  });

  test('all of them have upstream’s values, for one call', async () => {
    const gateway = await stillGateway();
    const { data, errors } = await gateway.query<unknown>(APPLICATIONS);
    expect(asked(gateway)).toEqual(['/application']);
    const rows = await applicationRows(gateway);
    expect(errors).toEqual([]);
    expect(rows).toHaveLength(12);
    expect(data).toEqual({ applications: rows.map(applicationOf) });
  });

  test.each([true, false])('those whose `connected` is %j, for one call', async (connected) => {
    const gateway = await stillGateway();
    const rows = (await applicationRows(gateway)).filter((row) => row['connected'] === connected);
    const { data, errors, extensions } = await gateway.query<unknown>(
      'query ($connected: Boolean) { applications(connected: $connected) { slug connected } }',
      { connected },
    );
    expect(errors).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    expect(data).toEqual({ applications: rows.map(({ slug }: Fields) => ({ slug, connected })) });
    expect(extensions.upstream.calls).toBe(1);
  });

  test('each by its slug, for one call', async () => {
    const gateway = await stillGateway();
    for (const row of await applicationRows(gateway)) {
      const { data, errors, extensions } = await gateway.query<unknown>(APPLICATION, { slug: row['slug'] });
      expect(errors).toEqual([]);
      expect(data).toEqual({ application: applicationOf(row) });
      expect(extensions.upstream.calls).toBe(1);
    }
  });

  test('an unknown slug is null, with NOT_FOUND', async () => {
    const { query } = await stillGateway();
    const { data, errors } = await query<unknown>(APPLICATION, { slug: 'nothing' });
    expect(data).toEqual({ application: null });
    expect(errors).toMatchObject([{ path: ['application'], extensions: { code: 'NOT_FOUND' } }]);
  });

  test('one that upstream forbids is null, with FORBIDDEN', async () => {
    const { query, sandbox } = await stillGateway();
    sandbox.addFault({ match: { route: '/application/{slug}' }, status: 403 });
    const { data, errors } = await query<unknown>(APPLICATION, { slug: 'slack' });
    expect(data).toEqual({ application: null });
    expect(errors).toMatchObject([{ path: ['application'], extensions: { code: 'FORBIDDEN' } }]);
  });
});

/** What there is beyond `id` where upstream says nothing more. */
const NO_WORKFLOW = {
  name: null,
  icon: null,
  description: null,
  slug: null,
  alias: null,
  published: null,
  version: null,
  environment: null,
  createdAt: null,
  updatedAt: null,
  application: null,
};
const NO_APPLICATION = {
  name: null,
  icon: null,
  slug: null,
  description: null,
  type: null,
  authType: null,
  ecosystem: null,
  tags: null,
  connected: null,
  reauthRequired: null,
  connectedAccounts: null,
};
const ACCOUNT = {
  identifier: 'demo@example.com',
  auth_type: 'oauth2',
  connectedAt: '2024-03-01T10:00:00.000Z',
  status: 'active',
};
const READ_ACCOUNT = {
  identifier: 'demo@example.com',
  authType: 'oauth2',
  connectedAt: '2024-03-01T10:00:00.000Z',
  status: 'active',
};

describe('fields that upstream leaves out or has oddly', () => {
  test.each<[string, Fields, Fields]>([
    ['nothing but the id', {}, {}],
    [
      'nulls',
      {
        name: null,
        icon: null,
        description: null,
        slug: null,
        workflow_alias: null,
        published: null,
        version: null,
        environment: null,
        createdAt: null,
        updatedAt: null,
        associated_application: null,
      },
      {},
    ],
    [
      'wrong types',
      {
        name: 1,
        icon: {},
        description: [],
        slug: true,
        published: 'true',
        version: '3',
        environment: 1,
        createdAt: {},
        updatedAt: 'soon',
        associated_application: {},
      },
      {},
    ],
    [
      'empty texts',
      {
        name: '',
        icon: '',
        description: '',
        slug: '',
        environment: '',
        createdAt: '',
        associated_application: '',
      },
      { name: '', icon: '', description: '', slug: '' },
    ],
    ['production', { environment: 'production' }, { environment: 'PRODUCTION' }],
    ['another environment', { environment: 'valueOf' }, {}],
    ['a version that is no whole number', { version: 1.5 }, {}],
    ['a version beyond counting', { version: 2 ** 31 }, {}],
    ['no version yet', { version: 0, published: false }, { version: 0, published: false }],
    ['an application’s id', { associated_application: 'a1' }, { application: { id: 'a1' } }],
    ['more than is known', { nodes: [{}], edges: 1, secret: 'x' }, {}],
  ])('workflow: %s', async (_what, wire, read) => {
    const { query, sandbox } = await stillGateway();
    const row = { _id: 'w1', ...wire };
    sandbox.addFault({ match: { route: '/workflow/{id}' }, status: 200, body: row });
    sandbox.addFault({ match: { route: '/workflow' }, body: { docs: [row], totalDocs: 1 } });
    const single = await query(WORKFLOW, { id: 'w1' });
    const list = await query(WORKFLOWS);
    expect([single.errors, list.errors]).toEqual([[], []]);
    expect(single.data).toEqual({ workflow: { ...NO_WORKFLOW, ...read, id: 'w1' } });
    expect(list.data).toEqual({
      workflows: { totalCount: 1, nodes: [{ ...NO_WORKFLOW, ...read, id: 'w1' }] },
    });
  });

  test.each<[string, Fields, Fields]>([
    ['nothing but the id', { app_id: 'a1' }, {}],
    ['the other id', { _id: 'a1' }, {}],
    ['both ids', { app_id: 'a1', _id: 'other' }, {}],
    ['an odd first id', { app_id: {}, _id: 'a1' }, {}],
    [
      'nulls',
      {
        app_id: 'a1',
        name: null,
        icon: null,
        slug: null,
        description: null,
        type: null,
        auth_type: null,
        tags: null,
        connected: null,
        reauth_required: null,
        connected_accounts: null,
      },
      {},
    ],
    [
      'wrong types',
      {
        app_id: 'a1',
        name: 1,
        icon: {},
        slug: [],
        description: true,
        type: 2,
        auth_type: {},
        tags: 'a',
        connected: 'yes',
        reauth_required: 1,
        connected_accounts: {},
      },
      {},
    ],
    ['odd tags', { app_id: 'a1', tags: ['a', 1] }, {}],
    [
      'no tags and accounts',
      { app_id: 'a1', tags: [], connected_accounts: [] },
      { tags: [], connectedAccounts: [] },
    ],
    [
      'flags',
      { app_id: 'a1', connected: false, reauth_required: true },
      { connected: false, reauthRequired: true },
    ],
    ['an account', { app_id: 'a1', connected_accounts: [ACCOUNT] }, { connectedAccounts: [READ_ACCOUNT] }],
    [
      'identifiers of any kind',
      {
        app_id: 'a1',
        connected_accounts: [
          { ...ACCOUNT, identifier: { team: [1] } },
          { ...ACCOUNT, identifier: 7 },
          { ...ACCOUNT, identifier: null },
        ],
      },
      {
        connectedAccounts: [
          { ...READ_ACCOUNT, identifier: { team: [1] } },
          { ...READ_ACCOUNT, identifier: 7 },
          { ...READ_ACCOUNT, identifier: null },
        ],
      },
    ],
    [
      'an account of nothing',
      { app_id: 'a1', connected_accounts: [{}] },
      { connectedAccounts: [{ identifier: null, authType: null, connectedAt: null, status: null }] },
    ],
    [
      'an account of oddities',
      { app_id: 'a1', connected_accounts: [{ auth_type: 1, connectedAt: 'x', status: {} }] },
      { connectedAccounts: [{ identifier: null, authType: null, connectedAt: null, status: null }] },
    ],
    ['what is no account', { app_id: 'a1', connected_accounts: [ACCOUNT, 'x'] }, {}],
  ])('application: %s', async (_what, row, read) => {
    const { query, sandbox } = await stillGateway();
    sandbox.addFault({ match: { route: '/application/{slug}' }, status: 200, body: row });
    sandbox.addFault({ match: { route: '/application' }, body: [row] });
    const single = await query(APPLICATION, { slug: 'a' });
    const list = await query(APPLICATIONS);
    expect([single.errors, list.errors]).toEqual([[], []]);
    expect(single.data).toEqual({ application: { ...NO_APPLICATION, ...read, id: 'a1' } });
    expect(list.data).toEqual({ applications: [{ ...NO_APPLICATION, ...read, id: 'a1' }] });
  });

  test('nothing secret of a connected account passes', async () => {
    const { query, sandbox, logs } = await stillGateway();
    const secrets = {
      access_token: 'secret-1',
      refresh_token: 'secret-2',
      credentials: { password: 'secret-3' },
    };
    const row = {
      app_id: 'a1',
      slug: 'a',
      ...secrets,
      auth_input_map: ['secret-4'],
      connected_accounts: [{ ...ACCOUNT, ...secrets }],
    };
    sandbox.addFault({ match: { route: '/application' }, body: [row] });
    sandbox.addFault({ match: { route: '/application/{slug}' }, status: 200, body: row });
    const answers = [await query(APPLICATIONS), await query(APPLICATION, { slug: 'a' })];
    expect(answers.map(({ errors }) => errors)).toEqual([[], []]);
    expect(answers[1]?.data).toMatchObject({ application: { connectedAccounts: [READ_ACCOUNT] } });
    expect(JSON.stringify(answers) + logs.join('')).not.toContain('secret-');
    const shape = await query('{ __type(name: "ConnectedAccount") { fields { name } } }');
    expect(shape.data).toEqual({
      __type: { fields: ['identifier', 'authType', 'connectedAt', 'status'].map((name) => ({ name })) },
    });
  });

  test('an identifier is shown without what looks like secrets, and cut where it is too large', async () => {
    const { query, sandbox } = await stillGateway({ env: { REDACT_KEYS: 'token,pin' } });
    const identifiers = [
      { email: 'a@example.com', access_token: 'secret-1', parts: [{ PIN: 'secret-2', team: 7 }] },
      'x'.repeat(20_000),
      'a@example.com',
    ];
    const row = { app_id: 'a1', connected_accounts: identifiers.map((identifier) => ({ identifier })) };
    sandbox.addFault({ match: { route: '/application' }, body: [row] });
    const { data, errors } = await query<unknown>('{ applications { connectedAccounts { identifier } } }');
    const shown = [
      { email: 'a@example.com', access_token: '[redacted]', parts: [{ PIN: '[redacted]', team: 7 }] },
      { truncated: true, bytes: 20_002, preview: `"${'x'.repeat(16_383)}` },
      'a@example.com',
    ];
    expect(errors).toEqual([]);
    expect(data).toEqual({
      applications: [{ connectedAccounts: shown.map((identifier) => ({ identifier })) }],
    });
  });

  test.each<[string, string, unknown]>([
    ['workflow', '/workflow/{id}', { name: 'no id' }],
    ['workflow', '/workflow/{id}', []],
    ['workflows', '/workflow', { docs: [{ _id: 'w' }, {}], totalDocs: 2 }],
    ['workflows', '/workflow', [{ _id: 'w' }]],
    ['application', '/application/{slug}', { slug: 'no id' }],
    ['application', '/application/{slug}', null],
    ['applications', '/application', [{ app_id: 'a' }, { slug: 'no id' }]],
    ['applications', '/application', { docs: [] }],
  ])('%s: an answer that is of no use is UPSTREAM_BAD_RESPONSE (%s: %j)', async (field, route, body) => {
    const { query, sandbox } = await stillGateway();
    sandbox.addFault({ match: { route: `GET ${route}` }, status: 200, body });
    const texts: Record<string, string> = {
      workflow: '{ workflow(id: "w") { id } }',
      workflows: '{ workflows { totalCount } }',
      application: '{ application(slug: "a") { id } }',
      applications: '{ applications { id } }',
    };
    const { errors } = await query(texts[field] ?? '');
    expect(errors).toMatchObject([{ path: [field], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  });
});

describe('what a list of executions costs', () => {
  test('embedded fields alone, 10 rows: 1 call', async () => {
    const gateway = await stillGateway();
    const { data, errors, extensions } = await gateway.query<Executions>(EMBEDDED);
    expect(errors).toEqual([]);
    expect(new Set(data.executions.nodes.map(({ workflow }) => workflow?.id)).size).toBe(10);
    expect(gateway.sandbox.stats().requests).toEqual({ 'GET /execution': { '200': 1 } });
    expect(extensions.upstream.calls).toBe(1);
  });

  test('every field, 10 rows with 10 workflows: 3 calls, and upstream’s values', async () => {
    const gateway = await stillGateway();
    const { data, errors, extensions } = await gateway.query<Executions>(EVERYTHING);
    expect(errors).toEqual([]);
    expect(gateway.sandbox.stats().requests).toEqual({
      'GET /execution': { '200': 1 },
      'GET /workflow': { '200': 1 },
      'GET /application': { '200': 1 },
    });
    expect(extensions.upstream.calls).toBe(3);
    expect(asked(gateway).slice(0, 2)).toEqual([
      '/execution?page=1&limit=10',
      expect.stringMatching(/^\/(workflow|application)/),
    ]);
    expect(asked(gateway)).toContain('/workflow?page=1&limit=100');
    const { nodes } = data.executions;
    expect(new Set(nodes.map(({ workflow }) => workflow?.id)).size).toBe(10);
    const workflows = new Map((await workflowRows(gateway)).map((row) => [row._id, row]));
    const applications = new Map(
      (await applicationRows(gateway)).map((row) => [row['app_id'], applicationOf(row)]),
    );
    const { body } = await ask<ListBody>(gateway.sandbox, '/execution');
    expect(nodes).toEqual(
      body.docs.map((row) => {
        const workflow = workflows.get((row['associated_workflow'] as Row)._id) ?? row;
        const application = applications.get((row['associated_application'] as Row)._id);
        return {
          id: row._id,
          workflow: {
            ...workflowOf(workflow),
            application: applications.get(workflow['associated_application']),
          },
          application,
        };
      }),
    );
  });

  test('every field, 100 rows with 40 public and 3 private workflows: 4 calls', async () => {
    const gateway = await stillGateway();
    for (const { _id } of await workflowRows(gateway, 'private')) {
      gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId: _id });
    }
    const before = calls(gateway);
    const { data, errors, extensions } = await gateway.query<Executions>(EVERYTHING, { page: { size: 100 } });
    expect(errors).toEqual([]);
    expect(new Set(data.executions.nodes.map(({ workflow }) => workflow?.id)).size).toBe(43);
    expect([calls(gateway) - before, extensions.upstream.calls]).toEqual([4, 4]);
    expect(asked(gateway)).toEqual(
      expect.arrayContaining([
        '/workflow?page=1&limit=100',
        '/workflow?page=1&limit=100&scope=private',
        '/application',
      ]),
    );
  });

  test('every field, 100 rows with public workflows alone: 3 calls', async () => {
    const gateway = await stillGateway();
    const { errors } = await gateway.query(EVERYTHING, { page: { size: 100 } });
    expect([errors, calls(gateway)]).toEqual([[], 3]);
  });

  test('every application field of 100 rows: 2 calls', async () => {
    const gateway = await stillGateway();
    const { errors } = await gateway.query(
      `{ executions(page: { size: 100 }) { nodes { application { ${APPLICATION_FIELDS} } } } }`,
    );
    expect(errors).toEqual([]);
    expect(asked(gateway)).toEqual(['/execution?page=1&limit=100', '/application']);
  });

  test('a list of workflows with every application field: 2 calls', async () => {
    const gateway = await stillGateway();
    const { errors } = await gateway.query(
      `{ workflows(page: { size: 40 }) { nodes { ${WORKFLOW_FIELDS} application { ${APPLICATION_FIELDS} } } } }`,
    );
    expect(errors).toEqual([]);
    expect(asked(gateway)).toEqual(['/workflow?page=1&limit=40', '/application']);
  });

  test('aliases share what is looked up', async () => {
    const gateway = await stillGateway();
    const { data, errors } = await gateway.query<Record<'one' | 'two', Executions['executions']>>(`{
      one: executions { nodes { workflow { description d: description } again: workflow { slug application { slug } } } }
      two: executions(page: { number: 2 }) { nodes { workflow { description } application { description a: description } } }
      applications { id }
      more: applications { slug }
    }`);
    expect(errors).toEqual([]);
    expect(data.one.nodes.length + data.two.nodes.length).toBe(20);
    expect(gateway.sandbox.stats().requests).toMatchObject({
      'GET /execution': { '200': 2 },
      'GET /application': { '200': 1 },
    });
    expect(calls(gateway)).toBeLessThanOrEqual(5);
  });

  test('aliases within one list cost no more than the field alone', async () => {
    const gateway = await stillGateway();
    await gateway.query(`{ executions { nodes {
      a: workflow { description slug v: version version }
      b: workflow { description published application { description tags } }
      c: application { tags t: tags }
    } } }`);
    expect(calls(gateway)).toBe(3);
  });

  test('nothing is remembered for the next request', async () => {
    const gateway = await stillGateway();
    await gateway.query(DESCRIPTIONS);
    await gateway.query(DESCRIPTIONS, {}, OTHER);
    expect(asked(gateway).filter((path) => path.startsWith('/workflow'))).toEqual([
      '/workflow?page=1&limit=100',
      '/workflow?page=1&limit=100',
    ]);
    expect(gateway.sandbox.requests().map(({ headers }) => headers['linked_account_id'])).toEqual([
      'demo@example.com',
      'demo@example.com',
      'other@example.com',
      'other@example.com',
    ]);
  });
});

/** Makes the newest runs of the account ones of these workflows, and asks for their descriptions. */
async function describeRunsOf(gateway: Gateway, workflowIds: readonly string[]) {
  for (const workflowId of workflowIds) {
    gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId });
  }
  const before = gateway.sandbox.requests().length;
  const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS, {
    page: { size: workflowIds.length },
  });
  expect(errors).toEqual([]);
  expect(data.executions.nodes.map(({ workflow }) => workflow)).toEqual(
    [...workflowIds].reverse().map((id) => ({ id, description: expect.stringContaining(' runs in ') })),
  );
  return asked(gateway).slice(before + 1);
}

describe('workflows are looked up by single reads or by list pages, whichever is fewer calls', () => {
  /** Places among the public workflows, 0 to 39, and how many private ones; what upstream is asked for them. */
  test.each<[string, number[], number, string[]]>([
    ['1 public', [7], 0, ['one']],
    ['2 public', [7, 30], 0, ['public 1']],
    ['3 public', [7, 30, 31], 0, ['public 1']],
    ['the same one five times', [7, 7, 7, 7, 7], 0, ['one']],
    ['two, again and again', [7, 8, 7, 8, 7, 8], 0, ['public 1']],
    ['10 public', [0, 1, 2, 3, 4, 5, 6, 7, 38, 39], 0, ['public 1']],
    ['1 private', [], 1, ['one']],
    ['2 private', [], 2, ['public 1', 'one', 'one']],
    ['1 public, 1 private', [7], 1, ['public 1', 'one']],
    ['3 private', [], 3, ['public 1', 'private 1']],
    ['1 public, 2 private', [7], 2, ['public 1', 'private 1']],
    ['2 public, 1 private', [7, 8], 1, ['public 1', 'one']],
    ['5 public, 3 private', [0, 1, 2, 3, 4], 3, ['public 1', 'private 1']],
  ])('%s', async (_what, publicPlaces, privateCount, expected) => {
    const gateway = await stillGateway();
    const publicRows = await workflowRows(gateway);
    const privateRows = await workflowRows(gateway, 'private');
    const ids = [
      ...publicPlaces.map((place) => publicRows[place]),
      ...privateRows.slice(0, privateCount),
    ].map((row) => String(row?._id));
    expect((await describeRunsOf(gateway, ids)).map(kindOf)).toEqual(expected);
  });

  test.each<[string, number, number[], string[]]>([
    ['all on the first of 4 pages', 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], ['public 1']],
    ['on the first two pages', 10, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19], ['public 1', 'public 2']],
    ['half on the first page', 10, [0, 1, 2, 3, 4, 20, 21, 22, 23, 24], ['public 1', 'public 2', 'public 3']],
    [
      'on the last of 4 pages',
      10,
      [30, 31, 32, 33, 34, 35, 36, 37, 38, 39],
      ['public 1', 'public 2', 'public 3', 'public 4'],
    ],
    ['few, beyond the first of 4 pages', 10, [37, 38, 39], ['public 1', 'private 1', 'one', 'one', 'one']],
    ['one beyond the first page', 10, [0, 1, 39], ['public 1', 'one']],
    [
      'pages so small that single reads cost less',
      4,
      [20, 24, 28, 32],
      ['public 1', 'private 1', 'one', 'one', 'one', 'one'],
    ],
  ])('many pages: %s', async (_what, maxPageSize, places, expected) => {
    const gateway = await stillGateway({ env: { MAX_PAGE_SIZE: String(maxPageSize) } });
    const rows = await workflowRows(gateway);
    const paths = await describeRunsOf(
      gateway,
      places.map((place) => String(rows[place]?._id)),
    );
    expect(paths.map(kindOf)).toEqual(expected);
    expect(
      paths
        .filter((path) => path.includes('?'))
        .every((path) => path.includes(`&limit=${String(maxPageSize)}`)),
    ).toBe(true);
  });

  test.each([
    [2, 3],
    [3, 5],
    [10, 19],
  ])('in neither list, however long they are, %i cost %i calls', async (count, cost) => {
    const gateway = await stillGateway({ env: { MAX_PAGE_SIZE: '20' } });
    const unknown = Array.from({ length: count }, (_, nth) => ({
      _id: `run-${String(nth)}`,
      associated_workflow: { _id: `gone-${String(nth)}`, name: 'Gone', icon: '' },
    }));
    gateway.sandbox.addFault({
      match: { route: 'GET /execution' },
      body: { docs: unknown, totalDocs: count },
    });
    // Lists of as many pages as may just be read.
    const pages = Math.max(1, count - 1);
    gateway.sandbox.addFault({
      match: { route: 'GET /workflow' },
      body: { docs: [], totalDocs: 20 * pages },
      times: 1000,
    });
    const { errors, extensions } = await gateway.query(DESCRIPTIONS);
    expect(new Set(failures(errors).map((failure) => failure.split(': ')[1]))).toEqual(
      new Set(['NOT_FOUND']),
    );
    expect(extensions.upstream.calls - 1).toBe(cost);
    expect(cost).toBeLessThan(2 * count);
    expect(asked(gateway).slice(1).map(kindOf)).toHaveLength(cost);
  });

  test('the single reads are of exactly the workflows that are missing, each once', async () => {
    const gateway = await stillGateway({ env: { MAX_PAGE_SIZE: '10' } });
    const rows = await workflowRows(gateway);
    const [near, far, farther] = [rows[0], rows[38], rows[39]].map((row) => String(row?._id));
    const paths = await describeRunsOf(gateway, [far, near, farther, far].map(String));
    const single = paths.filter((path) => kindOf(path) === 'one');
    expect([...single].sort()).toEqual([`/workflow/${String(far)}`, `/workflow/${String(farther)}`].sort());
  });
});

/** A look-up's request in short: `one`, `public 2`, `private 1`. */
function kindOf(path: string): string {
  const [, query] = path.split('?');
  if (query === undefined) return /^\/workflow\/[0-9a-f]{24}$/.test(path) ? 'one' : path;
  const params = new URLSearchParams(query);
  return `${params.get('scope') ?? 'public'} ${String(params.get('page'))}`;
}

const DETAILS = `query ($size: Int!) { executions(page: { size: $size }) { totalCount nodes {
  id workflow { id name description application { id } } application { id name description }
} } }`;

interface Detailed {
  readonly executions: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly workflow: Fields; readonly application: Fields }[];
  };
}

/** The paths of errors, and their codes. */
function failures(errors: readonly { path?: readonly unknown[]; extensions: { code: string } }[]): string[] {
  return errors.map(({ path = [], extensions }) => `${path.join('.')}: ${extensions.code}`).sort();
}

describe('a look-up that fails', () => {
  test('nulls its field in each row, and nothing else', async () => {
    const gateway = await stillGateway();
    gateway.sandbox.addFault({ match: { route: 'GET /workflow' }, status: 403, times: 9 });
    gateway.sandbox.addFault({ match: { route: 'GET /workflow/{id}' }, status: 403, times: 9 });
    const { data, errors, status } = await gateway.query<Detailed>(DETAILS, { size: 3 });
    expect(status).toBe(200);
    expect(failures(errors)).toEqual(
      [0, 1, 2].flatMap((row) => [
        `executions.nodes.${String(row)}.workflow.application: FORBIDDEN`,
        `executions.nodes.${String(row)}.workflow.description: FORBIDDEN`,
      ]),
    );
    const text = expect.stringMatching(/./);
    expect(data.executions).toEqual({
      totalCount: 250,
      nodes: [0, 1, 2].map(() => ({
        id: text,
        workflow: { id: text, name: text, description: null, application: null },
        application: { id: text, name: text, description: text },
      })),
    });
  });

  test('of one workflow leaves the others', async () => {
    const gateway = await stillGateway();
    const [own] = await workflowRows(gateway, 'private');
    gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId: String(own?._id) });
    gateway.sandbox.addFault({ match: { route: 'GET /workflow/{id}' }, status: 404 });
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 2 });
    expect(failures(errors)).toEqual([
      'executions.nodes.0.workflow.application: NOT_FOUND',
      'executions.nodes.0.workflow.description: NOT_FOUND',
    ]);
    expect(data.executions.nodes.map(({ workflow }) => workflow)).toEqual([
      { id: own?._id, name: own?.['name'], description: null, application: null },
      {
        id: '65200cfd01af0388e905ad92',
        name: 'Post message to a channel',
        description: expect.stringContaining('Slack'),
        application: { id: expect.any(String) },
      },
    ]);
  });

  /** Descriptions of runs of 4 public workflows on two pages and of 3 private ones, and what their look-up cost. */
  async function describeBoth(fault: Fault) {
    const gateway = await stillGateway({ env: { MAX_PAGE_SIZE: '20' } });
    const rows = [...(await workflowRows(gateway)), ...(await workflowRows(gateway, 'private'))];
    const ids = [0, 1, 2, 25, 40, 41, 42].map((place) => String(rows[place]?._id));
    for (const workflowId of ids) {
      gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId });
    }
    const before = gateway.sandbox.requests().length;
    gateway.sandbox.addFault({ ...fault, times: 9 });
    const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS, { page: { size: 7 } });
    const described = new Map(
      data.executions.nodes.map(({ workflow }) => [workflow?.id, workflow?.['description']]),
    );
    return {
      areThere: ids.map((id) => typeof described.get(id) === 'string'),
      codes: [...new Set(errors.map(({ extensions }) => extensions.code))],
      paths: asked(gateway)
        .slice(before + 1)
        .map(kindOf),
    };
  }

  const SECOND_PAGE = { route: 'GET /workflow', query: { page: '2' } };
  const PRIVATE = { route: 'GET /workflow', query: { scope: 'private' } };

  test.each([403, 401, 501])(
    'because a list is refused with %i is made up for one by one',
    async (status) => {
      expect(await describeBoth({ match: PRIVATE, status })).toEqual({
        areThere: [true, true, true, true, true, true, true],
        codes: [],
        paths: ['public 1', 'public 2', 'private 1', 'one', 'one', 'one'],
      });
    },
  );

  test('because a page of a list cannot be read leaves what other pages held', async () => {
    expect(await describeBoth({ match: SECOND_PAGE, body: { not: 'a page' } })).toEqual({
      areThere: [true, true, true, false, false, false, false],
      codes: ['UPSTREAM_BAD_RESPONSE'],
      paths: ['public 1', 'public 2'],
    });
  });

  test('because one of several ids is no id leaves the others', async () => {
    const gateway = await stillGateway();
    const ids = ['../application', '65200cfd01af0388e905ad92'];
    const docs = ids.map((id) => ({
      _id: `run-${id}`,
      associated_workflow: { _id: id, name: '', icon: '' },
    }));
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body: { docs, totalDocs: 2 } });
    const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS);
    expect(failures(errors)).toEqual(['executions.nodes.0.workflow.description: BAD_USER_INPUT']);
    expect(data.executions.nodes[1]?.workflow).toEqual({
      id: ids[1],
      description: expect.stringContaining('Slack'),
    });
    expect(asked(gateway).slice(1).map(kindOf)).toEqual(['one']);
  });

  test('of applications leaves the workflows', async () => {
    const gateway = await stillGateway();
    gateway.sandbox.addFault({ match: { route: 'GET /application' }, body: { not: 'a list' } });
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 2 });
    expect(failures(errors)).toEqual([
      'executions.nodes.0.application.description: UPSTREAM_BAD_RESPONSE',
      'executions.nodes.1.application.description: UPSTREAM_BAD_RESPONSE',
    ]);
    expect(data.executions.nodes.map(({ workflow }) => workflow['description'])).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
  });

  test('because the application is not among those enabled is NOT_FOUND', async () => {
    const gateway = await stillGateway();
    gateway.sandbox.addFault({ match: { route: 'GET /application' }, body: [] });
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 1 });
    expect(failures(errors)).toEqual(['executions.nodes.0.application.description: NOT_FOUND']);
    expect(data.executions.nodes[0]?.application).toEqual({
      id: expect.any(String),
      name: 'Slack',
      description: null,
    });
  });

  test('because upstream embeds an id that is no id costs no call', async () => {
    const gateway = await stillGateway();
    const row = { _id: 'x', associated_workflow: { _id: '../application', name: 'Odd', icon: '' } };
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body: { docs: [row], totalDocs: 1 } });
    const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS);
    expect(failures(errors)).toEqual(['executions.nodes.0.workflow.description: BAD_USER_INPUT']);
    expect(data.executions.nodes[0]?.workflow).toEqual({ id: '../application', description: null });
    expect(calls(gateway)).toBe(1);
  });
});

describe('a session token for which upstream refuses look-ups', () => {
  test('has the embedded fields, for 1 call', async () => {
    const gateway = await stillGateway({ sandbox: { sessionLookups: false }, clock: STANDING });
    const answer = await gateway.query(EMBEDDED, {}, DEMO_SESSION);
    const allowed = await gateway.query(EMBEDDED, {}, DEMO);
    expect([answer.errors, answer.data]).toEqual([[], allowed.data]);
    expect(answer.extensions.upstream.calls).toBe(1);
  });

  test('has the rest refused on its path', async () => {
    const gateway = await stillGateway({ sandbox: { sessionLookups: false } });
    const { data, errors, status } = await gateway.query<Detailed>(DETAILS, { size: 1 }, DEMO_SESSION);
    expect(status).toBe(200);
    expect(failures(errors)).toEqual([
      'executions.nodes.0.application.description: UNAUTHENTICATED',
      'executions.nodes.0.workflow.application: UNAUTHENTICATED',
      'executions.nodes.0.workflow.description: UNAUTHENTICATED',
    ]);
    expect(data.executions.nodes[0]).toMatchObject({
      id: '65410cf6cdf931a12d7ab009',
      workflow: { name: 'Post message to a channel', description: null, application: null },
      application: { name: 'Slack', description: null },
    });
  });

  test('has it FORBIDDEN where upstream says so', async () => {
    const gateway = await stillGateway();
    for (const route of ['/workflow', '/workflow/{id}', '/application']) {
      gateway.sandbox.addFault({ match: { route }, status: 403, times: 10 });
    }
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 1 }, DEMO_SESSION);
    expect(failures(errors)).toEqual([
      'executions.nodes.0.application.description: FORBIDDEN',
      'executions.nodes.0.workflow.application: FORBIDDEN',
      'executions.nodes.0.workflow.description: FORBIDDEN',
    ]);
    expect(data.executions.nodes[0]).toMatchObject({
      workflow: { name: 'Post message to a channel' },
      application: { name: 'Slack' },
    });
  });

  test('has single look-ups null and UNAUTHENTICATED', async () => {
    const gateway = await stillGateway({ sandbox: { sessionLookups: false } });
    const { data, errors } = await gateway.query<unknown>(
      '{ workflow(id: "65200cfd01af0388e905ad92") { id } application(slug: "slack") { id } workflows { totalCount } }',
      {},
      DEMO_SESSION,
    );
    expect(data).toEqual({ workflow: null, application: null, workflows: { totalCount: 40 } });
    expect(failures(errors)).toEqual(['application: UNAUTHENTICATED', 'workflow: UNAUTHENTICATED']);
  });
});
