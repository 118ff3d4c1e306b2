import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Fault } from '../../sandbox/control/faults.ts';
import { account, AT_ONCE, errorsOf, REAL_RATE } from '../support/budget.ts';
import { eventually } from '../support/eventually.ts';
import { startAnswerGate } from '../support/gate.ts';
import { startUpstream, stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';
import { ALWAYS, DOWN, FAST, idOf, isServed, open, openForAll, startForOutage } from '../support/outage.ts';
import { RERUN_FOR_ID } from '../support/reruns.ts';

afterEach(async () => {
  await stopAll();
  jest.restoreAllMocks();
});

/** How long who failed last may not try, and how long the others may not. */
const AGAIN_MS = 4000;
const OTHERS_MS = 2500;

describe('a circuit', () => {
  test('opens after five failures: then nothing is asked, and the answer is there at once', async () => {
    const gateway = await startForOutage();
    const { ask, metric, sandbox } = gateway;
    await open(gateway);
    expect(await metric('breaker_open_callers')).toBe(1);

    const answer = await ask(6);

    expect(answer.errors).toMatchObject([{ message: 'Upstream is down', extensions: FAST[0] as object }]);
    expect(answer.extensions.upstream).toMatchObject({ calls: 0, waitedMs: 0 });
    expect(sandbox.requests()).toHaveLength(5);
  });

  test.each<[string, Fault]>([
    ['500', { status: 500, retryAfter: 30 }],
    ['504', { status: 504, retryAfter: 30 }],
    ['408', { status: 408, retryAfter: 30 }],
  ])('opens for %s', async (_what, fault) => {
    const gateway = await startForOutage();
    await open(gateway, fault);
    expect(errorsOf(await gateway.ask(6))).toEqual(FAST);
  });

  test('opens for an upstream that does not answer in time', async () => {
    const { ask, clock, sandbox } = await startForOutage({ env: { OPERATION_TIMEOUT_MS: '2050' } });
    sandbox.addFault({ hang: 'before-headers', times: 5 });
    const asking = numbers(1, 5).map((number) => ask(number));
    await sandbox.until(() => sandbox.requests().filter(({ status }) => status === 'hang').length === 5);
    clock.advance(2000);
    expect((await Promise.all(asking)).map(errorsOf)).toEqual(
      numbers(1, 5).map(() => [{ code: 'UPSTREAM_TIMEOUT' }]),
    );
    expect(errorsOf(await ask(6))).toEqual(FAST);
  });

  test('opens where most fail, though some succeed', async () => {
    const { ask, sandbox } = await startForOutage();
    for (const number of numbers(1, 9)) {
      if (number % 3 > 0) sandbox.addFault(DOWN);
      await ask(number);
    }
    expect(errorsOf(await ask(10))).toEqual(FAST);
  });

  test('stays closed where as many succeed', async () => {
    const { ask, metric, sandbox } = await startForOutage();
    for (const number of numbers(1, 30)) {
      if (number % 2 === 0) sandbox.addFault(DOWN);
      expect((await ask(number)).errors).toHaveLength(1 - (number % 2));
    }
    expect(sandbox.requests()).toHaveLength(30);
    expect(await metric('breaker_open_callers')).toBe(0);
  });

  test.each([400, 401, 403, 404, 418, 501])('stays closed for %d', async (status) => {
    const gateway = await startForOutage();
    await open(gateway, { status });
    await open(gateway, { status });
    expect((await gateway.ask(6)).errors).toEqual([]);
    expect(gateway.sandbox.requests()).toHaveLength(11);
  });

  test('stays closed for 429', async () => {
    const { ask, clock, sandbox } = await startForOutage();
    for (const number of numbers(1, 10)) {
      sandbox.addFault({ status: 429, retryAfter: 30 });
      expect(errorsOf(await ask(number))).toMatchObject([{ code: 'RATE_LIMITED' }]);
      clock.advance(30_000);
    }
    expect((await ask(11)).errors).toEqual([]);
  });

  test('stays closed for clients that leave', async () => {
    const { ask, clock, sandbox, visit } = await startForOutage();
    sandbox.addFault({ hang: 'before-headers', times: 10 });
    const visits = numbers(1, 10).map((number) => visit(number));
    await sandbox.until(() => sandbox.requests().filter(({ status }) => status === 'hang').length === 10);
    for (const one of visits) one.leave();
    await clock.until((due) => due.length === 0);
    expect((await ask(11)).errors).toEqual([]);
  });
});

/** A gateway to which the answers of upstream come when the test lets them through; it does so at first. */
async function startGated() {
  const upstream = await startUpstream({ accounts: 12 });
  const answers = await startAnswerGate(upstream, 'GET');
  return { ...(await startForOutage({ upstream, upstreamUrl: answers.url })), answers };
}

describe('an open circuit', () => {
  test('lets one try after four seconds, and the others wait for it', async () => {
    const gateway = await startGated();
    const { answers, ask, clock, sandbox } = gateway;
    await open(gateway);
    clock.advance(AGAIN_MS - 1);
    expect(errorsOf(await ask(6))).toEqual(FAST);
    clock.advance(1);
    answers.close();
    const probe = ask(7);
    await sandbox.until(() => sandbox.requests().length === 6);
    const others = numbers(8, 12).map((number) => ask(number));
    await clock.until((due) => due.filter((ms) => ms === 5000).length >= 7);
    expect(sandbox.requests()).toHaveLength(6);
    answers.open();

    const answered = await Promise.all([probe, ...others]);
    expect(answered.flatMap(({ errors }) => errors)).toEqual([]);
    expect(sandbox.requests()).toHaveLength(11);
  });

  test('refuses those who waited where it fails, and is tried again four seconds from then', async () => {
    const gateway = await startForOutage();
    const { ask, clock, sandbox } = gateway;
    await open(gateway);
    clock.advance(AGAIN_MS);
    sandbox.addFault({ hang: 'before-headers' });
    const probe = ask(7);
    await sandbox.until(() => sandbox.requests()[5]?.status === 'hang');
    const others = numbers(8, 12).map((number) => ask(number));
    await clock.until((due) => due.filter((ms) => ms === 5000).length >= 7);

    clock.advance(2000);
    await clock.until((due) => due.some((ms) => ms <= 100));
    clock.advance(100);
    expect((await Promise.all([probe, ...others])).map(errorsOf)).toEqual(numbers(1, 6).map(() => FAST));
    expect(sandbox.requests()).toHaveLength(6);
    clock.advance(AGAIN_MS - 2101);
    expect(errorsOf(await ask(14))).toEqual(FAST);
    clock.advance(1);
    expect((await ask(15)).errors).toEqual([]);
  });

  test('lets others try before the one that failed last', async () => {
    const gateway = await startForOutage();
    const { ask, clock, sandbox } = gateway;
    await openForAll(gateway);
    sandbox.clearFaults();
    sandbox.addFault({ ...DOWN, ...ALWAYS, match: { account: 'account-3@example.com' } });

    clock.advance(OTHERS_MS);
    expect(errorsOf(await ask(3, account(3)))).toEqual(FAST);
    expect((await ask(3, account(4))).errors).toEqual([]);
    expect((await ask(3, account(5))).errors).toEqual([]);
  });

  test('closes while every operation makes several calls', async () => {
    const gateway = await startForOutage();
    const { clock, query, sandbox } = gateway;
    const page = (number: number) =>
      `p${String(number)}: executions(page: { number: ${String(number)}, size: 1 }) { totalCount }`;
    const operation = `{ ${numbers(1, 8).map(page).join(' ')} }`;
    sandbox.addFault({ ...DOWN, ...ALWAYS });
    for (let round = 0; round < 2; round++) await query(operation);
    sandbox.clearFaults();

    // A poll every five seconds.
    clock.advance(5000);
    const answer = await query(operation);
    expect(answer.errors).toEqual([]);
    expect(answer.extensions.upstream).toMatchObject({ calls: 8 });
  });

  test('closes when upstream is there to refuse', async () => {
    const gateway = await startForOutage();
    const { ask, clock, sandbox } = gateway;
    await open(gateway);
    clock.advance(AGAIN_MS);
    sandbox.addFault({ status: 404 });
    expect(errorsOf(await ask(6))).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await ask(7)).errors).toEqual([]);
  });

  test('closes though who tried has left before the answer', async () => {
    const gateway = await startGated();
    const { answers, ask, clock, metricIs, sandbox, visit } = gateway;
    await open(gateway);
    clock.advance(AGAIN_MS);
    answers.close();
    const probe = visit(6);
    await sandbox.until(() => sandbox.requests().length === 6);
    const waiting = ask(7);
    await clock.until((due) => due.filter((ms) => ms === 5000).length >= 3);
    probe.leave();
    answers.open();

    expect((await waiting).errors).toEqual([]);
    await metricIs('breaker_open_callers', 0);
    expect(
      sandbox
        .requests()
        .map(({ status }) => status)
        .slice(5),
    ).toEqual([200, 200]);
  });

  test('lets the next one try where the try came to nothing', async () => {
    const { clock, query, sandbox } = await startForOutage({ env: { OPERATION_TIMEOUT_MS: '1000' } });
    sandbox.addFault({ status: 503, times: 5, match: { method: 'POST' } });
    for (const number of numbers(1, 5)) await query(RERUN_FOR_ID, { id: idOf(number) });
    clock.advance(AGAIN_MS);
    // A change is called off when its time is up: it is never made for somebody who has been told that it was not.
    sandbox.addFault({ hang: 'before-headers', match: { method: 'POST' } });
    const asking = query(RERUN_FOR_ID, { id: idOf(6) });
    await sandbox.until(() => sandbox.requests()[5]?.status === 'hang');
    clock.advance(1000);
    expect(errorsOf(await asking)).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' }]);

    expect(isServed(await query(RERUN_FOR_ID, { id: idOf(7) }))).toBe(true);
  });

  test.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('goes by no clock that can be set %s', async (_where, byMs) => {
    const gateway = await startForOutage();
    const { ask, clock } = gateway;
    const date = clock.date.bind(clock);
    await open(gateway);
    jest.spyOn(clock, 'date').mockImplementation(() => date() + byMs);
    jest.spyOn(Date, 'now').mockImplementation(() => date() + byMs);
    clock.advance(AGAIN_MS - 1);
    expect(errorsOf(await ask(6))).toEqual(FAST);
    clock.advance(1001);
    expect((await ask(7)).errors).toEqual([]);
  });

  test('sends nothing of what was waiting for its turn when it opened', async () => {
    const { ask, queued, sandbox, takeAllTurns } = await startForOutage({ env: REAL_RATE });
    sandbox.addFault({ ...DOWN, times: 100 });
    const asking = numbers(1, 20).map((number) => ask(number));
    await queued(20 - AT_ONCE);
    await takeAllTurns();

    expect((await Promise.all(asking)).slice(5).map(errorsOf)).toEqual(numbers(6, 20).map(() => FAST));
    expect(sandbox.requests()).toHaveLength(5);
  });

  test('shows what is remembered, with its time', async () => {
    const gateway = await startForOutage({ env: { CACHE_LIST_MS: '2000', CACHE_STALE_MS: '0' } });
    const { ask, clock, sandbox } = gateway;
    const first = await ask(100);
    const at = new Date(clock.date()).toISOString();
    clock.advance(2000);
    await open(gateway);

    const answer = await ask(100);

    expect(answer).toMatchObject({ errors: [], data: first.data as object });
    expect(answer.extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1, asOf: at });
    expect(sandbox.requests()).toHaveLength(6);
  });
});

describe('in a long outage', () => {
  test('a read is tried again once, within a budget', async () => {
    const { ask, metric, pagesAsked, passRetryWaits, sandbox } = await startForOutage();
    // Every third question fails, so that the circuit stays closed and only the budget holds retries back.
    for (const index of numbers(1, 40)) {
      sandbox.addFault({ status: 503, ...ALWAYS, match: { query: { page: String(3 * index) } } });
    }
    const failed: number[] = [];
    for (const number of numbers(1, 120)) {
      const asking = ask(number);
      await passRetryWaits();
      if ((await asking).errors.length > 0) failed.push(number);
    }
    expect(failed).toEqual(numbers(1, 40).map((index) => 3 * index));

    const attempts = pagesAsked().length;
    expect(attempts).toBeLessThanOrEqual(120 * 1.2);
    expect(attempts).toBeGreaterThan(120);
    expect(pagesAsked().filter((page) => page === 3)).toHaveLength(2);
    expect(await metric('upstream_retries_total')).toBe(attempts - 120);
  });

  test('upstream is asked little, and served from again as soon as it is back', async () => {
    const { ask, clock, passRetryWaits, sandbox } = await startForOutage();
    sandbox.addFault({ status: 503, ...ALWAYS });
    let operations = 0;
    const outageEnds = clock.now() + 60_000;
    while (clock.now() < outageEnds) {
      for (let client = 0; client < 4; client++) void ask(++operations, account(1 + (operations % 6)));
      await passRetryWaits();
      clock.advance(500);
    }
    const attempts = sandbox.requests().length;
    expect(operations).toBeGreaterThan(300);
    // The first few, and one to try every two and a half seconds.
    expect(attempts).toBeLessThanOrEqual(20 + 60_000 / OTHERS_MS);

    sandbox.clearFaults();
    const backAt = clock.now();
    await eventually('upstream to be asked again', async () => {
      if ((await ask(++operations)).errors.length === 0) return true;
      clock.advance(100);
      return false;
    });
    expect(clock.now() - backAt).toBeLessThanOrEqual(6000);
    expect(sandbox.requests()).toHaveLength(attempts + 1);
  });
});
