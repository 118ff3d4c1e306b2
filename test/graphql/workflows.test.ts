import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, type ListBody } from '../support/sandbox.ts';
import { OTHER, startStill, stopAll } from '../support/gateway.ts';
import {
  asked,
  calls,
  WORKFLOW,
  workflowOf,
  workflowRows,
  WORKFLOWS,
  type Fields,
} from '../support/look-ups.ts';

afterEach(stopAll);

describe('workflow(id)', () => {
  test('each public and private one has upstream’s values, for one call', async () => {
    const gateway = await startStill();
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
    const { query } = await startStill();
    const { data, errors } = await query<unknown>(WORKFLOW, { id });
    expect(data).toEqual({ workflow: null });
    expect(errors).toMatchObject([{ path: ['workflow'], extensions: { code, upstream: { status } } }]);
  });

  test('a private one of another account is answered like an unknown one', async () => {
    const gateway = await startStill();
    const [foreign] = await workflowRows(gateway, 'private', OTHER);
    const { data, errors } = await gateway.query<unknown>(WORKFLOW, { id: foreign?._id });
    expect(data).toEqual({ workflow: null });
    expect(errors).toMatchObject([
      { path: ['workflow'], extensions: { code: 'NOT_FOUND', upstream: { status: 404 } } },
    ]);
    expect(gateway.sandbox.stats().requests['GET /workflow/{id}']).toEqual({ 403: 1 });
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
  const gateway = await startStill();
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
    const gateway = await startStill();
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
    const gateway = await startStill();
    const { errors } = await gateway.query(WORKFLOWS, { filter });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(errors[0]?.message).toContain(argument);
    expect(calls(gateway)).toBe(0);
  });
});
