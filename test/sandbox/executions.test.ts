import { expect, test } from '@jest/globals';

import {
  ask,
  FAILED,
  ids,
  KEY,
  list,
  OTHER_KEY,
  sandboxWith,
  SESSION,
  type ListBody,
  type Row,
} from '../support/sandbox.ts';
import { createSandboxClock } from '../support/fake-clock.ts';

const DOCUMENT_QUERY = 'page=1&limit=10&status=All&execution_source=All';

const DOCUMENT_ROW = {
  _id: FAILED,
  createdAt: '2023-10-31T14:19:34.788Z',
  name: 'Retry for workflow 65200cfd01af0388e905ad92',
  associated_application: {
    icon: 'https://cobalt-app-logos.s3.ap-south-1.amazonaws.com/slack/logo.png',
    name: 'Slack',
    _id: '64f6d9f33234d3d6419cfdbc',
  },
  status: 'ERRORED',
  associated_workflow: { _id: '64f7258e35b72267edc02589', name: 'Post message to a channel', icon: '' },
  environment: 'test',
  config_id: '12345',
  associated_event_id: '6523dfdeffed0fb7e2c3b90e',
};

test('the document’s own curl answers its row first, with its values and no others', async () => {
  const sandbox = await sandboxWith();
  const body = await list(sandbox, DOCUMENT_QUERY);
  expect(body.docs[0]).toEqual(DOCUMENT_ROW);
  expect({ ...body, docs: body.docs.length }).toEqual({
    docs: 10,
    totalDocs: 250,
    limit: 10,
    page: 1,
    totalPages: 25,
    pagingCounter: 1,
    hasPrevPage: false,
    hasNextPage: true,
    prevPage: null,
    nextPage: 2,
  });
});

const TODAY_MS = Date.parse('2026-11-25T22:00:00.000Z');

test.each(['d1', 'd2', 'both'] as const)(
  '%s: the document’s run is the oldest, and found by id, name, day and status',
  async (generation) => {
    const sandbox = await sandboxWith({ generation, clock: { now: () => TODAY_MS } });
    const all = await list(sandbox, 'limit=250');
    expect(all.docs.at(-1)).toMatchObject(DOCUMENT_ROW);
    expect(ids(await list(sandbox, 'page=250&limit=1'))).toEqual([FAILED]);
    expect(ids(await list(sandbox, 'end_date=2023-10-31'))).toEqual([FAILED]);
    expect(ids(await list(sandbox, 'status=ERRORED&limit=250')).at(-1)).toBe(FAILED);
    const { _id, ...values } = DOCUMENT_ROW;
    const { body } = await ask<Row>(sandbox, `/execution/${_id}`);
    expect(body).toMatchObject(values);
    if (generation === 'd1') return;
    expect(ids(await list(sandbox, `execution_id=${FAILED}`))).toEqual([FAILED]);
    expect(ids(await list(sandbox, 'sortAsc=true'))[0]).toBe(FAILED);
    expect(ids(await list(sandbox, 'workflow_name=Post%20message&limit=250')).at(-1)).toBe(FAILED);
  },
);

test('its workflow and application are in the catalogue under its ids', async () => {
  const sandbox = await sandboxWith();
  const { associated_workflow: workflow, associated_application: application } = DOCUMENT_ROW;
  const one = await ask(sandbox, `/workflow/${workflow._id}`);
  expect(one.body).toMatchObject({ ...workflow, associated_application: application._id });
  const { _id, ...values } = application;
  expect((await ask(sandbox, '/application/slack')).body).toMatchObject({ app_id: _id, ...values });
});

test.each([250, 20_000])(
  'all other rows of %s lie between 90 days before the start and now',
  async (executions) => {
    const sandbox = await sandboxWith({ executions, clock: { now: () => TODAY_MS } });
    const spread = await Promise.all(
      [OTHER_KEY, KEY].map((headers) => list(sandbox, 'limit=10000', headers)),
    );
    const oldest = await list(sandbox, 'sortAsc=true&limit=2');
    const times = [...spread.flatMap((body) => body.docs), ...oldest.docs].map((row) =>
      Date.parse(row.createdAt),
    );
    const others = times.filter((createdAtMs) => createdAtMs !== Date.parse(DOCUMENT_ROW.createdAt));
    expect(Math.min(...others)).toBeGreaterThan(TODAY_MS - 90 * 86_400_000);
    expect(Math.max(...others)).toBeLessThanOrEqual(TODAY_MS);
    expect(others.filter((createdAtMs) => createdAtMs > TODAY_MS - 7 * 86_400_000).length).toBeGreaterThan(
      20,
    );
  },
);

test('without a query the first ten come, the same for the key and for the session token', async () => {
  const sandbox = await sandboxWith();
  const wanted = await list(sandbox, DOCUMENT_QUERY);
  expect((await ask(sandbox, '/execution')).body).toEqual(wanted);
  expect((await ask(sandbox, '/execution', { headers: SESSION })).body).toEqual(wanted);
});

test('pages follow each other without a gap, newest first, equal times by id', async () => {
  const sandbox = await sandboxWith({ executions: 400 });
  const all = await list(sandbox, 'limit=1000');
  const order = all.docs.map((row) => `${row.createdAt} ${row._id}`);
  expect(order).toEqual([...order].sort().reverse());
  expect(new Set(ids(all)).size).toBe(400);
  expect(new Set(all.docs.map((row) => row.createdAt)).size).toBeLessThan(400);
  expect(all.docs.map((row) => Number.parseInt(row._id.slice(0, 8), 16))).toEqual(
    all.docs.map((row) => Math.floor(Date.parse(row.createdAt) / 1000)),
  );

  const pages = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((page) => list(sandbox, `page=${String(page)}&limit=70`)),
  );
  expect(pages.flatMap(ids)).toEqual(ids(all));
  expect(pages.map((page) => [page.pagingCounter, page.prevPage, page.nextPage, page.docs.length])).toEqual([
    [1, null, 2, 70],
    [71, 1, 3, 70],
    [141, 2, 4, 70],
    [211, 3, 5, 70],
    [281, 4, 6, 70],
    [351, 5, null, 50],
  ]);
  expect(ids(await list(sandbox, 'limit=1000&sortAsc=true'))).toEqual(ids(all).reverse());
});

test('a page past the end is empty, and so is an empty list', async () => {
  const sandbox = await sandboxWith();
  expect(await list(sandbox, 'page=99&limit=10')).toEqual({
    docs: [],
    totalDocs: 250,
    limit: 10,
    page: 99,
    totalPages: 25,
    pagingCounter: 981,
    hasPrevPage: true,
    hasNextPage: false,
    prevPage: 98,
    nextPage: null,
  });
  expect(await list(sandbox, 'slug=no-such-application')).toEqual({
    docs: [],
    totalDocs: 0,
    limit: 10,
    page: 1,
    totalPages: 1,
    pagingCounter: 1,
    hasPrevPage: false,
    hasNextPage: false,
    prevPage: null,
    nextPage: null,
  });
});

interface Embedded {
  readonly _id: string;
  readonly name: string;
}
const workflowOf = (row: Row): Embedded => row['associated_workflow'] as Embedded;
/** What is neither a schedule nor a call is the name of an event. */
function sourceOf(row: Row): string {
  const trigger = String(row['trigger_application_event']);
  return ['Schedule', 'API_CALL'].includes(trigger) ? trigger : 'Event';
}
const applicationOf = (row: Row): string => (row['associated_application'] as Embedded).name;

const FILTERS: readonly (readonly [string, (row: Row) => boolean])[] = [
  ...['COMPLETED', 'ERRORED', 'RUNNING', 'STOPPED', 'TIMED_OUT'].map(
    (status) => [`status=${status}`, (row: Row) => row['status'] === status] as const,
  ),
  [
    'status=ERRORED&execution_source=Event',
    (row) => row['status'] === 'ERRORED' && sourceOf(row) === 'Event',
  ],
  ['execution_source=Event', (row) => sourceOf(row) === 'Event'],
  ['execution_source=Schedule', (row) => sourceOf(row) === 'Schedule'],
  ['execution_source=SCHEDULE', (row) => sourceOf(row) === 'Schedule'],
  ['execution_source=API%20Call', (row) => sourceOf(row) === 'API_CALL'],
  ['execution_source=API_CALL', (row) => sourceOf(row) === 'API_CALL'],
  ['execution_type=SYNC', (row) => row['type_of_execution'] === 'SYNC'],
  ['execution_type=ASYNC', (row) => row['type_of_execution'] === 'ASYNC'],
  ['slug=slack', (row) => applicationOf(row) === 'Slack'],
  ['slug=slack,google_sheets', (row) => ['Slack', 'Google Sheets'].includes(applicationOf(row))],
  ['workflow_name=SYNC', (row) => workflowOf(row).name.toLowerCase().includes('sync')],
  ['workflow_id=64f7258e35b72267edc02589', (row) => workflowOf(row)._id === '64f7258e35b72267edc02589'],
  ['start_date=2023-10-15', (row) => row.createdAt >= '2023-10-15'],
  ['end_date=2023-10-15', (row) => row.createdAt < '2023-10-16'],
  ['start_date=2023-10-15&end_date=2023-10-15', (row) => row.createdAt.startsWith('2023-10-15')],
  [
    'start_date=2023-10-20T06:30:00Z&end_date=2023-10-22T18:00:00.500%2B02:00',
    (row) => row.createdAt >= '2023-10-20T06:30:00.000Z' && row.createdAt <= '2023-10-22T16:00:00.500Z',
  ],
  [
    'status=COMPLETED&slug=hubspot&start_date=2023-10-05&sortAsc=true',
    (row) =>
      row['status'] === 'COMPLETED' && applicationOf(row) === 'HubSpot' && row.createdAt >= '2023-10-05',
  ],
  [`execution_id=${FAILED}`, (row) => row._id === FAILED],
];

// In the newer shape every row tells its source and type, so that a filter can be checked from outside.
test.each(FILTERS)('%s lists what a filter over all rows lists', async (query, wanted) => {
  const sandbox = await sandboxWith({ generation: 'd2' });
  const all = (await list(sandbox, 'limit=1000')).docs.filter(wanted).map((row) => row._id);
  const expected = query.includes('sortAsc=true') ? all.reverse() : all;
  const found = await list(sandbox, `limit=1000&${query}`);
  expect(ids(found)).toEqual(expected);
  expect(found.totalDocs).toBe(expected.length);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(250);
  const second = await list(sandbox, `page=2&limit=2&${query}`);
  expect(ids(second)).toEqual(expected.slice(2, 4));
});

test('filters that were asked before answer the same again, however many came between', async () => {
  const sandbox = await sandboxWith();
  const statuses = ['All', 'COMPLETED', 'ERRORED', 'STOPPED'];
  const types = ['All', 'SYNC', 'ASYNC'];
  const slugs = ['slack', 'notion,jira', 'gmail'];
  const queries = statuses.flatMap((status) =>
    types.flatMap((type) =>
      slugs.map((slug) => `limit=250&status=${status}&execution_type=${type}&slug=${slug}`),
    ),
  );
  const alone = await Promise.all(queries.map(async (query) => list(await sandboxWith(), query)));
  const first: unknown[] = [];
  for (const query of queries) first.push(await list(sandbox, query));
  const again: unknown[] = [];
  for (const query of [...queries].reverse()) again.unshift(await list(sandbox, query));
  expect(first).toEqual(alone);
  expect(again).toEqual(alone);
});

test('the bounds of a date filter belong to it, to the millisecond', async () => {
  const sandbox = await sandboxWith();
  const { createdAt } = (await list(sandbox, 'page=30&limit=1')).docs[0] ?? {};
  const found = await list(sandbox, `start_date=${String(createdAt)}&end_date=${String(createdAt)}`);
  expect(found.docs.map((row) => row.createdAt)).toContain(createdAt);
  expect(new Set(found.docs.map((row) => row.createdAt)).size).toBe(1);
});

test('execution_id goes together with the other filters', async () => {
  const sandbox = await sandboxWith();
  const id = `execution_id=${FAILED}`;
  expect(ids(await list(sandbox, `${id}&status=ERRORED`))).toEqual([FAILED]);
  expect((await list(sandbox, `${id}&status=COMPLETED`)).totalDocs).toBe(0);
  expect((await list(sandbox, `${id}&slug=notion`)).totalDocs).toBe(0);
  expect((await list(sandbox, `${id}&end_date=2023-10-30`)).totalDocs).toBe(0);
  expect(await list(sandbox, `${id}&page=2`)).toMatchObject({ docs: [], totalDocs: 1 });
  expect((await list(sandbox, 'execution_id=nonsense')).totalDocs).toBe(0);
  expect((await list(sandbox, id, OTHER_KEY)).totalDocs).toBe(0);
});

test('a filter’s list stays right when executions arrive and run on', async () => {
  const sandbox = await sandboxWith({ clock: createSandboxClock() });
  const before = await list(sandbox, 'status=COMPLETED&limit=1000');
  const [added] = sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED' });
  expect(ids(await list(sandbox, 'status=COMPLETED&limit=1000'))).toEqual([added, ...ids(before)]);
  sandbox.advanceClock(60_000);
  const after = await list(sandbox, 'status=COMPLETED&limit=1000');
  expect(after.totalDocs).toBe(before.totalDocs + 3);
  expect((await list(sandbox, 'status=RUNNING')).totalDocs).toBe(0);
});

test.each([
  'page=0',
  'page=-1',
  'page=1.5',
  'page=',
  'limit=0',
  'limit=abc',
  'limit=10001',
  'status=QUEUED',
  'status=completed',
  'status=',
  'execution_source=event',
  'execution_source=toString',
  'execution_type=BOTH',
  'start_date=2023-02-30',
  'start_date=31.10.2023',
  'end_date=2023-10-31T25:00:00Z',
  'end_date=2023-10-31T10:00:00',
  'sortAsc=yes',
  'page=1&page=2',
  'status=%zz',
])('%s is refused', async (query) => {
  const sandbox = await sandboxWith();
  const reply = await ask<{ error_code: string; message: string }>(sandbox, `/execution?${query}`);
  expect(reply.status).toBe(400);
  expect(reply.body.error_code).toBe('SERVER_ERROR');
  expect(reply.body.message).toMatch(
    query.includes('%') ? /Malformed/ : new RegExp(`^${query.split('=')[0] ?? ''} `),
  );
});

test('ten rows in a row have ten workflows, all public in the newest 200', async () => {
  const sandbox = await sandboxWith({ executions: 600 });
  const { docs } = await list(sandbox, 'limit=600');
  const workflows = docs.map((row) => workflowOf(row)._id);
  const newest = workflows.slice(0, 200);
  const distinct = newest.slice(0, 191).map((_, index) => new Set(newest.slice(index, index + 10)).size);
  expect(new Set(distinct)).toEqual(new Set([10]));
  const { body } = await ask<ListBody>(sandbox, '/workflow?limit=100');
  const publicIds = new Set(ids(body));
  expect(newest.filter((id) => !publicIds.has(id))).toEqual([]);
  expect(workflows.slice(200).some((id) => !publicIds.has(id))).toBe(true);
});

test('statuses newer than the documentation are there, but not among the first 20', async () => {
  const sandbox = await sandboxWith();
  const statuses = (await list(sandbox, 'limit=250&status=All')).docs.map((row) => row['status']);
  const newer = statuses.filter((status) => status === 'QUEUED' || status === 'WAITING');
  expect(new Set(newer)).toEqual(new Set(['QUEUED', 'WAITING']));
  expect(statuses.slice(0, 20)).not.toContain('QUEUED');
  expect(statuses.slice(0, 20)).not.toContain('WAITING');
  expect(statuses.slice(0, 5)).toEqual(['ERRORED', 'RUNNING', 'RUNNING', 'RUNNING', expect.any(String)]);
});

test('rows of two accounts never mix, and an unknown account is refused', async () => {
  const sandbox = await sandboxWith({ accounts: 3, generation: 'd2' });
  const third = { ...KEY, linked_account_id: 'account-3@example.com' };
  const lists = await Promise.all(
    [KEY, OTHER_KEY, third].map((headers) => list(sandbox, 'limit=250', headers)),
  );
  expect(new Set(lists.flatMap(ids)).size).toBe(750);
  expect(lists.map((body) => [...new Set(body.docs.map((row) => row['linked_account_id']))])).toEqual([
    ['demo@example.com'],
    ['other@example.com'],
    ['account-3@example.com'],
  ]);
  const sessions = ['session-demo', 'session-other', 'session-3'].map((token) => ({
    authorization: `Bearer ${token}`,
  }));
  expect(await Promise.all(sessions.map((headers) => list(sandbox, 'limit=250', headers)))).toEqual(lists);
  const strangers = [
    'nobody@example.com',
    'account-1@example.com',
    'account-4@example.com',
    'account-03@example.com',
  ];
  const refused = await Promise.all(
    strangers.map((account) =>
      ask<{ error: string }>(sandbox, '/execution', { headers: { ...KEY, linked_account_id: account } }),
    ),
  );
  expect(refused.map(({ status, body }) => [status, body.error])).toEqual(
    strangers.map(() => [400, 'INVALID_LINKED_ACCOUNT_ID']),
  );
});
