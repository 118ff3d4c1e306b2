import { afterEach, describe, expect, test } from '@jest/globals';
import { startStill, stopAll } from '../support/gateway.ts';
import { APPLICATION, APPLICATIONS, WORKFLOW, WORKFLOWS, type Fields } from '../support/look-ups.ts';

afterEach(stopAll);

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
        published: 'yes',
        version: 'three',
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
    const { query, sandbox } = await startStill();
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
    ['odd tags', { app_id: 'a1', tags: ['a', 1, null, {}] }, { tags: ['a', '1'] }],
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
  ])('application: %s', async (_what, row, read) => {
    const { query, sandbox } = await startStill();
    sandbox.addFault({ match: { route: '/application/{slug}' }, status: 200, body: row });
    sandbox.addFault({ match: { route: '/application' }, body: [row] });
    const single = await query(APPLICATION, { slug: 'a' });
    const list = await query(APPLICATIONS);
    expect([single.errors, list.errors]).toEqual([[], []]);
    expect(single.data).toEqual({ application: { ...NO_APPLICATION, ...read, id: 'a1' } });
    expect(list.data).toEqual({ applications: [{ ...NO_APPLICATION, ...read, id: 'a1' }] });
  });

  test('nothing secret of a connected account passes', async () => {
    const { query, sandbox, logs } = await startStill();
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
    const { query, sandbox } = await startStill({ env: { REDACT_KEYS: 'token,pin' } });
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
    ['workflow', '/workflow/{id}', {}],
    ['workflows', '/workflow', [{ _id: 'w' }]],
    ['application', '/application/{slug}', { slug: 'no id' }],
    ['application', '/application/{slug}', null],
    ['application', '/application/{slug}', {}],
    ['applications', '/application', { docs: [] }],
  ])('%s: an answer that is of no use is UPSTREAM_BAD_RESPONSE (%s: %j)', async (field, route, body) => {
    const { query, sandbox } = await startStill();
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
