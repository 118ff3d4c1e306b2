import { afterEach, describe, expect, test } from '@jest/globals';
import { counted, listed, refusal, type Known, startOver, stateOf, truth } from '../support/capabilities.ts';
import { DEMO, OTHER, startGateway, startServer, startUpstream, stopAll } from '../support/gateway.ts';
import { createFakeClock, createSandboxClock } from '../support/fake-clock.ts';

afterEach(stopAll);

const FOUND = '65410cf6cdf931a12d7ab009';
const UNKNOWN = 'f'.repeat(24);
const PAST_THE_END = { number: 900, size: 10 };

/** The workflow that most of these runs are of, and one that none is of. */
async function workflowOf({ sandbox }: { sandbox: Parameters<typeof truth>[0] }): Promise<string> {
  const { rows } = await truth(sandbox, '');
  const newest = rows[0]?.['associated_workflow'] as { readonly _id: string };
  return newest._id;
}

describe('an upstream that ignores what it does not know', () => {
  test.each<[string, Record<string, unknown>]>([
    ['filter.workflowId', { workflowId: '64f7258e35b72267edc02589' }],
    ['filter.workflowName', { workflowName: 'zzzz' }],
    ['filter.applicationSlugs', { applicationSlugs: ['no-such-app'] }],
    ['filter.applicationSlugs', { applicationSlugs: ['slack'] }],
  ])('is refused for %s, as in %j', async (argument, filter) => {
    const gateway = await startOver({ generation: 'd1' });
    const refused = { ids: null, total: null, errors: [refusal(argument)] };
    expect(await stateOf(gateway, argument)).toBe('UNKNOWN');
    expect(await listed(gateway, { filter })).toMatchObject(refused);
    expect(await stateOf(gateway, argument)).toBe('IGNORED');
    expect(await listed(gateway, { filter, page: PAST_THE_END })).toMatchObject(refused);
    expect(await counted(gateway, filter)).toMatchObject(refused);
  });

  test('is refused where the rows at hand happen to fit', async () => {
    const gateway = await startOver({ generation: 'd1' });
    const filter = { workflowId: await workflowOf(gateway) };
    const first = await counted(gateway, filter);
    expect(first).toMatchObject({ total: null, errors: [refusal('filter.workflowId')], calls: 2 });
    const page = await listed(gateway, { filter, page: { size: 1 } });
    expect(page).toMatchObject({ ids: null, errors: [refusal('filter.workflowId')], calls: 1 });
  });

  test('one execution is read by its detail', async () => {
    const gateway = await startOver({ generation: 'd1' });
    const { rows } = await truth(gateway.sandbox, `execution_id=${FOUND}`);
    const workflow = rows[0]?.['associated_workflow'] as { readonly _id: string };
    const one = { ids: [FOUND], total: 1, errors: [] };
    const none = { ids: [], total: 0, errors: [] };

    expect(await listed(gateway, { filter: { executionId: FOUND } })).toMatchObject({ ...one, calls: 2 });
    expect(await listed(gateway, { filter: { executionId: FOUND } })).toMatchObject({ ...one, calls: 1 });
    expect(await counted(gateway, { executionId: FOUND })).toMatchObject({ total: 1, errors: [] });
    const second = await listed(gateway, { filter: { executionId: FOUND }, page: { number: 2 } });
    expect(second).toMatchObject({ ids: [], total: 1 });
    const both = { executionId: FOUND, workflowId: workflow._id, status: ['ERRORED'] };
    expect(await listed(gateway, { filter: both })).toMatchObject(one);
    expect(await listed(gateway, { filter: { executionId: UNKNOWN } })).toMatchObject(none);
    expect(await listed(gateway, { filter: { executionId: 'not an id' } })).toMatchObject(none);
    expect(await listed(gateway, { filter: { ...both, workflowId: UNKNOWN } })).toMatchObject(none);
    expect(await listed(gateway, { filter: { ...both, status: ['RUNNING'] } })).toMatchObject(none);
    const untold = await listed(gateway, { filter: { executionId: FOUND, type: 'SYNC' } });
    expect(untold.errors).toEqual(['NOT_SUPPORTED filter.type: nothing tells whether upstream applied it']);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['all', {}, ''],
    ['those of a state', { status: ['COMPLETED'] }, 'status=COMPLETED'],
  ])('the oldest come first, read from the end: %s', async (_what, filter, query) => {
    const gateway = await startOver({ generation: 'd1' });
    const ids = (await truth(gateway.sandbox, query)).ids.toReversed();
    for (const number of [1, 2, 3, Math.ceil(ids.length / 7), Math.ceil(ids.length / 7) + 1]) {
      const page = await listed(gateway, { filter, sort: 'ASC', page: { number, size: 7 } });
      const rows = ids.slice((number - 1) * 7, number * 7);
      expect(page).toMatchObject({ ids: rows, total: ids.length, errors: [] });
    }
    expect(await stateOf(gateway, 'sort')).toBe('IGNORED');
  });

  test('the oldest of several states come first', async () => {
    const gateway = await startOver({ generation: 'd1' });
    const { rows } = await truth(gateway.sandbox, 'sortAsc=true');
    const wanted = rows.filter(({ status }) => status === 'ERRORED' || status === 'STOPPED');
    const filter = { status: ['ERRORED', 'STOPPED'] };
    const page = await listed(gateway, { filter, sort: 'ASC', page: { size: 5 } });
    expect(page).toMatchObject({ ids: wanted.slice(0, 5).map(({ _id }) => _id), total: wanted.length });
  });

  test('the oldest come first, read from the end: those of some days', async () => {
    const gateway = await startOver({ generation: 'd1' });
    const { rows } = await truth(gateway.sandbox, '');
    const [startDate = '', endDate = ''] = [rows[90], rows[60]].map((row) => row?.createdAt.slice(0, 10));
    const { ids } = await truth(gateway.sandbox, `start_date=${startDate}&end_date=${endDate}&sortAsc=true`);
    const filter = { startDate, endDate };
    const page = await listed(gateway, { filter, sort: 'ASC', page: { number: 2, size: 7 } });
    expect(page).toMatchObject({ ids: ids.slice(7, 14), total: ids.length, errors: [] });
  });

  test('the oldest are never other rows where the total changes all the time', async () => {
    const gateway = await startOver({ generation: 'd1', totalDocs: 'changing' });
    const { ids } = await truth(gateway.sandbox, 'sortAsc=true');
    for (let turn = 0; turn < 5; turn++) {
      const page = await listed(gateway, { sort: 'ASC', page: { size: 7 } });
      expect([ids.slice(0, 7), null]).toContainEqual(page.ids);
    }
  });

  test.each(['high', 'low'] as const)(
    'the oldest are refused where the total is %s, since nobody knows where the list ends',
    async (totalDocs) => {
      const gateway = await startOver({ generation: 'd1', totalDocs });
      for (const number of [1, 4, 900]) {
        const page = await listed(gateway, { sort: 'ASC', page: { number, size: 7 } });
        expect(page.ids).toBeNull();
        expect(page.errors).toEqual([expect.stringMatching(/^NOT_SUPPORTED sort: /)]);
      }
    },
  );

  test('the oldest first tell their source where it was asked for', async () => {
    const gateway = await startOver({ generation: 'd1' });
    const { data } = await gateway.query<{ executions: { nodes: { source: string }[] } }>(
      '{ executions(filter: { source: EVENT, status: [STOPPED] }, sort: ASC, page: { size: 100 }) { nodes { source } } }',
    );
    expect(new Set(data.executions.nodes.map(({ source }) => source))).toEqual(new Set(['EVENT']));
  });

  test('the newest is not taken for the oldest where the total says that there are no more', async () => {
    const rows = [
      { _id: '6593f5000000000000000002', createdAt: '2024-01-03T12:00:00Z' },
      { _id: '6593f5000000000000000001', createdAt: '2024-01-02T12:00:00Z' },
    ];
    const upstreamUrl = await startServer(({ url = '' }, response) => {
      const limit = Number(new URL(url, 'http://upstream').searchParams.get('limit'));
      const page = { docs: rows.slice(0, limit), totalDocs: 1, hasNextPage: limit < rows.length };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(page));
    });
    const gateway = await startOver({}, { upstreamUrl });
    const page = await listed(gateway, { sort: 'ASC', page: { size: 1 } });
    expect(page).toMatchObject({ ids: null, errors: [expect.stringMatching(/^NOT_SUPPORTED sort: /)] });
  });
});

describe('an upstream that applies them', () => {
  const filters: [string, Record<string, unknown>, string][] = [
    ['filter.workflowName', { workflowName: 'sync' }, 'workflow_name=sync'],
    ['filter.applicationSlugs', { applicationSlugs: ['slack'] }, 'slug=slack'],
  ];

  test.each(filters)(
    'is asked for %s once more than it would have to be',
    async (argument, filter, query) => {
      const gateway = await startOver({ generation: 'd2' });
      const { ids } = await truth(gateway.sandbox, query);
      const right = { ids: ids.slice(0, 3), total: ids.length, errors: [] };
      const catalogue = argument === 'filter.applicationSlugs' ? 1 : 0;
      const ask = () => listed(gateway, { filter, page: { size: 3 } });
      expect(await ask()).toMatchObject({ ...right, calls: 2 + catalogue });
      expect(await stateOf(gateway, argument)).toBe('SUPPORTED');
      expect(await ask()).toMatchObject({ ...right, calls: 1 + catalogue });
      expect(await counted(gateway, filter)).toMatchObject({ total: ids.length, calls: 1 + catalogue });
    },
  );

  test('is not asked more where all rows are at hand', async () => {
    const gateway = await startOver({ generation: 'd2' });
    expect(await listed(gateway, { filter: { executionId: FOUND } })).toMatchObject({
      ids: [FOUND],
      calls: 1,
    });
    expect(await listed(gateway, { filter: { workflowId: UNKNOWN } })).toMatchObject({ total: 0, calls: 1 });
  });

  test('is not asked more for the oldest first where the rows are in that order', async () => {
    const gateway = await startOver({ generation: 'd2' });
    const { ids } = await truth(gateway.sandbox, 'sortAsc=true');
    const [page, one] = [
      { number: 2, size: 5 },
      { number: 2, size: 1 },
    ];
    expect(await listed(gateway, { sort: 'ASC', page })).toMatchObject({ ids: ids.slice(5, 10), calls: 1 });
    expect(await listed(gateway, { sort: 'ASC', page: one })).toMatchObject({ ids: [ids[1]], calls: 1 });
    const other = await startOver({ generation: 'd2' });
    expect(await listed(other, { sort: 'ASC', page: one })).toMatchObject({ ids: [ids[1]], calls: 2 });
    expect(await listed(other, { sort: 'ASC', page: one })).toMatchObject({ ids: [ids[1]], calls: 1 });
  });

  test('has read an argument whose value it refuses', async () => {
    const gateway = await startOver({ generation: 'd2' });
    const query = { limit: '1', page: '1' };
    gateway.sandbox.addFault({ match: { route: 'GET /execution', query }, status: 400 });
    const filter = { workflowName: 'sync' };
    expect(await listed(gateway, { filter, page: { size: 3 } })).toMatchObject({ errors: [], calls: 2 });
    expect(await stateOf(gateway, 'filter.workflowName')).toBe('SUPPORTED');
  });
});

describe('an upstream that changes', () => {
  test('is refused from the first row on that does not fit, and served again', async () => {
    const gateway = await startOver({ generation: 'd2' });
    const { sandbox } = gateway;
    const filter = { workflowId: await workflowOf(gateway) };
    const { ids } = await truth(sandbox, `workflow_id=${filter.workflowId}`);
    const ask = () => listed(gateway, { filter, page: { size: 5 } });
    expect(await ask()).toMatchObject({ ids: ids.slice(0, 5), total: ids.length });

    sandbox.setOptions({ generation: 'd1' });
    expect(await ask()).toMatchObject({ ids: null, errors: [refusal('filter.workflowId')] });
    expect(await stateOf(gateway, 'filter.workflowId')).toBe('IGNORED');

    sandbox.setOptions({ generation: 'd2' });
    expect(await ask()).toMatchObject({ ids: ids.slice(0, 5), total: ids.length, errors: [] });
    expect(await stateOf(gateway, 'filter.workflowId')).toBe('SUPPORTED');
  });

  test('goes on with the oldest first', async () => {
    const gateway = await startOver({ generation: 'd2' });
    const { ids } = await truth(gateway.sandbox, 'sortAsc=true');
    for (const generation of ['d2', 'd1', 'd2', 'd1'] as const) {
      gateway.sandbox.setOptions({ generation });
      const page = await listed(gateway, { sort: 'ASC', page: { number: 3, size: 6 } });
      expect(page).toMatchObject({ ids: ids.slice(12, 18), total: 250, errors: [] });
    }
  });

  test('is asked again after ten minutes', async () => {
    const clock = createFakeClock();
    const gateway = await startOver({ generation: 'd2' }, { clock });
    const ask = () => listed(gateway, { filter: { workflowName: 'sync' }, page: { size: 3 } });
    expect((await ask()).calls).toBe(2);
    clock.advance(599_000);
    expect((await ask()).calls).toBe(1);
    clock.advance(2000);
    expect(await stateOf(gateway, 'filter.workflowName')).toBe('UNKNOWN');
    expect((await ask()).calls).toBe(2);
  });
});

test('what is known for one caller never serves another', async () => {
  const upstream = await startUpstream({ generation: 'd2', clock: createSandboxClock() });
  const gateway = await startGateway({ upstream });
  const ask = (headers: Record<string, string>) =>
    listed(gateway, { filter: { workflowName: 'sync' }, page: { size: 3 } }, headers);
  expect((await ask(DEMO)).calls).toBe(2);
  expect(await stateOf(gateway, 'filter.workflowName', DEMO)).toBe('SUPPORTED');
  expect(await stateOf(gateway, 'filter.workflowName', OTHER)).toBe('UNKNOWN');
  expect((await ask(OTHER)).calls).toBe(2);
  expect((await ask(OTHER)).calls).toBe(1);
});

interface Checked {
  readonly executions: { readonly totalCount: number };
  readonly executionCounts: { readonly total: number };
}

test('checks are shared within an operation, counted in its cost, and not in what it could need', async () => {
  const gateway = await startOver({ generation: 'd2' });
  const { data, extensions } = await gateway.query<Checked>(`{
    executions(filter: { workflowName: "sync" }, page: { size: 3 }) { totalCount }
    executionCounts(filter: { workflowName: "sync" }) { total }
    other: executionCounts(filter: { workflowName: "sync", status: [ERRORED, COMPLETED] }) { total }
  }`);
  expect(data.executions.totalCount).toBe(data.executionCounts.total);
  expect(extensions.cost).toMatchObject({ requested: 4, actual: 5 });
  expect(extensions.upstream.calls).toBe(5);
});

test('an operation that is refused tells of all that was asked meanwhile', async () => {
  const gateway = await startOver({ generation: 'd1' });
  const status = ['COMPLETED', 'ERRORED', 'STOPPED', 'TIMED_OUT'];
  const { errors, calls } = await counted(gateway, { status, workflowName: 'zzzz' });
  expect(errors).toEqual([refusal('filter.workflowName')]);
  expect(calls).toBe(gateway.sandbox.requests().length);
});

test('what is known of upstream costs no call', async () => {
  const gateway = await startOver({ generation: 'd2' });
  const { data, extensions } = await gateway.query<Known>('{ viewer { capabilities { argument state } } }');
  expect(data.viewer.capabilities).toContainEqual({ argument: 'filter.workflowId', state: 'UNKNOWN' });
  expect(data.viewer.capabilities).toContainEqual({ argument: 'sort', state: 'UNKNOWN' });
  expect(extensions.upstream.calls).toBe(0);
});
