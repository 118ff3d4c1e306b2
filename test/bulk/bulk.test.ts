import { afterEach, describe, expect, test } from '@jest/globals';
import {
  abort,
  addFailed,
  begin,
  changesOf,
  ended,
  jobWhen,
  outcomesOf,
  read,
  RERUN_ALL,
  STOP_ALL,
  type Changed,
} from '../support/bulk.ts';
import { createMetrics, PACE_MS } from '../support/budget.ts';
import { createFakeClock, createSandboxClock } from '../support/fake-clock.ts';
import { startAnswerGate } from '../support/gate.ts';
import { FAILED, list } from '../support/sandbox.ts';
import { DEMO, OTHER, startGateway, startStill, startUpstream, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const ACCOUNT = DEMO.linked_account_id;
const RERUNS = { method: 'POST', route: '/execution/{execution_id}/rerun' };

/** A gateway on a clock that the test moves, to which the answers to changes come when the test lets them through. */
async function startGated(env: Record<string, string> = {}) {
  const upstream = await startUpstream({ clock: createSandboxClock() });
  const answers = await startAnswerGate(upstream);
  answers.close();
  const clock = createFakeClock();
  const gateway = await startGateway({ upstream, upstreamUrl: answers.url, clock, env });
  return { ...gateway, answers, clock };
}

describe('which executions', () => {
  test('are named by ids, each of them once', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 5);
    const { data, errors } = await gateway.query<Changed>(RERUN_ALL, { input: { ids: [...ids, ...ids] } });

    expect(errors).toEqual([]);
    expect(data.change).toMatchObject({ clientMutationId: null, matched: 5, executionIds: ids });
    expect(data.change.job).toMatchObject({ kind: 'RERUN', state: 'RUNNING', total: 5, endedAt: null });
    const job = await ended(gateway, data.change.job.id);
    expect(job).toMatchObject({ state: 'COMPLETED', pending: 0, succeeded: 5, endedAt: expect.any(String) });
    expect(job.items.map(({ executionId }) => executionId)).toEqual(ids);
    const { docs } = await list(gateway.sandbox, 'limit=5');
    expect(new Set(job.items.map(({ newExecutionId }) => newExecutionId))).toEqual(
      new Set(docs.map(({ _id }) => _id)),
    );
    expect(changesOf(gateway).sort()).toEqual([...ids].sort());
  });

  test.each(['ERRORED', 'STOPPED', 'TIMED_OUT'])('match a filter: reruns take %s', async (status) => {
    const gateway = await startGateway({ sandbox: { executions: 0 } });
    const failed = addFailed(gateway, 2);
    const [id = ''] = gateway.sandbox.addExecutions({ account: ACCOUNT, status });
    gateway.sandbox.addExecutions({ account: ACCOUNT, status: 'COMPLETED' });
    const { executionIds, job } = (await gateway.query<Changed>(RERUN_ALL, { input: { filter: {} } })).data
      .change;

    expect(new Set(executionIds)).toEqual(new Set([id, ...failed]));
    expect(await ended(gateway, job.id)).toMatchObject({ state: 'COMPLETED', succeeded: 3 });
  });

  test('match a filter: stops take those that run', async () => {
    const gateway = await startStill({ sandbox: { executions: 0 } });
    addFailed(gateway, 2);
    const ids = gateway.sandbox.addExecutions({ account: ACCOUNT, count: 3, durationMs: 600_000 });
    const job = await begin(gateway, { filter: {} }, STOP_ALL);

    expect(await ended(gateway, job.id)).toMatchObject({ kind: 'STOP', state: 'COMPLETED', succeeded: 3 });
    expect(changesOf(gateway).sort()).toEqual([...ids].sort());
  });

  test('that match none are a job that has nothing to do', async () => {
    const gateway = await startStill({ sandbox: { executions: 0 } });
    const job = await begin(gateway, { filter: {} });
    expect(await ended(gateway, job.id)).toMatchObject({ state: 'COMPLETED', total: 0, items: [] });
  });

  test.each([{ ids: [FAILED] }, { filter: { executionId: FAILED } }])(
    'are only told by a dry run of %j',
    async (input) => {
      const gateway = await startStill();
      const answer = await gateway.query(RERUN_ALL, {
        input: { ...input, dryRun: true, clientMutationId: 'a' },
      });
      expect(answer.errors).toEqual([]);
      expect(answer.data).toEqual({
        change: { clientMutationId: 'a', matched: 1, executionIds: [FAILED], userErrors: [], job: null },
      });
      expect(changesOf(gateway)).toEqual([]);

      const job = await begin(gateway, { ids: [FAILED], clientMutationId: 'a' });
      expect(await ended(gateway, job.id)).toMatchObject({ succeeded: 1 });
    },
  );

  test('may be as many as MAX_BULK_SIZE, and of more none is changed', async () => {
    const gateway = await startStill({ sandbox: { executions: 0 }, env: { MAX_BULK_SIZE: '3' } });
    const ids = addFailed(gateway, 4);
    const byIds = await gateway.query(RERUN_ALL, { input: { ids } });
    const byFilter = await gateway.query(RERUN_ALL, { input: { filter: {} } });

    for (const { data, errors } of [byIds, byFilter]) {
      expect(data).toEqual({ change: null });
      expect(errors).toMatchObject([
        { message: expect.stringMatching(/4 executions.* 3 /), extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
    expect(changesOf(gateway)).toEqual([]);
    const job = await begin(gateway, { ids: ids.slice(1) });
    expect(await ended(gateway, job.id)).toMatchObject({ succeeded: 3 });
  });

  test.each<[string, Record<string, unknown>]>([
    ['ids or filter', {}],
    ['ids and filter', { ids: [FAILED], filter: {} }],
    ['ids', { ids: [] }],
    ['ids', { ids: ['../config'] }],
    ['filter.status', { filter: { status: ['ERRORED', 'COMPLETED'] } }],
    ['filter.workflowName', { filter: { workflowName: '' } }],
    ['clientMutationId', { ids: [FAILED], clientMutationId: '' }],
    ['clientMutationId', { ids: [FAILED], clientMutationId: 'x'.repeat(257) }],
  ])('are refused, naming %s, as %j', async (name, input) => {
    const gateway = await startStill();
    const { errors } = await gateway.query(RERUN_ALL, { input });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message.startsWith(name)).toBe(true);
    expect(gateway.sandbox.requests()).toEqual([]);
  });

  test('need somebody who is signed in', async () => {
    const gateway = await startStill();
    const { errors } = await gateway.query(RERUN_ALL, { input: { ids: [FAILED], dryRun: true } }, {});
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('what becomes of each', () => {
  test('is told by item', async () => {
    const gateway = await startStill();
    const [good = ''] = addFailed(gateway, 1);
    const [running = ''] = gateway.sandbox.addExecutions({ account: ACCOUNT, durationMs: 600_000 });
    const missing = 'f'.repeat(24);
    const { id } = await begin(gateway, { ids: [good, running, missing] });
    const job = await ended(gateway, id);

    expect(job).toMatchObject({ state: 'COMPLETED', succeeded: 1, refused: 1, failed: 1, unknown: 0 });
    expect(job.items).toEqual([
      { executionId: good, outcome: 'SUCCEEDED', newExecutionId: expect.any(String), code: null },
      { executionId: running, outcome: 'REFUSED', newExecutionId: null, code: 'BAD_USER_INPUT' },
      { executionId: missing, outcome: 'FAILED', newExecutionId: null, code: 'NOT_FOUND' },
    ]);
  });

  test('is unknown where the connection broke, and it is not sent again, however often it is asked for', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 8);
    gateway.sandbox.addFault({ match: RERUNS, reset: true, takesEffect: true, times: 3 });
    const input = { ids, clientMutationId: 'once' };
    const before = (await list(gateway.sandbox, 'limit=1')).totalDocs;
    const { id } = await begin(gateway, input);
    const job = await ended(gateway, id);

    expect(outcomesOf(job)).toEqual({ UNKNOWN: 3, SUCCEEDED: 5 });
    expect(job).toMatchObject({ state: 'COMPLETED', unknown: 3, succeeded: 5 });
    expect((await begin(gateway, input)).items).toEqual(job.items);
    expect(changesOf(gateway).sort()).toEqual([...ids].sort());
    expect((await list(gateway.sandbox, 'limit=1')).totalDocs).toBe(before + 8);
  });

  test('is decided later where upstream asks to wait', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 4);
    gateway.sandbox.addFault({ match: RERUNS, status: 429, retryAfter: 0, times: 5 });
    const { id } = await begin(gateway, { ids });

    expect(outcomesOf(await ended(gateway, id))).toEqual({ SUCCEEDED: 4 });
    expect(changesOf(gateway)).toHaveLength(9);
  });

  test('is decided later where the circuit is open', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 8);
    gateway.sandbox.addFault({ match: RERUNS, status: 503, times: 5 });
    const { id } = await begin(gateway, { ids });
    const job = await ended(gateway, id);

    // Those that opened it were sent; the others had to wait until it closed.
    expect(job.state).toBe('COMPLETED');
    expect(outcomesOf(job)).toEqual({ UNKNOWN: 5, SUCCEEDED: 3 });
    expect(changesOf(gateway).sort()).toEqual([...ids].sort());
  });

  test('is nothing, once the credentials are refused', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 10);
    gateway.sandbox.addFault({ match: RERUNS, status: 401, times: 100 });
    const { id } = await begin(gateway, { ids, clientMutationId: 'a' });
    expect(outcomesOf(await ended(gateway, id))).toEqual({ NOT_DONE: 10 });
    expect(await read(gateway, id)).toMatchObject({ state: 'INTERRUPTED' });

    gateway.sandbox.clearFaults();
    expect(await begin(gateway, { ids, clientMutationId: 'a' })).toMatchObject({ id, state: 'RUNNING' });
    expect(await ended(gateway, id)).toMatchObject({ state: 'COMPLETED', succeeded: 10 });
  });
});

test('a rerun is linked to what it repeats, for the one who asked', async () => {
  const gateway = await startStill();
  const { job } = (await gateway.query<Changed>(RERUN_ALL, { input: { ids: [FAILED] } })).data.change;
  const [item] = (await ended(gateway, job.id)).items;
  const links = `{ execution(id: "${FAILED}") { reruns { id rerunOf { id } } } }`;
  expect((await gateway.query(links)).data).toEqual({
    execution: { reruns: [{ id: item?.newExecutionId, rerunOf: { id: FAILED } }] },
  });
  const stranger = await gateway.query(links, {}, { authorization: 'Bearer session-demo' });
  expect(stranger.data).toEqual({ execution: { reruns: [] } });
});

describe('the same clientMutationId', () => {
  test('asks for one job, however often and however close together', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 6);
    const input = { ids, clientMutationId: 'nightly' };
    const jobs = await Promise.all(Array.from({ length: 8 }, () => begin(gateway, input)));
    const [{ id } = { id: '' }] = jobs;
    await ended(gateway, id);
    const later = await begin(gateway, { ...input, ids: ids.toReversed() });

    expect(new Set([...jobs, later].map((job) => job.id)).size).toBe(1);
    expect(later).toMatchObject({ state: 'COMPLETED', succeeded: 6 });
    expect(changesOf(gateway).sort()).toEqual([...ids].sort());
    expect(gateway.sandbox.stats().requests[`POST ${RERUNS.route}`]).toEqual({ 200: 6 });
  });

  test('asks for one job also while it is still being looked for what matches', async () => {
    const gateway = await startStill({ sandbox: { executions: 0 } });
    const ids = addFailed(gateway, 6);
    const input = { filter: {}, clientMutationId: 'nightly' };
    const jobs = await Promise.all(Array.from({ length: 8 }, () => begin(gateway, input)));
    for (const { id } of jobs) await ended(gateway, id);

    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    expect(changesOf(gateway).sort()).toEqual([...ids].sort());
  });

  test('with a filter does not look again', async () => {
    const gateway = await startStill({ sandbox: { executions: 0 } });
    const ids = addFailed(gateway, 3);
    const input = { filter: {}, clientMutationId: 'all' };
    const { id } = await begin(gateway, input);
    await ended(gateway, id);
    addFailed(gateway, 3);

    expect(await begin(gateway, input)).toMatchObject({ id, total: 3 });
    expect(changesOf(gateway).sort()).toEqual([...ids].sort());
  });

  test('for another change is refused', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 2);
    await begin(gateway, { ids, clientMutationId: 'a' });
    for (const [text, input] of [
      [RERUN_ALL, { ids: ids.slice(1) }],
      [RERUN_ALL, { filter: {} }],
      [STOP_ALL, { ids }],
    ] as const) {
      const { errors } = await gateway.query(text, { input: { ...input, clientMutationId: 'a' } });
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('clientMutationId'),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ]);
    }
  });

  test('of another caller is another one, and none at all is a new job each time', async () => {
    const gateway = await startStill();
    const ids = addFailed(gateway, 1);
    const jobs = [
      await begin(gateway, { ids, clientMutationId: 'a' }),
      await begin(gateway, { ids, clientMutationId: 'a' }, RERUN_ALL, OTHER),
      await begin(gateway, { ids }),
      await begin(gateway, { ids }),
    ];
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(4);
  });

  test('can be used again after it was refused', async () => {
    const gateway = await startStill();
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, status: 403 });
    const input = { filter: { executionId: FAILED }, clientMutationId: 'a' };
    expect((await gateway.query(RERUN_ALL, { input })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    const { id } = await begin(gateway, input);
    expect(await ended(gateway, id)).toMatchObject({ succeeded: 1 });
  });
});

describe('a job', () => {
  test('goes on when the client has gone', async () => {
    const gateway = await startStill({ sandbox: { latencyMs: 20 } });
    const ids = addFailed(gateway, 9);
    const gone = new AbortController();
    const asked = fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...DEMO },
      body: JSON.stringify({ query: RERUN_ALL, variables: { input: { ids, clientMutationId: 'a' } } }),
      signal: gone.signal,
    }).then((response) => response.text());
    await gateway.sandbox.until(() => changesOf(gateway).length > 0);
    gone.abort();
    await asked.catch(() => undefined);

    const { id } = await begin(gateway, { ids, clientMutationId: 'a' });
    expect(await ended(gateway, id)).toMatchObject({ state: 'COMPLETED', succeeded: 9 });
    expect(changesOf(gateway)).toHaveLength(9);
  });

  test('that is aborted sends no more, and what is in flight finishes', async () => {
    const { answers, ...gateway } = await startGated();
    const ids = addFailed(gateway, 20);
    const { id } = await begin(gateway, { ids, clientMutationId: 'a' });
    await gateway.sandbox.until(() => changesOf(gateway).length === 3);
    expect(await abort(gateway, id)).toMatchObject({ id });
    answers.open();
    const job = await ended(gateway, id);

    expect(job.state).toBe('ABORTED');
    expect(outcomesOf(job)).toEqual({ SUCCEEDED: 3, NOT_DONE: 17 });
    expect(await abort(gateway, id)).toEqual(job);
    expect(await begin(gateway, { ids, clientMutationId: 'a' })).toEqual(job);
    expect(changesOf(gateway)).toHaveLength(3);
  });

  test('that waits for the rate is aborted at once', async () => {
    const gateway = await startStill({
      clock: createFakeClock(),
      env: { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '4' },
    });
    const { id } = await begin(gateway, { ids: addFailed(gateway, 20) });
    await jobWhen(gateway, id, ({ succeeded }) => succeeded === 1);
    await abort(gateway, id);
    const job = await ended(gateway, id);

    expect(job).toMatchObject({ state: 'ABORTED', succeeded: 1, unknown: 0 });
    expect(changesOf(gateway)).toHaveLength(1);
  });

  test('can be watched, and is answered before the operation has to end', async () => {
    const { answers, clock, ...gateway } = await startGated({ UPSTREAM_TIMEOUT_MS: '60000' });
    const ids = addFailed(gateway, 4);
    const { id } = await begin(gateway, { ids });
    answers.letThrough(3);
    const first = await jobWhen(gateway, id, ({ succeeded }) => succeeded === 3);
    const watching = read(gateway, id, first.revision);
    // An operation has five seconds.
    await clock.until(([soonest = Infinity]) => soonest < 5000);
    clock.advance(clock.due()[0] ?? NaN);
    const same = await watching;
    answers.open();
    const later = await jobWhen(gateway, id, ({ revision }) => revision > first.revision);

    expect(same).toEqual(first);
    expect(later.succeeded).toBe(4);
  });

  test('is nobody else’s to see or to abort', async () => {
    const { answers, ...gateway } = await startGated();
    const { id } = await begin(gateway, { ids: addFailed(gateway, 6) });
    await gateway.sandbox.until(() => changesOf(gateway).length === 3);

    expect(await read(gateway, id, null, OTHER)).toBeNull();
    expect(await read(gateway, id, 0, OTHER)).toBeNull();
    expect(await abort(gateway, id, OTHER)).toBeNull();
    expect(await read(gateway, 'no such job')).toBeNull();
    answers.open();
    expect(await ended(gateway, id)).toMatchObject({ state: 'COMPLETED', succeeded: 6 });
  });

  test('is one of three that a caller may have at once', async () => {
    const { answers, ...gateway } = await startGated();
    const ids = addFailed(gateway, 4);
    const jobs = [];
    for (const id of ids.slice(1)) jobs.push(await begin(gateway, { ids: [id] }));
    const { errors } = await gateway.query(RERUN_ALL, { input: { ids } });
    expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
    await begin(gateway, { ids }, RERUN_ALL, OTHER);

    answers.open();
    for (const { id } of jobs) await ended(gateway, id);
    const { id } = await begin(gateway, { ids: ids.slice(0, 1) });
    expect(await ended(gateway, id)).toMatchObject({ succeeded: 1 });
  });

  test('gives way to what people wait for', async () => {
    const clock = createFakeClock();
    const gateway = await startStill({
      clock,
      env: { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '4' },
    });
    const { metricIs } = createMetrics(gateway.url);
    const takeTurn = async () => {
      await clock.until(([soonest = Infinity]) => soonest <= PACE_MS);
      clock.advance(clock.due()[0] ?? NaN);
    };
    const { id } = await begin(gateway, { ids: addFailed(gateway, 8) });
    await jobWhen(gateway, id, ({ succeeded }) => succeeded === 1);
    await metricIs('queue_length', 3);
    const asking = gateway.query('{ executions { totalCount } }');
    await metricIs('queue_length', 4);
    await takeTurn();

    // It came last and had the first turn.
    expect((await asking).errors).toEqual([]);
    expect(changesOf(gateway)).toHaveLength(1);
    for (let turns = 0; turns < 7; turns++) await takeTurn();
    expect(await ended(gateway, id)).toMatchObject({ succeeded: 8 });
  });

  test('finishes what is in flight when the gateway stops, and is gone with it', async () => {
    const { answers, ...gateway } = await startGated();
    const ids = addFailed(gateway, 20);
    const { id, revision } = await begin(gateway, { ids, clientMutationId: 'a' });
    await gateway.sandbox.until(() => changesOf(gateway).length === 3);
    const watching = read(gateway, id, revision + 3);
    answers.letThrough(3);
    await gateway.sandbox.until(() => changesOf(gateway).length === 6);
    const stopped = gateway.app.stop();
    answers.open();
    await stopped;

    const job = await watching;
    expect(job).toMatchObject({ state: expect.stringMatching(/RUNNING|INTERRUPTED/) });
    const { sandbox } = gateway;
    expect(changesOf(gateway)).toHaveLength(6);
    expect(sandbox.stats().requests[`POST ${RERUNS.route}`]).toEqual({ 200: 6 });
    const next = await startGateway({ upstream: sandbox });
    expect(await read(next, id)).toBeNull();
  });
});
