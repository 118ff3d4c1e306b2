import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Fault } from '../../sandbox/control/faults.ts';
import { AT_ONCE, errorsOf, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { numbers } from '../support/numbers.ts';
import { eventually } from '../support/eventually.ts';
import { stopAll, type Setup } from '../support/gateway.ts';

afterEach(async () => {
  await stopAll();
  jest.restoreAllMocks();
});

/** A gateway on a clock that the circuit goes by too. */
async function startOnOneClock(setup: Omit<Setup, 'clock'> = {}) {
  const gateway = await startOnFakeClock(setup);
  jest.spyOn(Date, 'now').mockImplementation(() => gateway.clock.date());
  return gateway;
}

type Gateway = Awaited<ReturnType<typeof startOnOneClock>>;

/** A failure that is not worth a retry within the operation. */
const DOWN: Fault = { status: 503, retryAfter: 30 };
const FAST = [{ code: 'UPSTREAM_UNAVAILABLE' }];
const OPEN_MS = 5000;

/** Has five questions in a row fail. */
async function open({ ask, sandbox }: Gateway, fault: Fault = DOWN): Promise<void> {
  for (const number of numbers(1, 5)) {
    sandbox.addFault(fault);
    expect(errorsOf(await ask(number))).not.toEqual([]);
  }
}

describe('the circuit', () => {
  test('opens after five failures in a row: then nothing is asked, and the answer is there at once', async () => {
    const gateway = await startOnOneClock();
    const { ask, metric, sandbox } = gateway;
    await open(gateway);
    expect(await metric('breaker_open')).toBe(1);

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
    const gateway = await startOnOneClock();
    await open(gateway, fault);
    expect(errorsOf(await gateway.ask(6))).toEqual(FAST);
  });

  test('opens for an upstream that does not answer in time', async () => {
    const { ask, clock, sandbox } = await startOnOneClock({ env: { OPERATION_TIMEOUT_MS: '2050' } });
    sandbox.addFault({ hang: 'before-headers', times: 5 });
    const asking = numbers(1, 5).map((number) => ask(number));
    await sandbox.until(() => sandbox.requests().filter(({ status }) => status === 'hang').length === 5);
    clock.advance(2000);
    expect((await Promise.all(asking)).map(errorsOf)).toEqual(
      numbers(1, 5).map(() => [{ code: 'UPSTREAM_TIMEOUT' }]),
    );
    expect(errorsOf(await ask(6))).toEqual(FAST);
  });

  test('stays closed where a success comes between', async () => {
    const { ask, metric, sandbox } = await startOnOneClock();
    for (const round of numbers(1, 3)) {
      sandbox.addFault({ ...DOWN, times: 4 });
      for (const number of numbers(1, 4)) await ask(10 * round + number);
      expect((await ask(10 * round + 5)).errors).toEqual([]);
    }
    expect(sandbox.requests()).toHaveLength(15);
    expect(await metric('breaker_open')).toBe(0);
  });

  test.each([400, 401, 403, 404, 418, 501])('stays closed for %d', async (status) => {
    const gateway = await startOnOneClock();
    await open(gateway, { status });
    await open(gateway, { status });
    expect((await gateway.ask(6)).errors).toEqual([]);
    expect(gateway.sandbox.requests()).toHaveLength(11);
  });

  test('stays closed for 429', async () => {
    const gateway = await startOnOneClock();
    const { ask, clock, sandbox } = gateway;
    for (const number of numbers(1, 10)) {
      sandbox.addFault({ status: 429, retryAfter: 30 });
      expect(errorsOf(await ask(number))).toMatchObject([{ code: 'RATE_LIMITED' }]);
      clock.advance(30_000);
    }
    expect((await ask(11)).errors).toEqual([]);
  });

  test('stays closed for clients that leave', async () => {
    const { ask, clock, sandbox, visit } = await startOnOneClock();
    sandbox.addFault({ hang: 'before-headers', times: 10 });
    const visits = numbers(1, 10).map((number) => visit(number));
    await sandbox.until(() => sandbox.requests().filter(({ status }) => status === 'hang').length === 10);
    for (const one of visits) one.leave();
    await clock.until((due) => due.length === 0);
    expect((await ask(11)).errors).toEqual([]);
  });
});

describe('an open circuit', () => {
  test('lets one at a time try after five seconds', async () => {
    const gateway = await startOnOneClock();
    const { ask, clock, sandbox } = gateway;
    await open(gateway);
    clock.advance(OPEN_MS - 1);
    expect(errorsOf(await ask(6))).toEqual(FAST);
    clock.advance(1);
    sandbox.addFault({ hang: 'before-headers' });
    const probe = ask(7);
    await sandbox.until(() => sandbox.requests()[5]?.status === 'hang');

    // While it tries, nobody else waits for what becomes of it.
    for (const number of numbers(8, 12)) expect(errorsOf(await ask(number))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(6);

    // It is not tried again at once: the circuit is open for as long again.
    clock.advance(2000);
    await clock.until((due) => due.some((ms) => ms <= 100));
    clock.advance(100);
    expect(errorsOf(await probe)).toEqual(FAST);
    expect(errorsOf(await ask(13))).toEqual(FAST);
    clock.advance(OPEN_MS - 101);
    expect(errorsOf(await ask(14))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(6);
  });

  test('closes when that succeeds', async () => {
    const gateway = await startOnOneClock();
    const { ask, clock, metric, sandbox } = gateway;
    await open(gateway);
    clock.advance(OPEN_MS);
    expect((await ask(6)).errors).toEqual([]);
    expect(await metric('breaker_open')).toBe(0);
    const answers = await Promise.all(numbers(7, 20).map((number) => ask(number)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(sandbox.requests()).toHaveLength(20);
  });

  test('closes when upstream is there to refuse', async () => {
    const gateway = await startOnOneClock();
    const { ask, clock, sandbox } = gateway;
    await open(gateway);
    clock.advance(OPEN_MS);
    sandbox.addFault({ status: 404 });
    expect(errorsOf(await ask(6))).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await ask(7)).errors).toEqual([]);
  });

  test('stays open when who tried has left before the answer', async () => {
    const gateway = await startOnOneClock();
    const { ask, clock, sandbox, visit } = gateway;
    await open(gateway);
    clock.advance(OPEN_MS);
    sandbox.addFault({ hang: 'before-headers' });
    const probe = visit(6);
    await sandbox.until(() => sandbox.requests()[5]?.status === 'hang');
    probe.leave();
    await clock.until((due) => due.length === 0);

    expect(errorsOf(await ask(7))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(6);
    clock.advance(OPEN_MS);
    expect((await ask(8)).errors).toEqual([]);
  });

  test('sends nothing of what was waiting for its turn when it opened', async () => {
    const { ask, queued, sandbox, takeAllTurns } = await startOnOneClock({ env: REAL_RATE });
    sandbox.addFault({ ...DOWN, times: 100 });
    const asking = numbers(1, 20).map((number) => ask(number));
    await queued(20 - AT_ONCE);
    await takeAllTurns();

    expect((await Promise.all(asking)).slice(5).map(errorsOf)).toEqual(numbers(6, 20).map(() => FAST));
    expect(sandbox.requests()).toHaveLength(5);
  });

  test('shows what is remembered, with its time', async () => {
    const gateway = await startOnOneClock({ env: { CACHE_LIST_MS: '2000', CACHE_STALE_MS: '0' } });
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
  test('retries have a budget', async () => {
    const { ask, metric, pagesAsked, passRetryWaits, sandbox } = await startOnOneClock();
    // Every other question fails, so that the circuit stays closed and only the budget holds retries back.
    for (const index of numbers(1, 50)) {
      sandbox.addFault({ status: 503, times: 1000, match: { query: { page: String(2 * index) } } });
    }
    const failed: number[] = [];
    for (const number of numbers(2, 101)) {
      const asking = ask(number);
      await passRetryWaits();
      if ((await asking).errors.length > 0) failed.push(number);
    }
    expect(failed).toEqual(numbers(1, 50).map((index) => 2 * index));

    const attempts = pagesAsked().length;
    expect(attempts).toBeLessThanOrEqual(120);
    expect(attempts).toBeGreaterThan(100);
    expect(await metric('upstream_retries_total')).toBe(attempts - 100);
  });

  test('upstream is asked little, and served from again as soon as it is back', async () => {
    const { ask, clock, passRetryWaits, sandbox } = await startOnOneClock();
    sandbox.addFault({ status: 503, times: 100_000 });
    let operations = 0;
    const outageEnds = clock.now() + 60_000;
    while (clock.now() < outageEnds) {
      for (let client = 0; client < 4; client++) void ask(++operations);
      await passRetryWaits();
      clock.advance(500);
    }
    const attempts = sandbox.requests().length;
    expect(operations).toBeGreaterThan(300);
    // The first few, and one to try every five seconds.
    expect(attempts).toBeLessThanOrEqual(10 + 60_000 / OPEN_MS);

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
