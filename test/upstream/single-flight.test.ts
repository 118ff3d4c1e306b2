import { afterEach, describe, expect, test } from '@jest/globals';
import { errorsOf, startOnFakeClock } from '../support/budget.ts';
import { numbers } from '../support/numbers.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, DEMO_SESSION, OTHER, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

/** A gateway without any cache, whose upstream answers when it is told to. */
async function startGated(env: Record<string, string> = {}) {
  const gate = await startGate();
  const gateway = await startOnFakeClock({
    upstreamUrl: gate.url,
    env: { UPSTREAM_TIMEOUT_MS: '60000', ...env },
  });
  return { ...gateway, gate, arrived: (count: number) => gate.until(() => gate.held.length === count) };
}

/** How many operations are not over: each has its deadline set, in 5 s. */
function operationsOf(due: readonly number[]): number {
  return due.filter((ms) => ms === 5000).length;
}

describe('identical reads of one caller', () => {
  test('in flight at a time are one call, counted for whoever came first', async () => {
    const { ask, arrived, gate, metricIs } = await startGated();
    const first = ask(1);
    await arrived(1);
    const others = numbers(1, 4).map(() => ask(1));
    await metricIs('coalesced_total', 4);
    gate.held[0]?.answer();

    const answers = await Promise.all([first, ...others]);
    expect(gate.held).toHaveLength(1);
    for (const answer of answers) {
      expect(answer).toMatchObject({ errors: [], data: { executions: { totalCount: 1 } } });
    }
    const [cost, ...shares] = answers.map(({ extensions }) => extensions.upstream);
    expect(cost).toEqual({ calls: 1, cacheHits: 0, coalesced: 0, waitedMs: 0, asOf: null });
    for (const share of shares) expect(share).toEqual({ ...cost, calls: 0, coalesced: 1 });
  });

  test('within one operation are one call too', async () => {
    const { query, sandbox } = await startOnFakeClock();
    const { data, errors, extensions } = await query<Record<'a' | 'b', unknown>>(
      '{ a: executions { totalCount nodes { id } } b: executions { totalCount nodes { id } } }',
    );
    expect(errors).toEqual([]);
    expect(data.a).toEqual(data.b);
    expect(extensions.upstream).toMatchObject({ calls: 1, coalesced: 1 });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('one after the other are two calls', async () => {
    const { ask, arrived, gate, metric } = await startGated();
    for (const count of [1, 2]) {
      const asking = ask(1);
      await arrived(count);
      gate.held.at(-1)?.answer();
      expect(await asking).toMatchObject({
        data: { executions: { totalCount: count } },
        extensions: { upstream: { calls: 1, coalesced: 0 } },
      });
    }
    expect(await metric('coalesced_total')).toBe(0);
  });

  test('after one that failed are calls of their own', async () => {
    const { ask, arrived, gate } = await startGated();
    const failing = ask(1);
    await arrived(1);
    gate.held[0]?.answer(403);
    expect(errorsOf(await failing)).toMatchObject([{ code: 'FORBIDDEN' }]);

    const asking = ask(1);
    await arrived(2);
    gate.held[1]?.answer();
    expect((await asking).errors).toEqual([]);
  });

  test.each([
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [501, 'NOT_SUPPORTED'],
  ])('all get the error where upstream answers %d', async (status, code) => {
    const { ask, arrived, gate, metricIs } = await startGated();
    const asking = numbers(1, 3).map(() => ask(1));
    await arrived(1);
    await metricIs('coalesced_total', 2);
    gate.held[0]?.answer(status);

    const answers = await Promise.all(asking);
    expect(answers.map(errorsOf)).toEqual(numbers(1, 3).map(() => [{ code, upstream: { status } }]));
    expect(gate.held).toHaveLength(1);
  });
});

describe('reads that are not shared', () => {
  test('are those of two callers, be it of the same account', async () => {
    const { ask, arrived, gate, metric } = await startGated();
    const callers = [DEMO, OTHER, DEMO_SESSION, { authorization: 'Bearer session-other' }];
    const asking = callers.map((headers) => ask(1, headers));
    await arrived(4);
    for (const one of gate.held) one.answer();

    const answers = await Promise.all(asking);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    // To each the answer to the request with its own credentials.
    const credentialsOf = (headers: Record<string, unknown>) => [
      headers['linked_account_id'],
      headers['authorization'],
    ];
    for (const [index, { data }] of answers.entries()) {
      const { totalCount } = (data as { executions: { totalCount: number } }).executions;
      const own = gate.held[totalCount - 1]?.headers ?? {};
      expect(credentialsOf(own)).toEqual(credentialsOf(callers[index] ?? {}));
    }
    expect(await metric('coalesced_total')).toBe(0);
  });

  test('are those of different questions', async () => {
    const { ask, arrived, gate, metric } = await startGated();
    const asking = [ask(1), ask(2)];
    await arrived(2);
    expect(gate.held.map(({ page }) => page).sort()).toEqual(['1', '2']);
    for (const one of gate.held) one.answer();
    const totals = (await Promise.all(asking)).map(({ data }) => data as unknown);
    expect(totals[0]).not.toEqual(totals[1]);
    expect(await metric('coalesced_total')).toBe(0);
  });
});

describe('leaving', () => {
  test.each([
    ['the first', 0],
    ['a later one', 1],
  ])('does not cancel what others wait for: %s', async (_who, index) => {
    const { visit, arrived, clock, gate, metricIs } = await startGated();
    const visits = [visit(1)];
    await arrived(1);
    visits.push(visit(1));
    await metricIs('coalesced_total', 1);

    const [leaving] = visits.splice(index, 1);
    leaving?.leave();
    await clock.until((due) => operationsOf(due) === 1);
    expect(gate.held.map(({ isWaiting }) => isWaiting)).toEqual([true]);
    gate.held[0]?.answer();

    expect(await visits[0]?.answer).toMatchObject({ data: { executions: { totalCount: 1 } } });
  });

  test('cancels the call once the last one has left', async () => {
    const { visit, metricIs, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ delayMs: 3_600_000, times: 3 });
    const visits = numbers(1, 3).map(() => visit(1));
    await metricIs('coalesced_total', 2);
    await sandbox.until(() => sandbox.requests().length === 1);

    for (const one of visits.slice(0, 2)) one.leave();
    await clock.until((due) => operationsOf(due) === 1);
    expect(sandbox.requests().map(({ status }) => status)).toEqual(['pending']);
    visits[2]?.leave();

    await sandbox.until(() => sandbox.requests()[0]?.status === 'aborted');
    await clock.until((due) => due.length === 0);
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('makes whoever asks next start anew', async () => {
    const { visit, ask, arrived, gate, metric } = await startGated();
    const leaving = visit(1);
    await arrived(1);
    leaving.leave();
    await gate.until(() => gate.held[0]?.isWaiting === false);

    const asking = ask(1);
    await arrived(2);
    gate.held[1]?.answer();
    expect((await asking).data).toMatchObject({ executions: { totalCount: 2 } });
    expect(await metric('coalesced_total')).toBe(0);
  });
});

test("the deadline of one who waits does not cut another's", async () => {
  const { ask, arrived, clock, gate, metricIs } = await startGated();
  const early = ask(1);
  await arrived(1);
  clock.advance(3000);
  const late = ask(1);
  await metricIs('coalesced_total', 1);
  clock.advance(2000);
  expect(errorsOf(await early)).toEqual([{ code: 'UPSTREAM_TIMEOUT' }]);
  expect(gate.held.map(({ isWaiting }) => isWaiting)).toEqual([true]);

  clock.advance(2999);
  gate.held[0]?.answer();
  expect((await late).data).toMatchObject({ executions: { totalCount: 1 } });
});

test('the deadline of the last who waits ends the call', async () => {
  const { ask, arrived, clock, gate, metricIs } = await startGated();
  const early = ask(1);
  await arrived(1);
  clock.advance(3000);
  const late = ask(1);
  await metricIs('coalesced_total', 1);
  clock.advance(5000);

  expect((await Promise.all([early, late])).map(errorsOf)).toEqual([
    [{ code: 'UPSTREAM_TIMEOUT' }],
    [{ code: 'UPSTREAM_TIMEOUT' }],
  ]);
  await gate.until(() => gate.held[0]?.isWaiting === false);
  expect(gate.held).toHaveLength(1);
});
