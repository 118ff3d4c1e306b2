import { afterEach, describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import type { Clock } from '../../src/clock.ts';
import { formatError } from '../../src/graphql/format-error.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { LIST, LEAK, TALKATIVE, startWatched, expectNothingLeaked } from '../support/watched.ts';

afterEach(async () => {
  await stopAll();
  expectNothingLeaked();
});

describe('a failure of a part', () => {
  test('nulls its field, with an error on its path, and the rest stays', async () => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ match: { route: 'GET /application' }, status: 403, body: TALKATIVE });

    const answer = await query(`{
      viewer { signIn }
      executions(page: { size: 2 }) { nodes { id application { id name description } } }
    }`);

    expect(answer.status).toBe(200);
    const application = { id: expect.any(String), name: expect.any(String), description: null };
    expect(answer.data).toEqual({
      viewer: { signIn: 'API_KEY' },
      executions: {
        nodes: [
          { id: expect.any(String), application },
          { id: expect.any(String), application },
        ],
      },
    });
    expect(
      answer.errors.map(({ path, message, extensions }) => ({ path, message, code: extensions.code })),
    ).toEqual(
      [0, 1].map((index) => ({
        path: ['executions', 'nodes', index, 'application', 'description'],
        message: 'Upstream does not allow this for these credentials',
        code: 'FORBIDDEN',
      })),
    );
  });

  test.each([
    ['executions', 'GET /execution', 'executionCounts'],
    ['executionCounts', 'GET /execution', 'executions'],
    ['workflows', 'GET /workflow', null],
    ['applications', 'GET /application', null],
  ])('leaves the fields beside it that ask for something else: %s', async (failing, route, sharing) => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ match: { route }, status: 403, body: TALKATIVE });
    const fields: Readonly<Record<string, string>> = {
      executions: 'executions { totalCount }',
      executionCounts: 'executionCounts { byStatus { count } }',
      workflows: 'workflows { totalCount }',
      applications: 'applications { id }',
    };
    const { [failing]: failed = '', ...others } = fields;

    const beside = Object.entries(others).filter(([name]) => name !== sharing);
    const answer = await query(`{ ${failed} ${beside.map(([, text]) => text).join(' ')} }`);

    const { [failing]: nothing, ...rest } = answer.data as Record<string, unknown>;
    expect(nothing).toBeNull();
    expect(Object.keys(rest)).toEqual(beside.map(([name]) => name));
    expect(Object.values(rest)).not.toContain(null);
    expect(answer.errors.map(({ path, extensions }) => ({ root: path?.[0], code: extensions.code }))).toEqual(
      [{ root: failing, code: 'FORBIDDEN' }],
    );
  });

  test('for want of a sign-in is no 401 while the rest is answered', async () => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ match: { route: 'GET /workflow/{id}' }, status: 401 });

    const answer = await query('{ viewer { signIn } workflow(id: "652ff3e5c4f2f0a1b2c3d4e5") { id } }');

    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ viewer: { signIn: 'API_KEY' }, workflow: null });
    expect(answer.errors).toMatchObject([{ path: ['workflow'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('a defect', () => {
  const MASKED = [{ message: 'Something went wrong here', extensions: { code: 'INTERNAL_SERVER_ERROR' } }];

  /** Time that breaks when a timer of that length is set. */
  function brokenClock(delayMs: number): Clock {
    const clock = createFakeClock();
    return {
      now: () => clock.now(),
      date: () => clock.date(),
      after: (ms, callback) => {
        if (ms === delayMs) throw new TypeError('the clock has stopped');
        return clock.after(ms, callback);
      },
    };
  }

  test.each([
    ['while a field is resolved', 2000, 200],
    ['before anything is resolved', 5000, 500],
  ])('%s is masked, and logged with its stack', async (_case, delayMs, status) => {
    const env = { UPSTREAM_TIMEOUT_MS: '2000', OPERATION_TIMEOUT_MS: '5000' };
    const { query, logs } = await startGateway({ clock: brokenClock(delayMs), env });

    const answer = await query(LIST);

    expect(answer.status).toBe(status);
    expect(answer.errors).toMatchObject(MASKED);
    expect(JSON.stringify(answer)).not.toContain('clock');
    const logged = logs.map((line) => JSON.parse(line) as { msg: string; stack?: string });
    const defects = logged.filter(({ msg }) => msg === 'unexpected error');
    expect(defects).toHaveLength(1);
    expect(defects[0]?.stack).toContain('TypeError: the clock has stopped\n    at ');
  });

  test.each<[string, unknown]>([
    ['an error', new Error(LEAK)],
    ['an error of GraphQL around it', new GraphQLError(LEAK, { originalError: new Error(LEAK) })],
    ['an error that poses as ours', new GraphQLError(LEAK, { extensions: { code: 'CUSTOM', secret: LEAK } })],
    ['no error at all', LEAK],
    ['nothing', undefined],
  ])('is masked where it is %s', (_case, thrown) => {
    const formatted = {
      message: LEAK,
      path: ['executions'],
      extensions: { code: 'CUSTOM', stacktrace: [LEAK] },
    };
    expect(formatError(formatted, thrown)).toEqual({ ...MASKED[0], path: ['executions'] });
  });
});

test('a message that repeats refused input is cut', async () => {
  const { query } = await startWatched();
  const answer = await query('query ($id: ID!) { workflow(id: $id) { id } }', { id: ['x'.repeat(10_000)] });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(answer.errors[0]?.message).toHaveLength(500);
});

test('a request leaves one line in the log, and nothing of what was asked in it', async () => {
  const { query, logs } = await startWatched();
  const before = logs.length;

  await query(
    'query History($filter: ExecutionFilter) { executions(filter: $filter) { totalCount } }',
    { filter: { workflowName: 'a secret name' } },
    { ...DEMO, 'x-request-id': 'r-1' },
  );

  expect(logs).toHaveLength(before + 1);
  expect(JSON.parse(logs[before] ?? '')).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    msg: 'request',
    requestId: 'r-1',
    method: 'POST',
    route: '/graphql',
    status: 200,
    durationMs: expect.any(Number),
    operation: 'History',
    codes: [],
    cost: { requested: 1, actual: 1 },
  });
});

test('of a long operation name no more than 128 characters are in the log', async () => {
  const { query, logs } = await startWatched();
  await query(`query ${'x'.repeat(5000)} { __typename }`);
  expect(JSON.parse(logs.at(-1) ?? '')).toMatchObject({ msg: 'request', operation: 'x'.repeat(128) });
});

test('the codes of errors are in the log', async () => {
  const { query, sandbox, logs } = await startWatched();
  sandbox.addFault({ status: 403, body: TALKATIVE });
  await query(LIST);
  expect(JSON.parse(logs.at(-1) ?? '')).toMatchObject({ status: 200, codes: ['FORBIDDEN'] });
});
