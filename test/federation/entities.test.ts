import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  DEMO,
  OTHER,
  startGateway,
  startStill,
  stopAll,
  type Gateway,
  type Setup,
} from '../support/gateway.ts';
import {
  APPLICATION,
  APPLICATION_FIELDS,
  applicationRows,
  asked,
  failures,
  WORKFLOW,
  WORKFLOW_FIELDS,
  workflowRows,
} from '../support/look-ups.ts';
import { FAILED } from '../support/sandbox.ts';
import { rememberingFor } from '../support/settings.ts';

afterEach(stopAll);

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Execution { id status nodes { name } workflow { name } }
    ... on Workflow { ${WORKFLOW_FIELDS} application { id } }
    ... on Application { ${APPLICATION_FIELDS} }
  }
}`;
const UNKNOWN = '0123456789abcdef01234567';
const WORKFLOW_ID = '64f7258e35b72267edc02589';

type Entity = Readonly<Record<string, unknown>> | null;

function startSubgraph({ env, ...setup }: Setup = {}) {
  return startStill({ ...setup, env: { FEDERATION: 'true', ...env } });
}

function askFor(
  gateway: Gateway,
  representations: readonly unknown[],
  headers: Record<string, string> = DEMO,
  query = ENTITIES,
) {
  return gateway.query<{ _entities: Entity[] } | null>(query, { representations }, headers);
}

async function runsOf(gateway: Gateway, size: number, headers: Record<string, string> = DEMO) {
  const text = `{ executions(page: { size: ${String(size)} }) { nodes { id } } }`;
  const { data } = await gateway.query<{ executions: { nodes: { id: string }[] } }>(text, {}, headers);
  return data.executions.nodes.map(({ id }) => ({ __typename: 'Execution', id }));
}

async function workflowsOf(gateway: Gateway, count: number) {
  return (await workflowRows(gateway))
    .slice(0, count)
    .map(({ _id }) => ({ __typename: 'Workflow', id: _id }));
}

describe('what another subgraph refers to', () => {
  test('is what the fields of Query tell, by every key', async () => {
    const gateway = await startSubgraph();
    const run = await gateway.query<{ execution: Entity }>(
      `{ execution(id: "${FAILED}") { id status nodes { name } workflow { name } } }`,
    );
    const workflow = await gateway.query<{ workflow: Entity }>(WORKFLOW, { id: WORKFLOW_ID });
    const { data } = await gateway.query<{ application: Entity }>(APPLICATION, { slug: 'slack' });

    const answer = await askFor(gateway, [
      { __typename: 'Application', slug: 'slack' },
      { __typename: 'Execution', id: FAILED },
      { __typename: 'Workflow', id: WORKFLOW_ID },
      { __typename: 'Application', id: data.application?.['id'] },
      { __typename: 'Workflow', id: WORKFLOW_ID },
    ]);

    expect(answer.errors).toEqual([]);
    expect(answer.data?._entities).toEqual([
      { __typename: 'Application', ...data.application },
      { __typename: 'Execution', ...run.data.execution },
      { __typename: 'Workflow', ...workflow.data.workflow },
      { __typename: 'Application', ...data.application },
      { __typename: 'Workflow', ...workflow.data.workflow },
    ]);
  });

  test('is null where it is unknown or another account’s, without a word', async () => {
    const gateway = await startSubgraph();
    const [own] = await runsOf(gateway, 1);
    const [foreign] = await runsOf(gateway, 1, OTHER);
    const { data, errors } = await askFor(gateway, [
      own,
      foreign,
      { __typename: 'Execution', id: UNKNOWN },
      { __typename: 'Workflow', id: UNKNOWN },
      { __typename: 'Application', id: UNKNOWN },
      { __typename: 'Application', slug: 'nothing' },
    ]);

    expect(errors).toEqual([]);
    expect(data?._entities.map((entity) => entity?.['id'] ?? null)).toEqual([
      own?.id,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('is looked up as the caller, and for nobody who is not signed in', async () => {
    const gateway = await startSubgraph();
    const anonymous = await askFor(gateway, [{ __typename: 'Workflow', id: WORKFLOW_ID }], {});
    expect(anonymous.status).toBe(401);
    expect(failures(anonymous.errors)).toEqual(['_entities: UNAUTHENTICATED']);
    expect(anonymous.data).toBeNull();
    expect(asked(gateway)).toEqual([]);

    await askFor(gateway, [{ __typename: 'Workflow', id: WORKFLOW_ID }], OTHER);
    expect(gateway.sandbox.requests().map(({ headers }) => headers['linked_account_id'])).toEqual([
      'other@example.com',
    ]);
  });
});

describe('what it costs:', () => {
  test.each([
    ['a workflow', (gateway: Gateway) => workflowsOf(gateway, 1), 1, 1],
    ['ten workflows with their applications', (gateway: Gateway) => workflowsOf(gateway, 10), 2, 1],
    ['sixty workflows', (gateway: Gateway) => workflowsOf(gateway, 60), 2, 1],
    ['ten runs', (gateway: Gateway) => runsOf(gateway, 10), 10, 10],
    [
      'one run, ten times',
      () => Promise.resolve(Array.from({ length: 10 }, () => ({ __typename: 'Execution', id: FAILED }))),
      1,
      1,
    ],
    [
      'a run, a workflow and an application',
      async (gateway: Gateway) => [
        ...(await runsOf(gateway, 1)),
        ...(await workflowsOf(gateway, 1)),
        { __typename: 'Application', slug: 'slack' },
      ],
      3,
      3,
    ],
  ])('%s', async (_what, representationsOf, requested, calls) => {
    const gateway = await startSubgraph();
    const representations = await representationsOf(gateway);
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Execution { status } ... on Workflow { description application { id } } ... on Application { name }
    } }`;
    const { errors, data, extensions } = await askFor(gateway, representations, DEMO, query);

    expect(errors).toEqual([]);
    expect(data?._entities).toHaveLength(representations.length);
    expect(extensions.cost).toMatchObject({ requested, actual: calls });
  });

  test('more runs than calls are refused before one is made', async () => {
    const gateway = await startSubgraph();
    const representations = await runsOf(gateway, 26);
    const before = asked(gateway).length;
    const { status, errors, data } = await askFor(gateway, representations, DEMO, BARE);

    expect(status).toBe(400);
    expect(errors[0]?.extensions).toEqual({ code: 'COST_LIMIT_EXCEEDED', requested: 26, limit: 25 });
    expect(data).toBeUndefined();
    expect(asked(gateway)).toHaveLength(before);
  });

  test('the values of each are counted as those of rows are', async () => {
    const gateway = await startSubgraph({ env: { MAX_RESPONSE_NODES: '400' } });
    const representations = await workflowsOf(gateway, 40);
    const names = (count: number) =>
      `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Workflow { ${Array.from({ length: count }, (_, nth) => `a${String(nth)}: name`).join(' ')} }
      } }`;

    expect((await askFor(gateway, representations, DEMO, names(9))).errors).toEqual([]);
    const refused = await askFor(gateway, representations, DEMO, names(10));
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'COST_LIMIT_EXCEEDED', requested: 440 });
  });

  test('whoever asks the same again is told what is remembered, and nobody else is', async () => {
    const gateway = await startSubgraph({ env: rememberingFor(60_000) });
    const representations = await workflowsOf(gateway, 10);
    const first = await askFor(gateway, representations);
    for (let time = 0; time < 2; time++) {
      const again = await askFor(gateway, representations);
      expect(again.data).toEqual(first.data);
      expect(again.extensions.upstream).toMatchObject({ calls: 0 });
    }
    // The second answer was made from what is remembered; the third is that one as it is.
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/answers_reused_total 1$/m);

    const other = await askFor(gateway, representations, OTHER);
    expect(other.extensions.upstream).toMatchObject({ calls: 1 });
  });
});

const BARE = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }`;

describe('what is no reference', () => {
  const TYPES = 'must be an object whose __typename is Execution, Workflow, Application';
  const LONG = 'a text of 1 to 128 characters';

  const WRONG: readonly (readonly [what: string, representation: unknown, message: string])[] = [
    ['a text', 'Workflow', TYPES],
    ['a number', 5, TYPES],
    ['a list', [{ __typename: 'Workflow', id: WORKFLOW_ID }], TYPES],
    ['no type', { id: WORKFLOW_ID }, TYPES],
    ['a type that is none', { __typename: 'Nothing', id: WORKFLOW_ID }, TYPES],
    ['a type without a key', { __typename: 'PageInfo', id: WORKFLOW_ID }, TYPES],
    ['a type that every object has', { __typename: 'constructor', id: WORKFLOW_ID }, TYPES],
    ['a type that is no text', { __typename: ['Workflow'], id: WORKFLOW_ID }, TYPES],
    ['no key', { __typename: 'Workflow', slug: 'slack' }, `needs id, ${LONG}`],
    ['no key of two', { __typename: 'Application', name: 'Slack' }, `needs id or slug, ${LONG}`],
    ['a key that is null', { __typename: 'Execution', id: null }, `needs id, ${LONG}`],
    ['a key that is an object', { __typename: 'Execution', id: { id: FAILED } }, `needs id, ${LONG}`],
    ['an empty key', { __typename: 'Execution', id: '' }, `needs id, ${LONG}`],
    ['a huge key', { __typename: 'Execution', id: 'x'.repeat(10_000) }, `needs id, ${LONG}`],
  ];

  test('is an error in its place, and leaves the others', async () => {
    const gateway = await startSubgraph();
    const workflow = { __typename: 'Workflow', id: WORKFLOW_ID };
    const representations = [workflow, ...WRONG.map(([, representation]) => representation), workflow];
    const { data, errors, extensions } = await askFor(gateway, representations);

    expect(data?._entities.map((entity) => entity?.['id'] ?? null)).toEqual([
      WORKFLOW_ID,
      ...WRONG.map(() => null),
      WORKFLOW_ID,
    ]);
    const what = (index: unknown) => WRONG[Number(index) - 1]?.[0];
    expect(errors.map(({ path, message, extensions }) => [what(path?.[1]), message, extensions])).toEqual(
      WRONG.map(([name, , message], index) => [
        name,
        `representations[${String(index + 1)}] ${message}`,
        { code: 'BAD_USER_INPUT' },
      ]),
    );
    expect(extensions.cost).toMatchObject({ requested: 1, actual: 1 });
    expect(gateway.logs.filter((line) => line.includes('unexpected'))).toEqual([]);
  });

  test('is not sent upstream where it cannot be in a path', async () => {
    const gateway = await startSubgraph();
    const { data, errors } = await askFor(gateway, [
      { __typename: 'Workflow', id: '../execution' },
      { __typename: 'Execution', id: '..' },
      { __typename: 'Application', slug: '..' },
    ]);

    expect(data?._entities).toEqual([null, null, null]);
    expect(failures(errors)).toEqual([
      '_entities.0: BAD_USER_INPUT',
      '_entities.1: BAD_USER_INPUT',
      '_entities.2: BAD_USER_INPUT',
    ]);
    expect(asked(gateway)).toEqual([]);
  });

  test('is refused as a whole where there are too many', async () => {
    const gateway = await startSubgraph({ env: { FEDERATION_MAX_ENTITIES: '3' } });
    const representations = await workflowsOf(gateway, 4);
    const before = asked(gateway).length;
    const { data, errors } = await askFor(gateway, representations);

    expect(data).toBeNull();
    expect(errors.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ['representations may have at most 3 values in all', 'BAD_USER_INPUT'],
    ]);
    expect(asked(gateway)).toHaveLength(before);

    const twice = `query ($representations: [_Any!]!) {
      one: _entities(representations: $representations) { __typename }
      other: _entities(representations: $representations) { __typename }
    }`;
    const spread = await askFor(gateway, [{}, {}], DEMO, twice);
    expect(spread.data).toBeNull();
    expect(failures(spread.errors)).toContain('other: BAD_USER_INPUT');
    expect((await askFor(gateway, representations.slice(1))).errors).toEqual([]);
  });

  test('may be written into the document, too', async () => {
    const gateway = await startSubgraph();
    const { data, errors } = await gateway.query<unknown>(
      `{ _entities(representations: [{ __typename: "Workflow", id: "${WORKFLOW_ID}" }, 7]) { ... on Workflow { id } } }`,
    );
    expect(data).toEqual({ _entities: [{ id: WORKFLOW_ID }, null] });
    expect(failures(errors)).toEqual(['_entities.1: BAD_USER_INPUT']);
  });
});

test('fragments apply to the types that they are on, and to those that are one of theirs', async () => {
  const gateway = await startSubgraph();
  const { data, errors } = await gateway.query<unknown>(
    `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        ...Any
        ... on Application { slug what: __typename }
        ... on Workflow { ... on _Entity { ... on Application { slug } ... on Workflow { name } ...Any } }
      }
      workflow(id: "${WORKFLOW_ID}") { ... on _Entity { __typename ... on Execution { status } ... on Workflow { id } } }
    }
    fragment Any on _Entity { __typename ... on Workflow @skip(if: true) { version } ...OfWorkflow }
    fragment OfWorkflow on Workflow { id }`,
    {
      representations: [
        { __typename: 'Workflow', id: WORKFLOW_ID },
        { __typename: 'Application', slug: 'slack' },
      ],
    },
  );

  expect(errors).toEqual([]);
  expect(data).toEqual({
    _entities: [
      { __typename: 'Workflow', id: WORKFLOW_ID, name: expect.any(String) },
      { __typename: 'Application', slug: 'slack', what: 'Application' },
    ],
    workflow: { __typename: 'Workflow', id: WORKFLOW_ID },
  });
});

test('what a look-up fails with stands in its place', async () => {
  const gateway = await startSubgraph();
  const [run, other] = await runsOf(gateway, 2);
  gateway.sandbox.addFault({ match: { route: 'GET /execution/{execution_id}' }, body: [] });
  const { data, errors } = await askFor(gateway, [run, other]);

  expect(data?._entities.filter((entity) => entity === null)).toHaveLength(1);
  expect(errors.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
    ['_entities', 'UPSTREAM_BAD_RESPONSE'],
  ]);
});

describe('the schema of the subgraph', () => {
  const SDL = '{ _service { sdl } }';
  const PRINTED = readFileSync(new URL('../../subgraph.graphql', import.meta.url), 'utf8');

  test.each([
    ['where exploration is on', {}],
    ['where it is asked for', { EXPLORATION: 'false', FEDERATION_SDL: 'true' }],
  ])('is told %s, and is the printed one', async (_where, env) => {
    const gateway = await startSubgraph({ env });
    const { data, errors } = await gateway.query<{ _service: { sdl: string } }>(SDL, {}, {});
    expect(errors).toEqual([]);
    expect(data._service.sdl.trim()).toBe(PRINTED.trim());
  });

  test.each([
    ['where exploration is off', { EXPLORATION: 'false' }],
    ['where that is asked for', { FEDERATION_SDL: 'false' }],
  ])('is not told %s', async (_where, env) => {
    const gateway = await startSubgraph({ env });
    const { data, errors } = await gateway.query<unknown>(SDL, {}, {});
    expect(data).toBeNull();
    expect(errors.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ['_service is off here: take the schema from subgraph.graphql', 'NOT_SUPPORTED'],
    ]);
  });

  test('is nowhere unless it is asked for', async () => {
    const gateway = await startGateway();
    for (const field of ['_service { sdl }', '_entities(representations: []) { __typename }']) {
      const { errors } = await gateway.query<unknown>(`{ ${field} }`);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    }
  });
});

test('applications by ids and slugs at once take a call each', async () => {
  const gateway = await startSubgraph();
  const rows = await applicationRows(gateway);
  const before = asked(gateway).length;
  const representations = [
    { __typename: 'Application', id: rows[0]?.['app_id'] },
    { __typename: 'Application', id: rows[1]?.['app_id'] },
    { __typename: 'Application', slug: 'slack' },
  ];
  const { errors, extensions } = await askFor(gateway, representations, DEMO, BARE);
  expect(errors).toEqual([]);
  expect(extensions.cost?.requested).toBe(2);
  expect(asked(gateway).length - before).toBeLessThanOrEqual(2);
});
