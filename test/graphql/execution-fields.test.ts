import { afterEach, expect, test } from '@jest/globals';
import { createProduct } from '../support/product.ts';
import { ask, FAILED, type ListBody, type Row } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, startGateway, startStill, stopAll } from '../support/gateway.ts';
import { EVERYTHING, type Listed } from '../support/executions.ts';

afterEach(stopAll);

/** A gateway whose upstream answers the next list with these rows. */
async function gatewayWithRows(...docs: unknown[]) {
  const gateway = await startGateway();
  gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body: { docs, totalDocs: docs.length } });
  return gateway;
}

const DOCUMENT = {
  id: FAILED,
  name: 'Retry for workflow 65200cfd01af0388e905ad92',
  status: 'ERRORED',
  rawStatus: 'ERRORED',
  createdAt: '2023-10-31T14:19:34.788Z',
  updatedAt: null,
  completedAt: null,
  durationMs: null,
  environment: 'TEST',
  source: null,
  type: null,
  configId: '12345',
  eventId: '6523dfdeffed0fb7e2c3b90e',
  linkedAccountId: null,
  workflow: { id: '64f7258e35b72267edc02589', name: 'Post message to a channel', icon: '' },
  application: {
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    name: 'Slack',
    icon: expect.stringMatching(/^https:/),
  },
};

test('the execution of the document has its values, whichever way one signs in', async () => {
  const product = await createProduct();
  const { query, sandbox } = await startStill({ env: product.env });
  const ways = [DEMO_SESSION, DEMO, await product.signIn('demo@example.com')];
  const answers = await Promise.all(ways.map((headers) => query<Listed>(EVERYTHING, {}, headers)));

  const plain = 'page=1&limit=10&status=All&execution_source=All';
  const { body } = await ask<ListBody>(sandbox, `/execution?${plain}`);
  expect(body.docs[0]).toEqual({
    _id: DOCUMENT.id,
    createdAt: DOCUMENT.createdAt,
    name: DOCUMENT.name,
    associated_application: { ...DOCUMENT.application, id: undefined, _id: DOCUMENT.application.id },
    status: 'ERRORED',
    associated_workflow: { _id: DOCUMENT.workflow.id, name: DOCUMENT.workflow.name, icon: '' },
    environment: 'test',
    config_id: '12345',
    associated_event_id: DOCUMENT.eventId,
  });

  expect(answers.map(({ status, errors }) => [status, errors])).toEqual(ways.map(() => [200, []]));
  expect(answers.map(({ data }) => data.executions.nodes[0])).toEqual(ways.map(() => DOCUMENT));
  expect(answers.map(({ data }) => data)).toEqual(ways.map(() => answers[0]?.data));
  expect(answers[0]?.data.executions.nodes.map(({ id }) => id)).toEqual(body.docs.map(({ _id }) => _id));
});

const STATUSES = 'COMPLETED ERRORED RUNNING STOPPED STOPPING TIMED_OUT QUEUED WAITING TERMINATED'.split(' ');

const SOURCES: Record<string, string> = {
  Schedule: 'SCHEDULE',
  'API Call': 'API_CALL',
  API_CALL: 'API_CALL',
};

/** What GraphQL should make of one of the sandbox's rows. */
function expectedOf(row: Row): Record<string, unknown> {
  const embedded = (value: unknown) => {
    const { _id, name, icon } = value as Row;
    return { id: _id, name, icon };
  };
  const trigger = row['trigger_application_event'];
  return {
    id: row._id,
    name: row['name'],
    status: STATUSES.includes(String(row['status'])) ? row['status'] : 'UNKNOWN',
    rawStatus: row['status'],
    createdAt: row.createdAt,
    updatedAt: row['updatedAt'] ?? null,
    completedAt: row['completion_time'] ?? null,
    durationMs: row['instance_execution_time'] ?? null,
    environment: 'TEST',
    source: typeof trigger === 'string' ? (SOURCES[trigger] ?? 'EVENT') : null,
    type: row['type_of_execution'] ?? null,
    configId: row['config_id'] ?? null,
    eventId: row['associated_event_id'] ?? null,
    linkedAccountId: row['linked_account_id'] ?? null,
    workflow: embedded(row['associated_workflow']),
    application: embedded(row['associated_application']),
  };
}

test.each(['d1', 'd2', 'both'] as const)('every field of 250 rows, generation %s', async (generation) => {
  const { query, sandbox } = await startStill({
    sandbox: { generation },
    env: { MAX_PAGE_SIZE: '250' },
  });
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { size: 250 } });
  const { body } = await ask<ListBody>(sandbox, '/execution?limit=250');
  expect(errors).toEqual([]);
  expect(body.docs).toHaveLength(250);
  expect(data.executions.nodes).toEqual(body.docs.map(expectedOf));
  expect(new Set(data.executions.nodes.map(({ source }) => source))).toEqual(
    new Set(
      { d1: [null], d2: ['EVENT', 'SCHEDULE', 'API_CALL'], both: [null, 'EVENT', 'SCHEDULE', 'API_CALL'] }[
        generation
      ],
    ),
  );
});

/** A row with every field that is read, as the second generation writes it. */
const ROW = {
  _id: FAILED,
  name: 'Nightly run',
  status: 'COMPLETED',
  createdAt: '2024-03-01T10:00:00.000Z',
  updatedAt: '2024-03-01T10:00:09.500Z',
  completion_time: '2024-03-01T10:00:09.250Z',
  instance_execution_time: 9250.5,
  environment: 'production',
  trigger_application_event: 'API_CALL',
  type_of_execution: 'SYNC',
  config_id: '20001',
  associated_event_id: '6523dfdeffed0fb7e2c3b90e',
  linked_account_id: 'demo@example.com',
  associated_workflow: { _id: 'w1', name: 'Nightly export', icon: 'https://cdn.example.com/w.svg' },
  associated_application: { _id: 'a1', name: 'Slack', icon: 'https://cdn.example.com/a.png' },
};

const READ = {
  id: FAILED,
  name: 'Nightly run',
  status: 'COMPLETED',
  rawStatus: 'COMPLETED',
  createdAt: '2024-03-01T10:00:00.000Z',
  updatedAt: '2024-03-01T10:00:09.500Z',
  completedAt: '2024-03-01T10:00:09.250Z',
  durationMs: 9250.5,
  environment: 'PRODUCTION',
  source: 'API_CALL',
  type: 'SYNC',
  configId: '20001',
  eventId: '6523dfdeffed0fb7e2c3b90e',
  linkedAccountId: 'demo@example.com',
  workflow: { id: 'w1', name: 'Nightly export', icon: 'https://cdn.example.com/w.svg' },
  application: { id: 'a1', name: 'Slack', icon: 'https://cdn.example.com/a.png' },
};

/** Every upstream key that may be missing, and what then reads differently from `READ`. */
const OPTIONAL: Record<string, Partial<Record<keyof typeof READ, unknown>>> = {
  name: { name: null },
  status: { status: 'UNKNOWN', rawStatus: null },
  createdAt: { createdAt: null },
  updatedAt: { updatedAt: null },
  completion_time: { completedAt: null },
  instance_execution_time: { durationMs: null },
  environment: { environment: null },
  trigger_application_event: { source: null },
  type_of_execution: { type: null },
  config_id: { configId: null },
  associated_event_id: { eventId: null },
  linked_account_id: { linkedAccountId: null },
  associated_workflow: { workflow: null },
  associated_application: { application: null },
};

test('fields that are missing, null or of a wrong type read as null, one by one', async () => {
  const wrongs: [string, (row: Record<string, unknown>, key: string) => unknown][] = [
    ['missing', (row, key) => ({ ...row, [key]: undefined })],
    ['null', (row, key) => ({ ...row, [key]: null })],
    ['true', (row, key) => ({ ...row, [key]: true })],
    ['a list', (row, key) => ({ ...row, [key]: ['COMPLETED'] })],
    ['an object', (row, key) => ({ ...row, [key]: { name: 'no id', value: 1 } })],
  ];
  const cases = Object.entries(OPTIONAL).flatMap(([key, change]) =>
    wrongs.map(([what, spoil]) => ({
      what: `${key}: ${what}`,
      doc: spoil(ROW, key),
      read: { ...READ, ...change },
    })),
  );
  const { query } = await gatewayWithRows(ROW, ...cases.map(({ doc }) => doc));
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { size: 100 } });
  expect(errors).toEqual([]);
  const [whole, ...spoilt] = data.executions.nodes;
  expect(whole).toEqual(READ);
  expect(spoilt.map((read, at) => [cases[at]?.what, read])).toEqual(
    cases.map(({ what, read }) => [what, read]),
  );
});

test('a row that has nothing but its id', async () => {
  const { query } = await gatewayWithRows({ _id: 'x' });
  const { data, errors } = await query<Listed>(EVERYTHING);
  expect(errors).toEqual([]);
  const nulls = Object.fromEntries(Object.keys(READ).map((name) => [name, null]));
  expect(data.executions.nodes).toEqual([{ ...nulls, id: 'x', status: 'UNKNOWN' }]);
});

test.each<[string, Record<string, unknown>, Partial<Record<keyof typeof READ, unknown>>]>([
  ['an id that is a number', { _id: 42 }, { id: '42' }],
  ['an empty name', { name: '' }, { name: '' }],
  ['QUEUED', { status: 'QUEUED' }, { status: 'QUEUED', rawStatus: 'QUEUED' }],
  ['WAITING', { status: 'WAITING' }, { status: 'WAITING', rawStatus: 'WAITING' }],
  ['TERMINATED', { status: 'TERMINATED' }, { status: 'TERMINATED', rawStatus: 'TERMINATED' }],
  ['a status newer than the gateway', { status: 'DREAMING' }, { status: 'UNKNOWN', rawStatus: 'DREAMING' }],
  ['a status in words', { status: 'Partial Success' }, { status: 'UNKNOWN', rawStatus: 'Partial Success' }],
  ['a status in another case', { status: 'completed' }, { status: 'UNKNOWN', rawStatus: 'completed' }],
  ['the status All', { status: 'All' }, { status: 'UNKNOWN', rawStatus: 'All' }],
  ['an unknown status of that name', { status: 'UNKNOWN' }, { status: 'UNKNOWN', rawStatus: 'UNKNOWN' }],
  ['a status that objects have', { status: 'constructor' }, { status: 'UNKNOWN', rawStatus: 'constructor' }],
  ['TIMED_OUT', { status: 'TIMED_OUT' }, { status: 'TIMED_OUT', rawStatus: 'TIMED_OUT' }],
  ['a date with another zone', { createdAt: '2024-03-01T11:30:00+01:30' }, { createdAt: READ.createdAt }],
  ['a date without milliseconds', { createdAt: '2024-03-01T10:00:00Z' }, { createdAt: READ.createdAt }],
  ['a date in milliseconds', { createdAt: Date.parse(READ.createdAt) }, { createdAt: READ.createdAt }],
  ['a day', { createdAt: '2024-03-01' }, { createdAt: '2024-03-01T00:00:00.000Z' }],
  ['a date in words', { completion_time: 'yesterday' }, { completedAt: null }],
  ['words with a number', { completion_time: 'Attempt 5' }, { completedAt: null }],
  ['digits', { completion_time: '12' }, { completedAt: null }],
  ['a date without a zone', { completion_time: '2024-03-01T10:00:00' }, { completedAt: null }],
  ['a day that is none', { updatedAt: '2024-13-45T00:00:00.000Z' }, { updatedAt: null }],
  ['a date beyond all years', { updatedAt: 1e20 }, { updatedAt: null }],
  ['a date beyond the year 9999', { updatedAt: 253402300800000 }, { updatedAt: null }],
  ['no time at all', { instance_execution_time: 0 }, { durationMs: 0 }],
  ['a duration as text', { instance_execution_time: '92.5' }, { durationMs: 92.5 }],
  ['a duration in words', { instance_execution_time: 'long' }, { durationMs: null }],
  ['test', { environment: 'test' }, { environment: 'TEST' }],
  ['another environment', { environment: 'staging' }, { environment: null }],
  ['an environment that objects have', { environment: 'toString' }, { environment: null }],
  ['Schedule', { trigger_application_event: 'Schedule' }, { source: 'SCHEDULE' }],
  ['SCHEDULE', { trigger_application_event: 'SCHEDULE' }, { source: 'SCHEDULE' }],
  ['API Call', { trigger_application_event: 'API Call' }, { source: 'API_CALL' }],
  ['an event', { trigger_application_event: 'New Contact Created' }, { source: 'EVENT' }],
  ['an event that objects have', { trigger_application_event: 'constructor' }, { source: 'EVENT' }],
  ['an event without a name', { trigger_application_event: '' }, { source: null }],
  ['ASYNC', { type_of_execution: 'ASYNC' }, { type: 'ASYNC' }],
  ['another type', { type_of_execution: 'BATCH' }, { type: null }],
  ['a config id that is a number', { config_id: 12345 }, { configId: '12345' }],
  ['an empty config id', { config_id: '' }, { configId: null }],
  ['an empty event id', { associated_event_id: '' }, { eventId: null }],
  [
    'a workflow with its id alone',
    { associated_workflow: { _id: 'w2' } },
    { workflow: { id: 'w2', name: null, icon: null } },
  ],
  ['a workflow without an id', { associated_workflow: { name: 'x', icon: '' } }, { workflow: null }],
  [
    'a workflow with odd fields',
    { associated_workflow: { _id: 3, name: 1, icon: {} } },
    { workflow: { id: '3', name: null, icon: null } },
  ],
  [
    'an application with odd fields',
    { associated_application: { _id: 'a2', name: [], icon: '' } },
    { application: { id: 'a2', name: null, icon: '' } },
  ],
  ['keys that nobody knows', { executed_by: { secret: 1 }, __v: 0 }, {}],
])('a row with %s', async (_what, change, read) => {
  const { query } = await gatewayWithRows(ROW, { ...ROW, ...change });
  const { data, errors } = await query<Listed>(EVERYTHING);
  expect(errors).toEqual([]);
  expect(data.executions.nodes).toEqual([READ, { ...READ, ...read }]);
});

test('runs in states that cannot be asked for are listed among the others', async () => {
  const { query, sandbox } = await startStill();
  const newer = ['QUEUED', 'WAITING', 'PARTIAL_SUCCESS'];
  for (const status of newer) sandbox.addExecutions({ account: 'demo@example.com', status });
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { size: 4 } });
  expect(errors).toEqual([]);
  expect(data.executions.nodes.map(({ status, rawStatus }) => [status, rawStatus])).toEqual([
    ['UNKNOWN', 'PARTIAL_SUCCESS'],
    ['WAITING', 'WAITING'],
    ['QUEUED', 'QUEUED'],
    ['ERRORED', 'ERRORED'],
  ]);
});
