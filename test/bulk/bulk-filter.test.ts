import { afterEach, describe, expect, test } from '@jest/globals';
import { addFailed, begin, changesOf, ended, RERUN_ALL, type Changed } from '../support/bulk.ts';
import { DEMO, DEMO_SESSION, startGateway, startServer, startStill, stopAll } from '../support/gateway.ts';
import { FAILED, list } from '../support/sandbox.ts';

afterEach(stopAll);

const OLD = { sandbox: { generation: 'd1' } } as const;
const WORKFLOW = '64f7258e35b72267edc02589';

describe('a filter that upstream ignores changes nothing', () => {
  test.each<[string, Record<string, unknown>]>([
    ['executionId', { executionId: FAILED }],
    ['executionId', { executionId: 'f'.repeat(24), workflowId: WORKFLOW }],
    ['executionId', { executionId: FAILED, workflowId: WORKFLOW }],
    ['workflowId', { workflowId: WORKFLOW }],
    ['workflowName', { workflowName: 'zzzz' }],
    ['applicationSlugs', { applicationSlugs: ['no-such-app'] }],
    ['applicationSlugs', { applicationSlugs: ['slack'] }],
  ])('%s, as in %j', async (argument, filter) => {
    const gateway = await startStill(OLD);
    for (const dryRun of [false, true]) {
      const { data, errors } = await gateway.query<unknown>(RERUN_ALL, { input: { filter, dryRun } });
      expect(data).toEqual({ change: null });
      expect(errors).toEqual([
        expect.objectContaining({
          message: `filter.${argument}: upstream did not apply it`,
          extensions: { code: 'NOT_SUPPORTED' },
        }),
      ]);
    }
    expect(changesOf(gateway)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['of a workflow', { workflowId: WORKFLOW }, 'workflowId'],
    ['of a state', { status: ['ERRORED'] }, 'status'],
    ['of an application', { applicationSlugs: ['slack'] }, 'applicationSlugs'],
  ])('%s where the rows do not tell', async (_what, filter, argument) => {
    const row = { _id: FAILED, createdAt: '2023-10-31T14:19:34.788Z' };
    const posts: string[] = [];
    const upstreamUrl = await startServer(({ method, url = '' }, response) => {
      if (method === 'POST') posts.push(url);
      const page = { docs: [row], totalDocs: 1, limit: 100, page: 1, totalPages: 1 };
      const body = url.includes('/application') ? [{ app_id: 'a1', slug: 'slack' }] : page;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    const gateway = await startGateway({ upstreamUrl });
    const { errors } = await gateway.query(RERUN_ALL, { input: { filter } });

    expect(errors).toMatchObject([
      { message: expect.stringContaining('filter.'), extensions: { code: 'NOT_SUPPORTED' } },
    ]);
    expect(errors[0]?.message).toMatch(new RegExp(`^filter\\.(${argument}|status): nothing tells`));
    expect(posts).toEqual([]);
  });
});

describe('a filter that upstream applies', () => {
  test.each<Record<string, unknown>>([
    { executionId: FAILED },
    { applicationSlugs: ['slack'], executionId: FAILED },
    { startDate: '2023-10-31', endDate: '2023-10-31' },
    { workflowName: 'post message', executionId: FAILED },
  ])('changes what it says: %j', async (filter) => {
    const gateway = await startStill();
    const { id } = await begin(gateway, { filter });
    expect(await ended(gateway, id)).toMatchObject({ state: 'COMPLETED', succeeded: 1 });
    expect(changesOf(gateway)).toEqual([FAILED]);
  });

  test('changes what it says: a workflow', async () => {
    const gateway = await startStill();
    const of = `{ execution(id: "${FAILED}") { workflow { id } } }`;
    const { data } = await gateway.query<{ execution: { workflow: { id: string } } }>(of);
    const { id } = await begin(gateway, {
      filter: { workflowId: data.execution.workflow.id, executionId: FAILED },
    });
    expect(await ended(gateway, id)).toMatchObject({ state: 'COMPLETED', succeeded: 1 });
  });

  test('costs one call more where it names applications', async () => {
    const gateway = await startStill();
    const input = { filter: { applicationSlugs: ['slack'], status: ['ERRORED'] }, dryRun: true };
    const { extensions } = await gateway.query<Changed>(RERUN_ALL, { input });
    expect(extensions).toMatchObject({ cost: { requested: 7, actual: 2 }, upstream: { calls: 2 } });
  });

  test('of applications is refused where the catalogue is not for the caller', async () => {
    const gateway = await startStill();
    for (const route of ['GET /application', 'GET /f-sdk/application']) {
      gateway.sandbox.addFault({ match: { route }, status: 403, times: 9 });
    }
    const input = { filter: { applicationSlugs: ['slack'] } };
    const { errors } = await gateway.query(RERUN_ALL, { input }, DEMO_SESSION);
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^filter\.applicationSlugs: nothing tells/),
        extensions: { code: 'NOT_SUPPORTED' },
      },
    ]);
    expect(changesOf(gateway)).toEqual([]);
  });
});

test.each(['d1', 'd2'] as const)(
  'reruns that are answered as %s does are the new runs',
  async (rerunAnswer) => {
    const gateway = await startStill({ sandbox: { rerunAnswer } });
    const ids = addFailed(gateway, 3);
    const { id } = await begin(gateway, { ids }, RERUN_ALL, DEMO);
    const job = await ended(gateway, id);

    expect(job).toMatchObject({ state: 'COMPLETED', succeeded: 3, unknown: 0 });
    const { docs } = await list(gateway.sandbox, 'limit=3');
    expect(new Set(job.items.map(({ newExecutionId }) => newExecutionId))).toEqual(
      new Set(docs.map(({ _id }) => _id)),
    );
  },
);
