import { expect, test } from '@jest/globals';

import { namePattern } from '../../sandbox/api/name-pattern.ts';
import { ask, ids, KEY, OTHER_KEY, sandboxWith } from '../support/sandbox.ts';
import type { ListBody, Row } from '../support/sandbox.ts';

const WORKFLOW_FIELDS = [
  '_id',
  'name',
  'description',
  'icon',
  'slug',
  'published',
  'associated_application',
  'environment',
  'workflow_alias',
  'is_v2',
  'version',
  'nodes',
  'edges',
  'createdAt',
  'updatedAt',
];

test('public workflows: 40 of them, in pages, with every field, newest first', async () => {
  const sandbox = await sandboxWith();
  const { body } = await ask<ListBody & { schema: unknown }>(sandbox, '/workflow?limit=100');
  expect({ ...body, docs: body.docs.length }).toMatchObject({ docs: 40, totalDocs: 40, totalPages: 1 });
  expect(body.schema).toMatchObject({ type: 'object' });
  expect(body.docs.map((row) => Object.keys(row))).toEqual(
    body.docs.map(() => expect.arrayContaining(WORKFLOW_FIELDS)),
  );
  expect(body.docs.map((row) => row.createdAt)).toEqual(
    body.docs
      .map((row) => row.createdAt)
      .sort()
      .reverse(),
  );
  expect(body.docs.filter((row) => row['icon'] === '').length).toBeGreaterThan(5);
  const second = (await ask<ListBody>(sandbox, '/workflow?page=2')).body;
  expect(ids(second)).toEqual(ids(body).slice(10, 20));
  expect(body.docs[0]).toMatchObject({
    _id: '64f7258e35b72267edc02589',
    name: 'Post message to a channel',
    slug: 'slack',
  });
});

test('each filter of the workflow list keeps what it should', async () => {
  const sandbox = await sandboxWith();
  const { docs } = (await ask<ListBody>(sandbox, '/workflow?limit=100')).body;
  const slackId = String(docs[0]?.['associated_application']);
  const filters: [string, (row: Row) => boolean][] = [
    ['slug=notion', (row) => row['slug'] === 'notion'],
    [`application_id=${slackId}`, (row) => row['slug'] === 'slack'],
    ['published=true', (row) => row['published'] === true],
    ['published=false', (row) => row['published'] === false],
    ['name=SYNC', (row) => /sync/i.test(String(row['name']))],
    ['name=%5Esync%20.*s%24', (row) => /^sync .*s$/i.test(String(row['name']))],
    ['start_date=2023-05-01', (row) => row.createdAt >= '2023-05-01'],
    ['end_date=2023-05-01', (row) => row.createdAt < '2023-05-02'],
    [
      'slug=slack&published=true&name=channel',
      (row) => row['slug'] === 'slack' && String(row['name']).includes('channel'),
    ],
  ];
  const found = await Promise.all(
    filters.map(([query]) => ask<ListBody>(sandbox, `/workflow?limit=100&${query}`)),
  );
  const expected = filters.map(([, wanted]) => docs.filter(wanted));
  expect(found.map((reply) => ids(reply.body))).toEqual(expected.map((rows) => rows.map((row) => row._id)));
  expect(expected.map((rows) => rows.length > 0 && rows.length < 40)).toEqual(filters.map(() => true));
});

test.each(['published=yes', 'page=0', 'limit=x', 'start_date=today', 'scope=mine'])(
  'a workflow list with %s is refused',
  async (query) => {
    const sandbox = await sandboxWith();
    expect((await ask(sandbox, `/workflow?${query}`)).status).toBe(400);
  },
);

test('private workflows: each account lists and reads its own, and is forbidden those of others', async () => {
  const sandbox = await sandboxWith();
  const lists = await Promise.all(
    [KEY, OTHER_KEY].map((headers) => ask<ListBody>(sandbox, '/workflow?scope=private', { headers })),
  );
  const [own = [], others = []] = lists.map((reply) => ids(reply.body));
  expect([own.length, others.length]).toEqual([3, 3]);
  expect(new Set([...own, ...others]).size).toBe(6);
  const asked = [...own, ...others, '64f7258e35b72267edc02589'].map((id) =>
    ask<Row>(sandbox, `/workflow/${id}`),
  );
  const replies = await Promise.all(asked);
  expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 403, 403, 403, 200]);
  expect(replies[0]?.body).toEqual(lists[0]?.body.docs[0]);
  expect(replies[3]?.body).toMatchObject({ http_error_type: 'FORBIDDEN' });
});

test('an unknown workflow is 404, also one that looks like a private one', async () => {
  const sandbox = await sandboxWith();
  const { body } = await ask<ListBody>(sandbox, '/workflow?scope=private', { headers: OTHER_KEY });
  const almost = `00000000${ids(body)[0]?.slice(8) ?? ''}`;
  const replies = await Promise.all(['nothing', almost].map((id) => ask(sandbox, `/workflow/${id}`)));
  expect(replies.map((reply) => reply.status)).toEqual([404, 404]);
});

test('applications: a bare array, without credentials, and each by its slug', async () => {
  const sandbox = await sandboxWith();
  const { body } = await ask<(Row & { slug: string; app_id: string; connected_accounts: Row[] })[]>(
    sandbox,
    '/application',
  );
  expect(body).toHaveLength(12);
  expect(new Set(body.map((application) => application['auth_type']))).toEqual(
    new Set(['oauth2', 'keybased']),
  );
  expect(new Set(body.map((application) => application['connected']))).toEqual(new Set([true, false]));
  expect(
    body.filter((application) => application['reauth_required'] === true).map(({ slug }) => slug),
  ).toEqual(['salesforce']);
  const accounts = body.flatMap((application) => application.connected_accounts);
  expect(new Set(accounts.flatMap((account) => Object.keys(account)))).toEqual(
    new Set(['identifier', 'auth_type', 'connectedAt', 'status']),
  );
  const single = await Promise.all(body.map(({ slug }) => ask(sandbox, `/application/${slug}`)));
  expect(single.map((reply) => reply.body)).toEqual(body);
  expect((await ask(sandbox, '/application/nothing')).status).toBe(404);
});

test('the application ids of workflows and applications are the same', async () => {
  const sandbox = await sandboxWith();
  const { body: applications } = await ask<{ app_id: string; slug: string }[]>(sandbox, '/application');
  const slugs = new Map(applications.map(({ app_id, slug }) => [app_id, slug]));
  const { body } = await ask<ListBody>(sandbox, '/workflow?limit=100');
  expect(body.docs.map((row) => slugs.get(String(row['associated_application'])))).toEqual(
    body.docs.map((row) => row['slug']),
  );
});

test.each([
  ['an expression', '^Post .* channel$', 'Post message to a channel', true],
  ['another case', 'POST', 'Post message', true],
  ['no match', '^channel', 'Post message to a channel', false],
  ['a broken expression, literally', 'a (channel', 'To a (channel', true],
  ['a repeated group, literally', '(a+)+$', 'aaa', false],
  ['a repeated group, found literally', '(a+)+$', 'x(A+)+$y', true],
  ['many quantifiers, literally', 'a*a*a*a*b', 'aab', false],
  ['a long pattern, literally', 'a|'.repeat(40), 'a', false],
])('name patterns: %s', (_what, pattern, name, expected) => {
  expect(namePattern(pattern)(name)).toBe(expected);
});
