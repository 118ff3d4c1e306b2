import { afterEach, expect, test } from '@jest/globals';
import { ask, FAILED, type ListBody } from '../support/sandbox.ts';
import { startGateway, startStill, stopAll } from '../support/gateway.ts';
import { LIST, type Listed } from '../support/executions.ts';

afterEach(stopAll);

const TEXT = 'a&status=ERRORED?#=+ü "%"';

/** What makes the gateway ask whether upstream applies it, and how an application is called. */
const CHECKS = ['source', 'endDate', 'workflowId', 'workflowName', 'applicationSlugs', 'Slugs'];

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
  ['SCHEDULE', { filter: { source: 'SCHEDULE' } }, 'page=1&limit=10&execution_source=SCHEDULE'],
  ['API_CALL', { filter: { source: 'API_CALL' } }, 'page=1&limit=10&execution_source=API_CALL'],
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
    { filter: { workflowId: '64f7258e35b72267edc02589' } },
    'page=1&limit=10&workflow_id=64f7258e35b72267edc02589',
  ],
  ['workflowName', { filter: { workflowName: 'Post' } }, 'page=1&limit=10&workflow_name=Post'],
  [
    'a workflowName that would break out of its place',
    { filter: { workflowName: TEXT } },
    'page=1&limit=10&workflow_name=a%26status%3DERRORED%3F%23%3D%2B%C3%BC+%22%25%22',
  ],
  ['executionId', { filter: { executionId: FAILED } }, `page=1&limit=10&execution_id=${FAILED}`],
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
        workflowId: '64f7258e35b72267edc02589',
        workflowName: 'message',
        applicationSlugs: ['slack'],
        executionId: FAILED,
      },
    },
    'page=1&limit=5&status=ERRORED&execution_source=Event&execution_type=ASYNC&start_date=2023-10-31' +
      '&end_date=2023-10-31&slug=slack&workflow_id=64f7258e35b72267edc02589&workflow_name=message' +
      `&execution_id=${FAILED}&sortAsc=true`,
  ],
])('upstream is asked for what the arguments say: %s', async (_what, variables, query) => {
  const { query: gateway, sandbox } = await startStill();
  const answer = await gateway<Listed>(LIST, variables);
  const requests = sandbox.requests();
  const [list, ...checks] = requests.map((request) => [request.method, request.path, request.query]);
  expect(list).toEqual(['GET', '/api/v2/public/execution', query]);
  expect(checks.length).toBeLessThanOrEqual(
    CHECKS.filter((name) => JSON.stringify(variables).includes(name)).length,
  );
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
  // What comes after it are checks of how upstream reads it.
  expect(
    sandbox
      .requests()
      .map((request) => request.query)
      .slice(0, 1),
  ).toEqual([
    'page=2&limit=3&status=ERRORED&execution_source=API_CALL&start_date=2023-10-01&slug=slack&execution_id=7&sortAsc=true',
  ]);
});

test.each<[Record<string, unknown>, string]>([
  [{ filter: { status: [] } }, 'filter.status'],
  [{ filter: { status: ['UNKNOWN'] } }, 'filter.status'],
  [{ filter: { status: ['QUEUED'] } }, 'filter.status'],
  [{ filter: { status: ['ERRORED', 'WAITING'] } }, 'filter.status'],
  [{ filter: { status: ['TERMINATED'] } }, 'filter.status'],
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
  expect(data?.executions ?? null).toBeNull();
  expect(sandbox.requests()).toEqual([]);
});

test('the largest page follows MAX_PAGE_SIZE', async () => {
  const { query, sandbox } = await startGateway({ env: { MAX_PAGE_SIZE: '20' } });
  const tooLarge = await query<Listed>(LIST, { page: { size: 21 } });
  expect(tooLarge.errors.map(({ message }) => message)).toEqual(['page.size must be from 1 to 20']);
  expect(sandbox.requests()).toEqual([]);
  expect((await query<Listed>(LIST, { page: { size: 20 } })).data.executions.nodes).toHaveLength(20);
});
