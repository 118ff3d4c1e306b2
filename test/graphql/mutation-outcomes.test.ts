import { afterEach, describe, expect, test } from '@jest/globals';
import { createFakeClock } from '../support/fake-clock.ts';
import { FAILED, list } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, startStill, stopAll } from '../support/gateway.ts';
import { countOf, posts, RERUN, startOverRunning, STOP, type Data } from '../support/changes.ts';

afterEach(stopAll);

const CHANGES = { stop: STOP, rerun: RERUN } as const;

describe('stopExecution', () => {
  test('asks upstream once, and answers the execution as it is then', async () => {
    const gateway = await startOverRunning();
    const { query, sandbox, id } = gateway;
    const { data, errors, extensions } = await query<Data>(STOP, { id });
    expect(errors).toEqual([]);
    expect(data.change).toEqual({
      execution: { id, status: 'STOPPING' },
      message: 'Stopping instance',
      userErrors: [],
    });
    expect(extensions.upstream.calls).toBe(2);
    expect(sandbox.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /api/v2/public/execution/${id}/stop`,
      `GET /api/v2/public/execution/${id}`,
    ]);
    sandbox.advanceClock(1000);
    const later = await query<Data>('query ($id: ID!) { execution(id: $id) { status } }', { id });
    expect(later.data.execution).toEqual({ status: 'STOPPED' });
  });

  test('of a run that has ended is a user error, with the execution', async () => {
    const gateway = await startOverRunning();
    const { data, errors } = await gateway.query<Data>(STOP, { id: FAILED });
    expect(errors).toEqual([]);
    expect(data.change).toEqual({
      execution: { id: FAILED, status: 'ERRORED' },
      message: null,
      userErrors: [{ code: 'NOT_ALLOWED', message: expect.any(String), field: 'id' }],
    });
    expect(posts(gateway)).toHaveLength(1);
  });
});

describe('rerunExecution', () => {
  test.each([
    ['an API key', DEMO],
    ['a session token', DEMO_SESSION],
  ])('starts one new run and answers it, signed in with %s', async (_what, headers) => {
    const gateway = await startOverRunning();
    const before = await countOf(gateway);
    const { data, errors, extensions } = await gateway.query<Data>(RERUN, { id: FAILED }, headers);
    expect(errors).toEqual([]);
    const rows = await list(gateway.sandbox, 'limit=1');
    expect(rows.totalDocs).toBe(before + 1);
    expect(data.change).toEqual({
      execution: {
        id: rows.docs[0]?._id,
        status: 'RUNNING',
        name: expect.stringContaining('Retry for workflow'),
        completionPercentage: 0,
        // Its three steps are listed from the start.
        nodes: Array(3).fill({ id: expect.any(String) }),
      },
      executionId: rows.docs[0]?._id,
      originalExecutionId: FAILED,
      userErrors: [],
    });
    expect(extensions.upstream.calls).toBe(2);
    expect(posts(gateway)).toHaveLength(1);
  });

  test('of a run that did not fail is a user error, and starts nothing', async () => {
    const gateway = await startOverRunning();
    const before = await countOf(gateway);
    const { data, errors } = await gateway.query<Data>(RERUN, { id: gateway.id });
    expect(errors).toEqual([]);
    expect(data.change).toEqual({
      execution: null,
      executionId: null,
      originalExecutionId: gateway.id,
      userErrors: [{ code: 'NOT_ALLOWED', message: expect.any(String), field: 'id' }],
    });
    expect(await countOf(gateway)).toBe(before);
  });

  test('twice in one document starts two runs, one after the other', async () => {
    const gateway = await startOverRunning();
    const before = await countOf(gateway);
    const { data, errors } = await gateway.query<Data>(
      'mutation ($id: ID!) { a: rerunExecution(id: $id) { executionId } b: rerunExecution(id: $id) { executionId } }',
      { id: FAILED },
    );
    expect(errors).toEqual([]);
    expect(data.a.executionId).not.toBe(data.b.executionId);
    expect(await countOf(gateway)).toBe(before + 2);
    expect(gateway.sandbox.requests().map(({ method }) => method)).toEqual([
      'GET',
      'POST',
      'GET',
      'POST',
      'GET',
      'GET',
    ]);
  });
});

test.each(['d1', 'd2'] as const)(
  'a rerun that is answered as %s does is the new run',
  async (rerunAnswer) => {
    const gateway = await startStill({ sandbox: { executions: 20, rerunAnswer } });
    const { data, errors } = await gateway.query<Data>(RERUN, { id: FAILED });
    const { docs } = await list(gateway.sandbox, 'limit=1');
    expect(errors).toEqual([]);
    expect(data.change).toMatchObject({
      executionId: docs[0]?._id,
      execution: { id: docs[0]?._id, name: expect.stringContaining('Retry for workflow') },
    });
    expect(posts(gateway)).toHaveLength(1);
  },
);

test('a rerun that was made is told where the next one fails', async () => {
  const gateway = await startOverRunning();
  gateway.sandbox.addFault({
    match: { method: 'POST', route: '/execution/{execution_id}/stop' },
    reset: true,
  });
  const { data, errors } = await gateway.query<Record<'made' | 'lost' | 'refused', unknown>>(
    `mutation ($id: ID!, $input: BulkInput!) {
      made: rerunExecution(id: $id) { executionId }
      lost: stopExecution(id: $id) { message }
      refused: rerunExecutions(input: $input) { matched }
    }`,
    { id: FAILED, input: {} },
  );
  const { docs } = await list(gateway.sandbox, 'limit=1');
  expect(data).toEqual({ made: { executionId: docs[0]?._id }, lost: null, refused: null });
  expect(errors).toMatchObject([
    { path: ['lost'], extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } },
    { path: ['refused'], extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

describe.each(['stop', 'rerun'] as const)('%s', (change) => {
  const idOf = ({ id }: { id: string }) => (change === 'stop' ? id : FAILED);

  test.each([400, 409, 422])('refused for the state of the run with %i is a user error', async (status) => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, status });
    const { data, errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toEqual([]);
    expect(data.change.userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }]);
    expect(posts(gateway)).toHaveLength(1);
  });

  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [405, 'UPSTREAM_BAD_RESPONSE'],
    [429, 'RATE_LIMITED'],
    [501, 'NOT_SUPPORTED'],
  ])('refused with %i has no outcome, and is asked once', async (status, code) => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, status });
    const before = await countOf(gateway);
    const { errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toMatchObject([{ path: ['change'], extensions: { code, upstream: { status } } }]);
    expect(errors[0]?.extensions).not.toHaveProperty('outcome');
    expect(posts(gateway)).toHaveLength(1);
    expect(await countOf(gateway)).toBe(before);
  });

  test.each([500, 502, 503, 504, 408].flatMap((status) => [true, false].map((done) => ({ status, done }))))(
    'failing with %j is not asked again, and its outcome unknown',
    async ({ status, done }) => {
      const gateway = await startOverRunning();
      gateway.sandbox.addFault({
        match: { method: 'POST' },
        status,
        takesEffect: done,
        retryAfter: 0,
        times: 3,
      });
      const before = await countOf(gateway);
      const { errors, data } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
      expect(data).toEqual({ change: null });
      expect(errors).toMatchObject([
        { extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN', upstream: { status } } },
      ]);
      expect(posts(gateway)).toHaveLength(1);
      expect(await countOf(gateway)).toBe(before + (change === 'rerun' && done ? 1 : 0));
    },
  );

  test.each<[string, Record<string, unknown>]>([
    ['a reset', { reset: true }],
    ['a reset before it took effect', { reset: true, takesEffect: false }],
    ['half a body', { truncate: true }],
    ['half a body before it took effect', { truncate: true, takesEffect: false }],
    ['a page in HTML', { contentType: 'text/html' }],
    ['another shape', { body: [] }],
    ['far too much', { hugeBytes: 20_000_000 }],
  ])('answered with %s is not asked again, and its outcome unknown', async (_what, fault) => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, times: 3, ...fault });
    const before = await countOf(gateway);
    const { errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
    expect(posts(gateway)).toHaveLength(1);
    const started = change === 'rerun' && fault['takesEffect'] !== false ? 1 : 0;
    expect(await countOf(gateway)).toBe(before + started);
  });

  test.each(['before-headers', 'after-headers'] as const)(
    'that hangs %s is given up, not asked again, and its outcome unknown',
    async (hang) => {
      const clock = createFakeClock();
      const gateway = await startOverRunning({ clock });
      gateway.sandbox.addFault({ match: { method: 'POST' }, times: 3, hang });
      const before = await countOf(gateway);
      const asked = gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
      await gateway.sandbox.until(() => posts(gateway).some(({ status }) => status !== 'pending'));
      clock.advance(2000);
      const { errors } = await asked;
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
      expect(posts(gateway)).toHaveLength(1);
      expect(await countOf(gateway)).toBe(before + (change === 'rerun' ? 1 : 0));
    },
  );

  test('that outlasts the operation has an unknown outcome, too', async () => {
    const clock = createFakeClock();
    const gateway = await startOverRunning({
      clock,
      env: { UPSTREAM_TIMEOUT_MS: '60000', OPERATION_TIMEOUT_MS: '3000' },
    });
    gateway.sandbox.addFault({ match: { method: 'POST' }, hang: 'before-headers' });
    const asked = gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    await gateway.sandbox.until(() => posts(gateway).some(({ status }) => status === 'hang'));
    clock.advance(3000);
    expect((await asked).errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } },
    ]);
    expect(posts(gateway)).toHaveLength(1);
  });

  test('of an execution that cannot be looked up afterwards is reported all the same', async () => {
    const gateway = await startOverRunning();
    const lookUp = { match: { route: 'GET /execution/{execution_id}' } };
    gateway.sandbox.addFault({ ...lookUp, status: 403 });
    gateway.sandbox.addFault({ ...lookUp, body: 'no JSON' });
    for (let round = 0; round < 2; round++) {
      const { data, errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
      expect(errors).toEqual([]);
      expect(data.change).toMatchObject({ execution: null, userErrors: [] });
      const said = {
        stop: 'Stopping instance',
        rerun: (await list(gateway.sandbox, 'limit=1')).docs[0]?._id,
      };
      expect(data.change[change === 'stop' ? 'message' : 'executionId']).toBe(said[change]);
    }
    expect(posts(gateway)).toHaveLength(2);
  });

  test('accepted with another status than 200 is done', async () => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, status: 201 });
    const { data, errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toEqual([]);
    expect(data.change.execution).not.toBeNull();
  });

  test('of an unknown execution, or another account’s, is NOT_FOUND without a difference', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const [foreign = ''] = gateway.sandbox.addExecutions({
      account: 'other@example.com',
      status: change === 'stop' ? 'RUNNING' : 'ERRORED',
      durationMs: 600_000,
    });
    const answers = [];
    for (const id of [foreign, 'f'.repeat(24)]) {
      const { errors, data } = await gateway.query<Data>(CHANGES[change], { id });
      const [error] = errors;
      expect(error?.extensions).toMatchObject({ code: 'NOT_FOUND' });
      answers.push({ data, message: error?.message, count: errors.length });
    }
    expect(answers[0]).toEqual(answers[1]);
    const { data } = await gateway.query<Data>(
      'query ($id: ID!) { execution(id: $id) { status } executions { totalCount } }',
      { id: foreign },
      OTHER,
    );
    expect(data).toEqual({
      execution: { status: change === 'stop' ? 'RUNNING' : 'ERRORED' },
      executions: { totalCount: 21 },
    });
  });

  test.each(['', '../x', 'a/b', 'a b', 'a?b', 'a'.repeat(129)])(
    'of %j is refused without a call',
    async (id) => {
      const { query, sandbox } = await startGateway();
      const { errors } = await query<Data>(CHANGES[change], { id });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(errors[0]?.message).toContain('id');
      expect(sandbox.requests()).toEqual([]);
    },
  );

  test('over GET is refused without a call', async () => {
    const { endpoint, sandbox } = await startGateway();
    const search = new URLSearchParams({ query: CHANGES[change], variables: JSON.stringify({ id: FAILED }) });
    const response = await fetch(`${endpoint}?${search.toString()}`, {
      headers: { ...DEMO, accept: 'application/json' },
    });
    expect(response.status).toBe(405);
    expect(sandbox.requests()).toEqual([]);
  });

  test('without signing in is refused without a call', async () => {
    const { query, sandbox } = await startGateway();
    const { status, errors } = await query<Data>(CHANGES[change], { id: FAILED }, {});
    expect(status).toBe(401);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(sandbox.requests()).toEqual([]);
  });
});
