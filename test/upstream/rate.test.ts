import { afterEach, describe, expect, test } from '@jest/globals';
import { createFairQueue, type Queued } from '../../src/upstream/rate/fair-queue.ts';
import { account, AT_ONCE, errorsOf, PACE_MS, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { numbers } from '../support/numbers.ts';
import { DEMO, DEMO_SESSION, OTHER, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

/** One request at once, and one a second after it. */
const SLOW_RATE = { UPSTREAM_RATE_PER_SECOND: '1', UPSTREAM_BURST: '1' };
const SLOW_PACE_MS = 1000 / 0.99;

/** A gateway that keeps to upstream's documented limit, in front of a sandbox without one. */
function startLimited(env: Record<string, string> = {}) {
  return startOnFakeClock({ env: { ...REAL_RATE, ...env }, sandbox: { accounts: 60 } });
}

type Gateway = Awaited<ReturnType<typeof startLimited>>;

/** The linked accounts that upstream was asked for, in the order in which it was asked. */
function accountsAsked({ sandbox }: Gateway): unknown[] {
  return sandbox.requests().map(({ headers }) => headers['linked_account_id']);
}

describe('what is over the rate', () => {
  test('waits: the burst goes at once, and the rest one by one at the pace', async () => {
    const { ask, answered, clock, queued, sandbox, takeTurn } = await startLimited();

    const asking = numbers(1, 8).map((number) => ask(number));
    await queued(8 - AT_ONCE);
    await answered(AT_ONCE);
    expect(sandbox.requests()).toHaveLength(AT_ONCE);

    for (const sent of numbers(AT_ONCE + 1, 8)) {
      await clock.until(([soonest = Infinity]) => soonest <= PACE_MS);
      clock.advance(PACE_MS - 1);
      await queued(8 - sent + 1);
      expect(sandbox.requests()).toHaveLength(sent - 1);
      await takeTurn();
      expect(sandbox.requests()).toHaveLength(sent);
    }

    const answers = await Promise.all(asking);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const waits = answers.map(({ extensions }) => extensions.upstream.waitedMs).sort((a, b) => a - b);
    expect(waits).toEqual([
      ...numbers(1, AT_ONCE).map(() => 0),
      ...numbers(1, 8 - AT_ONCE).map((turn) => Math.round(turn * PACE_MS)),
    ]);
  });

  test('has its burst again after a pause, and no more than that', async () => {
    const { ask, answered, clock, queued, takeAllTurns } = await startLimited();
    const first = numbers(1, AT_ONCE + 1).map((number) => ask(number));
    await queued(1);
    await answered(AT_ONCE);
    await takeAllTurns();
    clock.advance(3_600_000);

    for (const number of numbers(11, 10 + AT_ONCE)) {
      expect((await ask(number)).extensions.upstream.waitedMs).toBe(0);
      // What has been added up until here is a little less than it is on paper.
      clock.advance(0.001);
    }
    const next = ask(20);
    await queued(1);
    await takeAllTurns();
    expect((await next).extensions.upstream.waitedMs).toBe(Math.round(PACE_MS));
    expect((await Promise.all(first)).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('is never refused by an upstream that enforces its limit', async () => {
    let upstreamNow = () => 0;
    const { ask, answered, clock, queued, sandbox, takeAllTurns } = await startOnFakeClock({
      env: REAL_RATE,
      sandbox: { rate: 20, burst: 5, monotonicMs: () => upstreamNow() },
    });
    // One time for both: each request is there before the next one may go.
    upstreamNow = () => clock.now();
    const asking = numbers(1, 40).map((number) => ask(number));
    await queued(40 - AT_ONCE);
    await answered(AT_ONCE);
    await takeAllTurns();
    const answers = await Promise.all(asking);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const { requests, throttled, peakPerSecond } = sandbox.stats();
    expect({ requests, throttled }).toEqual({ requests: { 'GET /execution': { 200: 40 } }, throttled: 0 });
    expect(peakPerSecond).toBeLessThanOrEqual(25);
  });

  test('tells nothing of waiting where nobody had to', async () => {
    const { ask, metric } = await startLimited();
    expect((await ask(1)).extensions.upstream).toEqual({
      calls: 1,
      cacheHits: 0,
      coalesced: 0,
      waitedMs: 0,
      asOf: null,
    });
    expect(await metric('rate_wait_seconds_sum{priority="interactive"}')).toBe(0);
  });
});

describe('the queue', () => {
  test('lets linked accounts take turns', async () => {
    const gateway = await startLimited();
    const { ask, answered, queued, takeAllTurns } = gateway;

    const noisy = numbers(1, AT_ONCE + 50).map((number) => ask(number, DEMO));
    await queued(50);
    await answered(AT_ONCE);
    const quiet = ask(1, OTHER);
    await queued(51);
    await takeAllTurns();

    const place = accountsAsked(gateway).indexOf('other@example.com');
    expect(place).toBeGreaterThanOrEqual(AT_ONCE);
    expect(place).toBeLessThanOrEqual(AT_ONCE + 1);
    const answers = await Promise.all([...noisy, quiet]);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(answers.at(-1)?.extensions.upstream.waitedMs).toBeLessThanOrEqual(Math.ceil(2 * PACE_MS));
  });

  test('lets what somebody waits for go before a refresh in the background', async () => {
    const { ask, answered, clock, pagesAsked, queued, takeAllTurns, metric, sandbox } = await startLimited({
      CACHE_LIST_MS: '1000',
      CACHE_STALE_MS: '60000',
    });
    await ask(1);
    clock.advance(1000);
    const first = numbers(2, 1 + AT_ONCE + 18).map((number) => ask(number));
    await queued(18);
    await answered(1 + AT_ONCE);

    // Its answer is there at once; the refresh has to wait.
    expect((await ask(1)).extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
    await queued(19);
    const later = ask(99);
    await queued(20);
    await takeAllTurns();
    await Promise.all([...first, later]);
    expect(pagesAsked().at(-1)).toBe(99);
    expect(await metric('queue_length')).toBe(1);

    clock.advance(PACE_MS);
    await sandbox.until(() => pagesAsked().at(-1) === 1);
    expect(pagesAsked()).toHaveLength(1 + AT_ONCE + 18 + 2);
    expect(await metric('rate_wait_seconds_count{priority="background"}')).toBe(1);
  });

  test('holds no more than UPSTREAM_QUEUE_SIZE', async () => {
    const { ask, answered, metric, queued, sandbox, takeAllTurns } = await startLimited({
      UPSTREAM_QUEUE_SIZE: '4',
    });
    const asking = numbers(1, AT_ONCE + 4).map((number) => ask(number));
    await queued(4);
    await answered(AT_ONCE);

    const refused = await ask(9);

    expect(errorsOf(refused)).toEqual([{ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) }]);
    expect(refused.extensions.upstream).toMatchObject({ calls: 0, waitedMs: 0 });
    expect(await metric('queue_length')).toBe(4);
    expect(await metric('rate_refusals_total{priority="interactive"}')).toBe(1);
    await takeAllTurns();
    expect((await Promise.all(asking)).flatMap(({ errors }) => errors)).toEqual([]);
    expect(sandbox.requests()).toHaveLength(AT_ONCE + 4);
  });

  test('has room for a newcomer: the last of who asks most gives way', async () => {
    const gateway = await startLimited({ UPSTREAM_QUEUE_SIZE: '4' });
    const { ask, answered, metric, queued, takeAllTurns } = gateway;
    const noisy = numbers(1, AT_ONCE + 4).map((number) => ask(number, DEMO));
    await queued(4);
    await answered(AT_ONCE);

    const quiet = ask(1, OTHER);
    // Of the noisy one's, one is refused.
    await answered(AT_ONCE + 1);
    expect(await metric('queue_length')).toBe(4);
    await takeAllTurns();

    expect((await quiet).errors).toEqual([]);
    const refused = (await Promise.all(noisy)).flatMap(errorsOf);
    expect(refused).toEqual([{ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) }]);
    expect(accountsAsked(gateway).filter((name) => name === 'demo@example.com')).toHaveLength(AT_ONCE + 3);
  });

  test('is left by who leaves, and the place is free', async () => {
    const { ask, answered, pagesAsked, queued, takeAllTurns, visit } = await startLimited({
      UPSTREAM_QUEUE_SIZE: '2',
    });
    const first = numbers(1, AT_ONCE).map((number) => ask(number));
    await answered(AT_ONCE);
    const leaving = visit(8);
    await queued(1);
    const staying = ask(9);
    await queued(2);

    leaving.leave();
    await expect(leaving.answer).rejects.toThrow('aborted');
    await queued(1);
    const newcomer = ask(10);
    await queued(2);
    await takeAllTurns();

    const answers = await Promise.all([...first, staying, newcomer]);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(pagesAsked().slice(AT_ONCE)).toEqual([9, 10]);
  });

  test('gives a turn back that nobody is left to take', async () => {
    const { ask, answered, clock, passNext, queued, sandbox, visit } = await startLimited(SLOW_RATE);
    await ask(1);
    const leaving = visit(2);
    await queued(1);
    leaving.leave();
    await queued(0);
    expect(await passNext(SLOW_PACE_MS)).toBeCloseTo(SLOW_PACE_MS);

    // The turn is not spent: the next one has it, without a wait.
    const { errors, extensions } = await ask(3);
    expect(errors).toEqual([]);
    expect(extensions.upstream.waitedMs).toBe(0);
    await answered(2);
    expect(sandbox.requests()).toHaveLength(2);
    expect(clock.due()).toEqual([]);
  });
});

describe('what cannot be served before its deadline', () => {
  test('is refused at once, without an upstream call, and told when to come back', async () => {
    const { ask, answered, clock, queued, sandbox, takeAllTurns } = await startLimited({
      OPERATION_TIMEOUT_MS: '1000',
    });
    const startedAt = clock.now();
    const asking = numbers(1, 40).map((number) => ask(number));
    const refusals: unknown[] = [];
    for (const one of asking) void one.then((answer) => refusals.push(...errorsOf(answer)));
    // All have been there once the last of the refused has its answer and the others wait.
    await queued(16);
    await answered(40 - 16);

    expect(clock.now()).toBe(startedAt);
    expect(sandbox.requests()).toHaveLength(AT_ONCE);
    expect(refusals).toHaveLength(40 - 16 - AT_ONCE);
    const [refusal] = refusals as [{ retryAfterMs: number }];
    for (const one of refusals)
      expect(one).toEqual({ code: 'RATE_LIMITED', retryAfterMs: refusal.retryAfterMs });
    // The time in which the sixteen that wait will have been served.
    expect(refusal.retryAfterMs).toBeGreaterThanOrEqual(16 * PACE_MS);
    expect(refusal.retryAfterMs).toBeLessThanOrEqual(18 * PACE_MS);

    await takeAllTurns();
    expect((await Promise.all(asking)).filter(({ errors }) => errors.length === 0)).toHaveLength(
      AT_ONCE + 16,
    );
    clock.advance(Math.max(0, startedAt + refusal.retryAfterMs - clock.now()));
    const again = await ask(99);
    expect(again.errors).toEqual([]);
    expect(again.extensions.upstream).toMatchObject({ calls: 1, waitedMs: 0 });
  });

  test('is refused at once though nobody waits, where upstream allows less than one in that time', async () => {
    const { ask, clock, sandbox } = await startLimited({ ...SLOW_RATE, OPERATION_TIMEOUT_MS: '500' });
    const startedAt = clock.now();
    await ask(1);

    const refused = await ask(2);

    expect(clock.now()).toBe(startedAt);
    expect(errorsOf(refused)).toEqual([{ code: 'RATE_LIMITED', retryAfterMs: Math.ceil(SLOW_PACE_MS) }]);
    clock.advance(Math.ceil(SLOW_PACE_MS));
    expect((await ask(2)).errors).toEqual([]);
    expect(sandbox.requests()).toHaveLength(2);
  });
});

describe('a 429 of upstream', () => {
  test('pauses everybody for its Retry-After', async () => {
    const gateway = await startLimited();
    const { ask, clock, queued, sandbox, takeAllTurns } = gateway;
    sandbox.addFault({ status: 429, retryAfter: 1 });

    const first = ask(1, DEMO);
    // The retry's wait is set: the 429 has arrived.
    await clock.until((due) => due.some((ms) => ms > 1000 && ms <= 1100));
    const second = ask(1, OTHER);
    await queued(1);
    clock.advance(999);
    await queued(1);
    expect(accountsAsked(gateway)).toEqual(['demo@example.com']);
    clock.advance(1);

    const { errors, extensions } = await second;
    expect(errors).toEqual([]);
    expect(extensions.upstream.waitedMs).toBe(1000);
    await takeAllTurns(101);
    expect((await first).errors).toEqual([]);
    expect(accountsAsked(gateway)).toEqual(['demo@example.com', 'other@example.com', 'demo@example.com']);
  });

  test('refuses what cannot wait for that long, whether it waits already or comes later', async () => {
    const { ask, answered, clock, passNext, queued, sandbox } = await startLimited();
    sandbox.addFault({ match: { query: { page: '1' } }, status: 429, retryAfter: 30 });
    const first = numbers(2, 1 + AT_ONCE).map((number) => ask(number));
    await answered(AT_ONCE);
    const struck = ask(1);
    await queued(1);
    const waiting = numbers(11, 13).map((number) => ask(number));
    await queued(4);
    await passNext();
    const refused = await Promise.all([struck, ...waiting]);

    expect(refused.map((answer) => errorsOf(answer)[0]?.code)).toEqual(refused.map(() => 'RATE_LIMITED'));
    const late = await ask(14);
    expect(errorsOf(late)).toEqual([{ code: 'RATE_LIMITED', retryAfterMs: 30_000 }]);
    await queued(0);
    expect(sandbox.requests()).toHaveLength(AT_ONCE + 1);
    expect((await Promise.all(first)).flatMap(({ errors }) => errors)).toEqual([]);

    clock.advance(30_000);
    expect((await ask(15)).errors).toEqual([]);
  });

  test('says nothing of the pace after it', async () => {
    const { ask, answered, clock, passNext, passRetryWaits, queued, sandbox, takeAllTurns } =
      await startLimited();
    sandbox.addFault({ match: { query: { page: '1' } }, status: 429, retryAfter: 2 });
    const first = numbers(2, 1 + AT_ONCE).map((number) => ask(number));
    await answered(AT_ONCE);
    const struck = ask(1);
    await queued(1);
    const waiting = [ask(11), ask(12)];
    await queued(3);
    await passNext();
    // The retry's wait is set: the 429 has arrived.
    await clock.until((due) => due.some((ms) => ms > 2000 && ms <= 2100));
    // The next turn comes in the middle of the pause, and then the rest of the pause.
    await passNext();
    await passNext(2000);
    await answered(AT_ONCE + 2);
    await passRetryWaits();

    // At the pace there is time for all of these.
    const later = numbers(21, 60).map((number) => ask(number));
    await answered(AT_ONCE + 3);
    await queued(40);
    await takeAllTurns();
    const answers = await Promise.all([...first, struck, ...waiting, ...later]);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

test('a retry waits for its turn like any other request', async () => {
  const { ask, clock, passNext, queued, sandbox } = await startLimited(SLOW_RATE);
  sandbox.addFault({ status: 503 });

  const asking = ask(1);
  const backoffMs = await passNext(100);
  await queued(1);
  expect(sandbox.requests()).toHaveLength(1);
  expect(await passNext(SLOW_PACE_MS)).toBeCloseTo(SLOW_PACE_MS - backoffMs);

  const { errors, extensions } = await asking;
  expect(errors).toEqual([]);
  expect(extensions.upstream).toMatchObject({ calls: 2, waitedMs: Math.round(SLOW_PACE_MS - backoffMs) });
  await clock.until((due) => due.length === 0);
});

describe('UPSTREAM_RATE_SCOPE', () => {
  const OTHER_KEY = { 'x-api-key': 'tk_another', linked_account_id: 'demo@example.com' };
  const OTHER_SESSION = { authorization: 'Bearer session-other' };
  const CALLERS = [DEMO, OTHER, OTHER_KEY, DEMO_SESSION, OTHER_SESSION];

  test.each([
    ['gateway', 'all that it sends', 1],
    ['api-key', 'what each key sends, and all session tokens together', 3],
    ['linked-account', 'what each caller sends', 5],
  ])('%s counts %s', async (scope, _counted, atOnce) => {
    const { ask, answered, queued, sandbox, takeAllTurns } = await startLimited({
      ...SLOW_RATE,
      UPSTREAM_RATE_SCOPE: scope,
      OPERATION_TIMEOUT_MS: '60000',
    });
    const asking = CALLERS.map((headers) => ask(1, headers));
    await queued(CALLERS.length - atOnce);
    await answered(atOnce);
    expect(sandbox.requests()).toHaveLength(atOnce);

    await takeAllTurns(SLOW_PACE_MS);
    const codes = (await Promise.all(asking)).map((answer) => errorsOf(answer).map(({ code }) => code));
    expect(codes).toEqual([[], [], ['UNAUTHENTICATED'], [], []]);
  });
});

describe('REPLICAS without Redis', () => {
  const FOUR = { REPLICAS: '4', UPSTREAM_BURST: '19' };

  test('keeps to its part of the rate and of the burst', async () => {
    const { ask, answered, queued, sandbox, takeTurn } = await startLimited(FOUR);
    const asking = numbers(1, 6).map((number) => ask(number));
    await queued(2);
    await answered(4);
    expect(sandbox.requests()).toHaveLength(4);
    expect(await takeTurn(4 * PACE_MS)).toBeCloseTo(4 * PACE_MS);
    expect(await takeTurn(4 * PACE_MS)).toBeCloseTo(4 * PACE_MS);
    expect((await Promise.all(asking)).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('refuses at once what it cannot serve in time at that part', async () => {
    const { ask, answered, clock, queued, sandbox, takeAllTurns } = await startLimited({
      ...FOUR,
      OPERATION_TIMEOUT_MS: '1000',
    });
    const startedAt = clock.now();
    const asking = numbers(1, 20).map((number) => ask(number));
    await answered(16);
    await queued(4);
    expect(clock.now()).toBe(startedAt);
    expect(sandbox.requests()).toHaveLength(4);

    await takeAllTurns(4 * PACE_MS);
    const codes = (await Promise.all(asking)).flatMap((answer) => errorsOf(answer).map(({ code }) => code));
    expect(codes).toEqual(numbers(1, 12).map(() => 'RATE_LIMITED'));
  });
});

test('a request waits for as long as the last of those who wait for its answer can', async () => {
  const { ask, clock, metricIs, queued, sandbox, takeTurn } = await startLimited({
    OPERATION_TIMEOUT_MS: '2000',
  });
  const startedAt = clock.now();
  // The first is told to come back in a second, the one after that a little later still.
  sandbox.addFault({ status: 429, retryAfter: 1 });
  sandbox.addFault({ status: 429, retryAfter: 1.2 });
  const struck = ask(1);
  await clock.until((due) => due.some((ms) => ms > 1000 && ms <= 1100));
  const second = ask(2);
  await queued(1);
  const early = ask(3);
  await queued(2);
  const alone = ask(4);
  await queued(3);
  clock.advance(900);
  const late = ask(3);
  await metricIs('coalesced_total', 1);

  // Its pause outlasts all but the one that was asked for again.
  clock.advance(100);
  expect(errorsOf(await second)).toMatchObject([{ code: 'RATE_LIMITED', upstream: { status: 429 } }]);
  expect(errorsOf(await alone)).toMatchObject([
    { code: 'RATE_LIMITED', retryAfterMs: 1200 + Math.ceil(PACE_MS) },
  ]);
  clock.advance(100);
  expect(errorsOf(await struck)).toMatchObject([{ code: 'RATE_LIMITED' }]);
  clock.advance(startedAt + 2000 - clock.now());
  expect(errorsOf(await early)).toEqual([{ code: 'RATE_LIMITED', retryAfterMs: 1000 }]);
  await takeTurn(200);

  expect((await late).errors).toEqual([]);
  expect((await late).extensions.upstream).toMatchObject({ coalesced: 1 });
});

describe('the fair queue', () => {
  type Item = Queued & { readonly name: string };
  const item = (name: string, priority: Queued['priority'] = 'interactive'): Item => ({
    name,
    tenant: name.charAt(0),
    priority,
  });
  const namesIn = (queue: ReturnType<typeof createFairQueue<Item>>) =>
    Array.from({ length: queue.size }, (_, position) => queue.at(position)?.name);
  const drain = (queue: ReturnType<typeof createFairQueue<Item>>) => {
    const names: string[] = [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) names.push(next.name);
    return names;
  };

  test.each<[string, string[], string[]]>([
    ['keeps the order of one tenant', ['a1', 'a2', 'a3'], ['a1', 'a2', 'a3']],
    ['lets two alternate', ['a1', 'a2', 'a3', 'b1', 'b2'], ['a1', 'b1', 'a2', 'b2', 'a3']],
    ['lets many take turns', ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'], ['a1', 'b1', 'c1', 'a2', 'c2', 'a3']],
  ])('%s', (_case, pushed, shifted) => {
    const queue = createFairQueue<Item>();
    for (const name of pushed) queue.push(item(name));
    expect(namesIn(queue)).toEqual(shifted);
    expect(drain(queue)).toEqual(shifted);
    expect(queue.size).toBe(0);
  });

  test('lets nobody save turns up, or owe any for what is long past', () => {
    const queue = createFairQueue<Item>();
    for (const number of numbers(1, 5)) queue.push(item(`a${String(number)}`));
    drain(queue);
    for (const name of ['b1', 'b2', 'a6', 'a7']) queue.push(item(name));
    expect(drain(queue)).toEqual(['b1', 'a6', 'b2', 'a7']);
  });

  test('counts the turns of those who need not wait', () => {
    const queue = createFairQueue<Item>();
    for (const number of numbers(1, 5)) queue.pass(item(`a${String(number)}`));
    for (const name of ['b1', 'b2', 'a6', 'a7']) queue.push(item(name));
    expect(drain(queue)).toEqual(['b1', 'a6', 'b2', 'a7']);
  });

  test('tells everybody their place, behind all that is more urgent', () => {
    const queue = createFairQueue<Item>();
    expect(queue.push(item('a1', 'background'))).toBe(0);
    expect(queue.push(item('a2'))).toBe(0);
    expect(queue.push(item('a3'))).toBe(1);
    expect(queue.push(item('b1'))).toBe(1);
    expect(queue.push(item('b2', 'background'))).toBe(4);
    expect(namesIn(queue)).toEqual(['a2', 'b1', 'a3', 'a1', 'b2']);
    expect(queue.at(5)).toBeUndefined();
    expect(drain(queue)).toEqual(['a2', 'b1', 'a3', 'a1', 'b2']);
  });

  test('lets go of what is taken out, wherever it is, and of nothing else', () => {
    const queue = createFairQueue<Item>();
    const items = ['a1', 'a2', 'b1'].map((name) => item(name));
    for (const one of items) queue.push(one);
    const [, second] = items as [Item, Item, Item];
    queue.remove(second);
    queue.remove(second);
    queue.remove(item('a1'));
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual(['a1', 'b1']);
  });

  test('counts those that somebody waits for and that have no turn reserved', () => {
    const queue = createFairQueue<Item>();
    const [reserved, later, first, second] = [
      { ...item('a1'), round: queue.reserve('a') },
      item('a2', 'background'),
      item('b1'),
      item('b2'),
    ] as const;
    for (const one of [reserved, later, first, second]) queue.push(one);
    expect(queue.unreserved).toBe(2);
    queue.remove(second);
    queue.remove(second);
    expect(queue.unreserved).toBe(1);
    drain(queue);
    expect(queue.unreserved).toBe(0);
  });

  test('serves every one of a thousand tenants once before any twice', () => {
    const queue = createFairQueue<Queued>();
    for (const tenant of numbers(1, 1000)) {
      numbers(1, 3).forEach(() => queue.push({ tenant: String(tenant), priority: 'interactive' }));
    }
    const rounds = numbers(1, 3).map(() => new Set(numbers(1, 1000).map(() => queue.shift()?.tenant)).size);
    expect(rounds).toEqual([1000, 1000, 1000]);
  });
});

test('50 callers with a few questions each wait about as long as each other', async () => {
  const gateway = await startLimited({ OPERATION_TIMEOUT_MS: '60000' });
  const { ask, answered, queued, takeAllTurns } = gateway;
  const asking = numbers(1, 50).flatMap((caller) => [ask(1, account(caller)), ask(2, account(caller))]);
  await queued(100 - AT_ONCE);
  await answered(AT_ONCE);
  await takeAllTurns();

  expect((await Promise.all(asking)).flatMap(({ errors }) => errors)).toEqual([]);
  const asked = accountsAsked(gateway);
  // All but those whose first went with the burst have had their first before anybody has the second.
  expect(new Set(asked.slice(0, 50 + AT_ONCE)).size).toBe(50);
});
