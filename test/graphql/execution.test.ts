import { afterEach, expect, test } from '@jest/globals';

import { createProduct } from '../support/product.ts';
import { ask, fakeClock } from '../support/sandbox.ts';
import type { ListBody, Row } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const LIST = `query ($filter: ExecutionFilter, $page: PageInput, $sort: SortDirection) {
  executions(filter: $filter, page: $page, sort: $sort) { totalCount nodes { id } }
}`;

const FIELDS = `
  id name status rawStatus createdAt updatedAt completedAt durationMs environment source type
  configId eventId linkedAccountId workflow { id name icon } application { id name icon }`;

const EVERYTHING = `query ($page: PageInput, $filter: ExecutionFilter) {
  executions(page: $page, filter: $filter) {
    totalCount nodes { ${FIELDS} }
    pageInfo { hasNextPage hasPreviousPage currentPage pageSize totalPages nextPage previousPage startIndex }
  }
}`;

/** What both of these answer. */
interface Listed {
  readonly executions: {
    readonly totalCount: number;
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly pageInfo: unknown;
  };
}

/** A sandbox whose runs stand still, so that the same question has the same answer. */
function stillSandbox() {
  return { clock: fakeClock() };
}

/** A gateway whose upstream answers the next list with these rows. */
async function gatewayWithRows(...docs: unknown[]) {
  const gateway = await startGateway();
  gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body: { docs, totalDocs: docs.length } });
  return gateway;
}

const TEXT = 'a&status=ERRORED?#=+ü "%"';
const NOTHING = {
  status: null,
  source: null,
  type: null,
  startDate: null,
  endDate: null,
  workflowId: null,
  workflowName: null,
  applicationSlugs: null,
  executionId: null,
};

test.each<[string, Record<string, unknown>, string]>([
  ['no arguments', {}, 'page=1&limit=10'],
  ['null arguments', { filter: null, page: null, sort: null }, 'page=1&limit=10'],
  ['an empty filter and page', { filter: {}, page: {} }, 'page=1&limit=10'],
  ['a filter of nulls', { filter: NOTHING }, 'page=1&limit=10'],
  ['page.number', { page: { number: 3 } }, 'page=3&limit=10'],
  ['page.size', { page: { size: 7 } }, 'page=1&limit=7'],
  ['both, the largest size', { page: { number: 2, size: 100 } }, 'page=2&limit=100'],
  ['COMPLETED', { filter: { status: ['COMPLETED'] } }, 'page=1&limit=10&status=COMPLETED'],
  ['ERRORED', { filter: { status: ['ERRORED'] } }, 'page=1&limit=10&status=ERRORED'],
  ['RUNNING', { filter: { status: ['RUNNING'] } }, 'page=1&limit=10&status=RUNNING'],
  ['STOPPED', { filter: { status: ['STOPPED'] } }, 'page=1&limit=10&status=STOPPED'],
  ['STOPPING', { filter: { status: ['STOPPING'] } }, 'page=1&limit=10&status=STOPPING'],
  ['TIMED_OUT', { filter: { status: ['TIMED_OUT'] } }, 'page=1&limit=10&status=TIMED_OUT'],
  ['the same status twice', { filter: { status: ['ERRORED', 'ERRORED'] } }, 'page=1&limit=10&status=ERRORED'],
  ['EVENT', { filter: { source: 'EVENT' } }, 'page=1&limit=10&execution_source=Event'],
  ['SCHEDULE', { filter: { source: 'SCHEDULE' } }, 'page=1&limit=10&execution_source=Schedule'],
  ['API_CALL', { filter: { source: 'API_CALL' } }, 'page=1&limit=10&execution_source=API+Call'],
  ['SYNC', { filter: { type: 'SYNC' } }, 'page=1&limit=10&execution_type=SYNC'],
  ['ASYNC', { filter: { type: 'ASYNC' } }, 'page=1&limit=10&execution_type=ASYNC'],
  ['startDate', { filter: { startDate: '2023-10-20' } }, 'page=1&limit=10&start_date=2023-10-20'],
  ['endDate, a leap day', { filter: { endDate: '2024-02-29' } }, 'page=1&limit=10&end_date=2024-02-29'],
  [
    'one day',
    { filter: { startDate: '2023-10-30', endDate: '2023-10-30' } },
    'page=1&limit=10&start_date=2023-10-30&end_date=2023-10-30',
  ],
  ['one slug', { filter: { applicationSlugs: ['slack'] } }, 'page=1&limit=10&slug=slack'],
  [
    'several slugs, one twice',
    { filter: { applicationSlugs: ['slack', 'google_sheets', 'slack'] } },
    'page=1&limit=10&slug=slack%2Cgoogle_sheets',
  ],
  [
    'workflowId',
    { filter: { workflowId: '65200cfd01af0388e905ad92' } },
    'page=1&limit=10&workflow_id=65200cfd01af0388e905ad92',
  ],
  ['workflowName', { filter: { workflowName: 'Post' } }, 'page=1&limit=10&workflow_name=Post'],
  [
    'a workflowName that would break out of its place',
    { filter: { workflowName: TEXT } },
    'page=1&limit=10&workflow_name=a%26status%3DERRORED%3F%23%3D%2B%C3%BC+%22%25%22',
  ],
  [
    'executionId',
    { filter: { executionId: '65410cf6cdf931a12d7ab009' } },
    'page=1&limit=10&execution_id=65410cf6cdf931a12d7ab009',
  ],
  ['ASC', { sort: 'ASC' }, 'page=1&limit=10&sortAsc=true'],
  ['DESC', { sort: 'DESC' }, 'page=1&limit=10'],
  [
    'everything',
    {
      page: { number: 1, size: 5 },
      sort: 'ASC',
      filter: {
        status: ['ERRORED'],
        source: 'EVENT',
        type: 'ASYNC',
        startDate: '2023-10-31',
        endDate: '2023-10-31',
        workflowId: '65200cfd01af0388e905ad92',
        workflowName: 'message',
        applicationSlugs: ['slack'],
        executionId: '65410cf6cdf931a12d7ab009',
      },
    },
    'page=1&limit=5&status=ERRORED&execution_source=Event&execution_type=ASYNC&start_date=2023-10-31' +
      '&end_date=2023-10-31&slug=slack&workflow_id=65200cfd01af0388e905ad92&workflow_name=message' +
      '&execution_id=65410cf6cdf931a12d7ab009&sortAsc=true',
  ],
])('upstream is asked for what the arguments say: %s', async (_what, variables, query) => {
  const { query: gateway, sandbox } = await startGateway({ sandbox: stillSandbox() });
  const answer = await gateway<Listed>(LIST, variables);
  const requests = sandbox.requests();
  expect(requests.map((request) => [request.method, request.path, request.query])).toEqual([
    ['GET', '/api/v2/public/execution', query],
  ]);
  const { body } = await ask<ListBody>(sandbox, `/execution?${query}`);
  expect(answer.errors).toEqual([]);
  expect(answer.data.executions).toEqual({
    totalCount: body.totalDocs,
    nodes: body.docs.map(({ _id }) => ({ id: _id })),
  });
});

test('arguments written into the document are read like variables', async () => {
  const { query, sandbox } = await startGateway();
  await query(`{
    executions(
      filter: { status: ERRORED, source: API_CALL, startDate: "2023-10-01", applicationSlugs: "slack", executionId: 7 }
      page: { number: 2, size: 3 }
      sort: ASC
    ) { totalCount }
  }`);
  expect(sandbox.requests().map((request) => request.query)).toEqual([
    'page=2&limit=3&status=ERRORED&execution_source=API+Call&start_date=2023-10-01&slug=slack&execution_id=7&sortAsc=true',
  ]);
});

test.each<[Record<string, unknown>, string]>([
  [{ filter: { status: [] } }, 'filter.status'],
  [{ filter: { status: ['UNKNOWN'] } }, 'filter.status'],
  [{ filter: { status: ['UNKNOWN', 'ERRORED'] } }, 'filter.status'],
  [{ filter: { status: ['QUEUED'] } }, 'filter.status'],
  [{ filter: { status: [null] } }, 'filter.status'],
  [{ filter: { status: 'All' } }, 'filter.status'],
  [{ filter: { source: 'Event' } }, 'filter.source'],
  [{ filter: { type: 'async' } }, 'filter.type'],
  [{ filter: { startDate: '2023-11-01', endDate: '2023-10-31' } }, 'filter.startDate'],
  [{ filter: { startDate: '2023-02-29' } }, 'filter.startDate'],
  [{ filter: { startDate: '2023-10-31T00:00:00.000Z' } }, 'filter.startDate'],
  [{ filter: { startDate: '' } }, 'filter.startDate'],
  [{ filter: { endDate: '2023-13-01' } }, 'filter.endDate'],
  [{ filter: { endDate: '31.10.2023' } }, 'filter.endDate'],
  [{ filter: { endDate: 20231031 } }, 'filter.endDate'],
  [{ filter: { applicationSlugs: [] } }, 'filter.applicationSlugs'],
  [{ filter: { applicationSlugs: ['slack,notion'] } }, 'filter.applicationSlugs'],
  [{ filter: { applicationSlugs: ['slack', ''] } }, 'filter.applicationSlugs'],
  [{ filter: { applicationSlugs: ['a/b'] } }, 'filter.applicationSlugs'],
  [{ filter: { applicationSlugs: ['a'.repeat(129)] } }, 'filter.applicationSlugs'],
  [
    { filter: { applicationSlugs: Array.from({ length: 51 }, (_, n) => `s${String(n)}`) } },
    'applicationSlugs',
  ],
  [{ filter: { workflowId: '' } }, 'filter.workflowId'],
  [{ filter: { workflowId: 'a'.repeat(257) } }, 'filter.workflowId'],
  [{ filter: { workflowName: '' } }, 'filter.workflowName'],
  [{ filter: { workflowName: 'a'.repeat(257) } }, 'filter.workflowName'],
  [{ filter: { executionId: '' } }, 'filter.executionId'],
  [{ filter: { executionId: 'a'.repeat(257) } }, 'filter.executionId'],
  [{ filter: { linkedAccountId: 'other@example.com' } }, 'linkedAccountId'],
  [{ page: { size: 0 } }, 'page.size'],
  [{ page: { size: -1 } }, 'page.size'],
  [{ page: { size: 101 } }, 'page.size'],
  [{ page: { size: 2.5 } }, 'page.size'],
  [{ page: { size: '10' } }, 'page.size'],
  [{ page: { number: 0 } }, 'page.number'],
  [{ page: { number: -3 } }, 'page.number'],
  [{ page: { number: 2147483647 } }, 'page.number'],
  [{ page: { number: 2147483648 } }, 'page.number'],
  [{ page: { number: 21474837, size: 100 } }, 'page.number'],
  [{ sort: 'asc' }, 'sort'],
])('refused without a call: %j', async (variables, argument) => {
  const { query, sandbox } = await startGateway();
  const { errors, data } = await query<Listed | null | undefined>(LIST, variables);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  expect(errors[0]?.message).toContain(argument);
  expect(data?.executions).toBeUndefined();
  expect(sandbox.requests()).toEqual([]);
});

test('the largest page follows MAX_PAGE_SIZE', async () => {
  const { query, sandbox } = await startGateway({ env: { MAX_PAGE_SIZE: '20' } });
  const tooLarge = await query<Listed>(LIST, { page: { size: 21 } });
  expect(tooLarge.errors.map(({ message }) => message)).toEqual(['page.size must be from 1 to 20']);
  expect(sandbox.requests()).toEqual([]);
  expect((await query<Listed>(LIST, { page: { size: 20 } })).data.executions.nodes).toHaveLength(20);
});

const DOCUMENT = {
  id: '65410cf6cdf931a12d7ab009',
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
  workflow: { id: '65200cfd01af0388e905ad92', name: 'Post message to a channel', icon: '' },
  application: {
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    name: 'Slack',
    icon: expect.stringMatching(/^https:/),
  },
};

test('the execution of the document has its values, whichever way one signs in', async () => {
  const product = await createProduct();
  const { query, sandbox } = await startGateway({ sandbox: stillSandbox(), env: product.env });
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

const STATUSES = ['COMPLETED', 'ERRORED', 'RUNNING', 'STOPPED', 'STOPPING', 'TIMED_OUT'];
const SOURCES: Record<string, string> = {
  Event: 'EVENT',
  Schedule: 'SCHEDULE',
  SCHEDULE: 'SCHEDULE',
  'API Call': 'API_CALL',
  API_CALL: 'API_CALL',
};

/** What GraphQL should make of one of the sandbox's rows. */
function expectedOf(row: Row): Record<string, unknown> {
  const embedded = (value: unknown) => {
    const { _id, name, icon } = value as Row;
    return { id: _id, name, icon };
  };
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
    source: SOURCES[String(row['execution_source'])] ?? null,
    type: row['type_of_execution'] ?? null,
    configId: row['config_id'] ?? null,
    eventId: row['associated_event_id'] ?? null,
    linkedAccountId: row['linked_account_id'] ?? null,
    workflow: embedded(row['associated_workflow']),
    application: embedded(row['associated_application']),
  };
}

test.each(['d1', 'd2', 'both'] as const)('every field of 250 rows, generation %s', async (generation) => {
  const { query, sandbox } = await startGateway({
    sandbox: { ...stillSandbox(), generation },
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
  _id: '65410cf6cdf931a12d7ab009',
  name: 'Nightly run',
  status: 'COMPLETED',
  createdAt: '2024-03-01T10:00:00.000Z',
  updatedAt: '2024-03-01T10:00:09.500Z',
  completion_time: '2024-03-01T10:00:09.250Z',
  instance_execution_time: 9250.5,
  environment: 'production',
  execution_source: 'API_CALL',
  type_of_execution: 'SYNC',
  config_id: '20001',
  associated_event_id: '6523dfdeffed0fb7e2c3b90e',
  linked_account_id: 'demo@example.com',
  associated_workflow: { _id: 'w1', name: 'Nightly export', icon: 'https://cdn.example.com/w.svg' },
  associated_application: { _id: 'a1', name: 'Slack', icon: 'https://cdn.example.com/a.png' },
};
const READ = {
  id: '65410cf6cdf931a12d7ab009',
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
  execution_source: { source: null },
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
  ['a status newer than the gateway', { status: 'QUEUED' }, { status: 'UNKNOWN', rawStatus: 'QUEUED' }],
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
  ['a duration in words', { instance_execution_time: '9250' }, { durationMs: null }],
  ['test', { environment: 'test' }, { environment: 'TEST' }],
  ['another environment', { environment: 'staging' }, { environment: null }],
  ['an environment that objects have', { environment: 'toString' }, { environment: null }],
  ['Event', { execution_source: 'Event' }, { source: 'EVENT' }],
  ['Schedule', { execution_source: 'Schedule' }, { source: 'SCHEDULE' }],
  ['SCHEDULE', { execution_source: 'SCHEDULE' }, { source: 'SCHEDULE' }],
  ['API Call', { execution_source: 'API Call' }, { source: 'API_CALL' }],
  ['another source', { execution_source: 'Import' }, { source: null }],
  ['a source that objects have', { execution_source: 'constructor' }, { source: null }],
  [
    'a source told by the trigger',
    { execution_source: undefined, trigger_application_event: 'Schedule' },
    { source: 'SCHEDULE' },
  ],
  [
    'an event of an application',
    { execution_source: undefined, trigger_application_event: 'Message Posted' },
    { source: null },
  ],
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
  const { query } = await gatewayWithRows({ ...ROW, ...change }, ROW);
  const { data, errors } = await query<Listed>(EVERYTHING);
  expect(errors).toEqual([]);
  expect(data.executions.nodes).toEqual([{ ...READ, ...read }, READ]);
});

test('runs in states newer than the gateway are listed among the others', async () => {
  const { query, sandbox } = await startGateway({ sandbox: stillSandbox() });
  const newer = ['QUEUED', 'WAITING', 'PARTIAL_SUCCESS'];
  for (const status of newer) sandbox.addExecutions({ account: 'demo@example.com', status });
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { size: 4 } });
  expect(errors).toEqual([]);
  expect(data.executions.nodes.map(({ status, rawStatus }) => [status, rawStatus])).toEqual([
    ...newer.map((status) => ['UNKNOWN', status]).reverse(),
    ['ERRORED', 'ERRORED'],
  ]);
});

const ROWS = ['a', 'b', 'c'].map((_id) => ({ _id }));
const PAGE_2_OF_3 = { number: 2, size: 3 };

test.each<[string, object]>([
  [
    'all of it',
    {
      docs: ROWS,
      totalDocs: 8,
      limit: 3,
      page: 2,
      totalPages: 3,
      pagingCounter: 4,
      hasPrevPage: true,
      hasNextPage: true,
      prevPage: 1,
      nextPage: 3,
    },
  ],
  ['the total alone', { docs: ROWS, totalDocs: 8 }],
  [
    'odd values beside the total',
    { docs: ROWS, totalDocs: 8, limit: '3', page: null, totalPages: 'x', hasNextPage: 1, nextPage: {} },
  ],
  ['unknown keys', { docs: ROWS, totalDocs: 8, schema: {}, meta: null }],
])('pageInfo is complete, whatever the envelope has: %s', async (_what, body) => {
  const { query, sandbox } = await startGateway();
  sandbox.addFault({ body });
  const { data, errors } = await query<Listed>(EVERYTHING, { page: PAGE_2_OF_3 });
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({
    totalCount: 8,
    nodes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
    pageInfo: {
      hasNextPage: true,
      hasPreviousPage: true,
      currentPage: 2,
      pageSize: 3,
      totalPages: 3,
      nextPage: 3,
      previousPage: 1,
      startIndex: 4,
    },
  });
  expect(sandbox.requests()).toHaveLength(1);
});

test.each<[string, object[], object, number]>([
  ['a page that is not full', [{ docs: ROWS.slice(1) }], PAGE_2_OF_3, 5],
  ['an empty list', [{ docs: [] }], { number: 1, size: 3 }, 0],
  ['the last page by its number', [{ docs: ROWS, totalPages: 2 }], PAGE_2_OF_3, 6],
  ['the last page by its word', [{ docs: ROWS, hasNextPage: false }], PAGE_2_OF_3, 6],
  [
    'a full page, and one more read',
    [{ docs: ROWS, totalPages: 3 }, { docs: ROWS.slice(1) }],
    PAGE_2_OF_3,
    8,
  ],
  ['a page past the end', [{ docs: [], totalPages: 1 }, { docs: ROWS.slice(2) }], PAGE_2_OF_3, 1],
  ['a page past the end of nothing', [{ docs: [], totalPages: 0 }], PAGE_2_OF_3, 0],
  ['a total below nothing', [{ docs: ROWS.slice(1), totalDocs: -1 }], PAGE_2_OF_3, 5],
  ['a total in words', [{ docs: ROWS.slice(1), totalDocs: '5' }], PAGE_2_OF_3, 5],
  ['a total beyond counting', [{ docs: ROWS.slice(1), totalDocs: 2 ** 31 }], PAGE_2_OF_3, 5],
])('a total that is not told is worked out: %s', async (_what, bodies, page, totalCount) => {
  const { query, sandbox } = await startGateway();
  for (const body of bodies) sandbox.addFault({ body });
  const { data, errors } = await query<Listed>(LIST, { page });
  expect(errors).toEqual([]);
  expect(data.executions.totalCount).toBe(totalCount);
  expect(sandbox.requests()).toHaveLength(bodies.length);
});

test.each<[string, unknown]>([
  ['a row without an id', { docs: [{ _id: 'a' }, { name: 'secret-value' }], totalDocs: 2 }],
  ['a row whose id is null', { docs: [{ _id: null }], totalDocs: 1 }],
  ['a row whose id is empty', { docs: [{ _id: '' }], totalDocs: 1 }],
  ['a row whose id is an object', { docs: [{ _id: { $oid: 'secret-value' } }], totalDocs: 1 }],
  ['a row that is null', { docs: [null], totalDocs: 1 }],
  ['a row that is a text', { docs: ['secret-value'], totalDocs: 1 }],
  ['rows that are no list', { docs: { _id: 'a' }, totalDocs: 1 }],
  ['no rows', { totalDocs: 0 }],
  ['a bare list', [{ _id: 'a' }]],
  ['null', null],
  ['a text', 'secret-value'],
  ['a full page and no word of the total', { docs: ROWS }],
  ['a full page and a next one', { docs: ROWS, hasNextPage: true }],
])('an answer that is of no use is UPSTREAM_BAD_RESPONSE, and not shown: %s', async (_what, body) => {
  const { query, sandbox, logs } = await startGateway();
  sandbox.addFault({ body });
  const { data, errors } = await query<Listed>(LIST, { page: { size: 3 } });
  expect(errors).toMatchObject([{ path: ['executions'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  expect(data).toBeNull();
  expect(JSON.stringify(errors) + logs.join('')).not.toContain('secret-value');
  expect(sandbox.requests()).toHaveLength(1);
});

test.each(['d1', 'd2', 'both'] as const)(
  'a page past the end is empty, generation %s',
  async (generation) => {
    const { query } = await startGateway({ sandbox: { generation } });
    const { data, errors } = await query<Listed>(EVERYTHING, { page: { number: 27, size: 10 } });
    expect(errors).toEqual([]);
    expect(data.executions).toEqual({
      totalCount: 250,
      nodes: [],
      pageInfo: {
        hasNextPage: false,
        hasPreviousPage: true,
        currentPage: 27,
        pageSize: 10,
        totalPages: 25,
        nextPage: null,
        previousPage: 26,
        startIndex: 261,
      },
    });
  },
);

test('the farthest page is empty, too', async () => {
  const { query } = await startGateway();
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { number: 21474836, size: 100 } });
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({
    nodes: [],
    pageInfo: { currentPage: 21474836, startIndex: 2147483501 },
  });
});

test('the farthest page of one row is empty, too', async () => {
  const { query } = await startGateway();
  const number = 2 ** 31 - 3;
  const { data, errors } = await query<Listed>(EVERYTHING, { page: { number, size: 1 } });
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({ nodes: [], pageInfo: { currentPage: number } });
});

test('a linked account without runs has an empty list', async () => {
  const { query } = await startGateway();
  const { data, errors } = await query<Listed>(
    EVERYTHING,
    {},
    { ...DEMO, linked_account_id: 'nobody@example.com' },
  );
  expect(errors).toEqual([]);
  expect(data.executions).toMatchObject({
    totalCount: 0,
    nodes: [],
    pageInfo: { hasNextPage: false, totalPages: 1 },
  });
});
