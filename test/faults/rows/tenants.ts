import { expect } from '@jest/globals';
import type { FaultMatch } from '../../../sandbox/control/faults.ts';
import { account, PACE_MS, REAL_RATE } from '../../support/budget.ts';
import { eventually } from '../../support/eventually.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { numbers } from '../../support/numbers.ts';
import type { Row } from '../row.ts';
import { codesOf, passWaits, type World } from '../world.ts';

const PAGE = 'query ($number: Int!) { executions(page: { number: $number, size: 1 }) { totalCount } }';
const LONG_PAGE = '{ executions { totalCount nodes { id status createdAt } } }';
const ALWAYS = { times: 1_000_000 };
const FAILING = 'demo@example.com';
const OTHERS = numbers(2, 5).map(account);

/** Whoever asks for something else, or for somebody else, is served with one call each time, for a minute. */
async function oneAccountFails(world: World) {
  const clock = createFakeClock();
  const { query, sandbox } = await world.gateway({ clock, sandbox: { accounts: 6 } });
  sandbox.addFault({ match: { account: FAILING }, status: 500, ...ALWAYS });
  for (const second of numbers(1, 60)) {
    const failing = passWaits(clock, query(PAGE, { number: second }));
    expect(codesOf(await failing)).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
    for (const headers of OTHERS) {
      const answer = await query(PAGE, { number: second }, headers);
      expect([codesOf(answer), answer.extensions.upstream.calls]).toEqual([{}, 1]);
    }
    clock.advance(1000);
  }
  return { retries: 1 };
}

async function oneRouteFails(world: World) {
  const clock = createFakeClock();
  const { query, sandbox } = await world.gateway({ clock, sandbox: { accounts: 6 } });
  sandbox.addFault({ match: { route: '/application' }, status: 500, ...ALWAYS });
  for (const second of numbers(1, 60)) {
    for (const headers of OTHERS) {
      const failing = await passWaits(clock, query('{ applications { slug } }', {}, headers));
      expect(codesOf(failing)).toEqual({ applications: 'UPSTREAM_UNAVAILABLE' });
      const answer = await query(PAGE, { number: second }, headers);
      expect([codesOf(answer), answer.extensions.upstream.calls]).toEqual([{}, 1]);
    }
    clock.advance(1000);
  }
  return { retries: 1 };
}

/** A hanging call is over with its time: longer than that, and shorter than anything else that is waited for. */
const ATTEMPT_MS = 2500;

const hangs = (what: string, match: FaultMatch, question: string): Row => ({
  number: '12b',
  fault: `one ${what} hangs`,
  right: 'everybody else is served with one call each time',
  retries: 1,
  boundMs: null,
  run: async (world) => {
    const clock = createFakeClock();
    const { query, sandbox } = await world.gateway({ clock, sandbox: { accounts: 6 } });
    sandbox.addFault({ match, hang: 'before-headers', ...ALWAYS });
    for (const turn of numbers(1, 10)) {
      const hanging = await passWaits(clock, query(question), ATTEMPT_MS);
      expect(Object.values(codesOf(hanging))).toEqual([expect.stringMatching(/^UPSTREAM_/)]);
      for (const headers of OTHERS) {
        const answer = await query(PAGE, { number: turn }, headers);
        expect([codesOf(answer), answer.extensions.upstream.calls]).toEqual([{}, 1]);
      }
      clock.advance(1000);
    }
    return { retries: 1 };
  },
});

const jumps = (way: string, byMs: number): Row => ({
  number: '27',
  fault: `the time of day is set ${way} by ten minutes`,
  right: 'answers are as fresh as they were, turns as far apart, and a circuit closes in time',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const clock = createFakeClock();
    const env = { ...REAL_RATE, CACHE_LIST_MS: '2000', CACHE_STALE_MS: '0' };
    const { query, sandbox } = await world.gateway({ clock, env });
    const callsOf = async (number: number) => {
      const answer = await query(PAGE, { number });
      expect(codesOf(answer)).toEqual({});
      return answer.extensions.upstream.calls;
    };
    expect(await callsOf(1)).toBe(1);
    clock.setBy(byMs);
    clock.advance(1999);
    expect(await callsOf(1)).toBe(0);
    clock.advance(1);
    expect(await callsOf(1)).toBe(1);

    sandbox.addFault({ status: 500, retryAfter: 60, times: 5 });
    for (const number of numbers(11, 16)) {
      clock.advance(1000);
      expect(codesOf(await query(PAGE, { number }))).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
    }
    clock.setBy(-byMs);
    clock.advance(3000);
    expect(await callsOf(17)).toBe(1);
    return { retries: 0 };
  },
});

/** A bound of what is remembered that a few accounts fill. */
const SMALL_CACHE_BYTES = 100_000;
/** Turns, circuits and answers are kept for each account. */
const FOR_EACH = { UPSTREAM_RATE_SCOPE: 'linked-account', CACHE_LIST_MS: '600000' };

/** What `/metrics` says: each series, and its value. */
async function seriesOf({ url }: { readonly url: string }): Promise<Map<string, number>> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const series = lines.filter((line) => line.startsWith('refold_gateway_'));
  return new Map(series.map((line) => [line.replace(/ [^ ]+$/, ''), Number(line.split(' ').at(-1))]));
}

/** What is told of the gateway itself does not grow with those who ask, nor does what it remembers of them. */
async function manyAsk(world: World) {
  const env = { ...FOR_EACH, CACHE_MAX_BYTES: String(SMALL_CACHE_BYTES) };
  const gateway = await world.gateway({ env, sandbox: { accounts: 300, executions: 5 } });
  const ask = async (number: number) => {
    expect(codesOf(await gateway.query(LONG_PAGE, {}, account(number)))).toEqual({});
  };
  // A hit, a miss and all that one account can have counted.
  for (const number of [1, 1, 2]) await ask(number);
  const before = await seriesOf(gateway);
  for (const number of numbers(1, 300)) await ask(number);
  const after = await seriesOf(gateway);
  expect([...after.keys()].filter((name) => !before.has(name))).toEqual([]);
  expect(after.get('refold_gateway_cache_evictions_total')).toBeGreaterThan(0);
  expect(after.get('refold_gateway_cache_bytes')).toBeLessThanOrEqual(SMALL_CACHE_BYTES);
  for (const kept of ['queue_length', 'breaker_open_callers']) {
    expect(after.get(`refold_gateway_${kept}`)).toBe(0);
  }
  return { retries: 0 };
}

/** Ten thousand accounts ask, twice: the second time takes no more memory than the first. */
async function tenThousandAsk(world: World) {
  const accounts = 10_000;
  const env = { CACHE_MAX_BYTES: '8000000', CACHE_LIST_MS: '600000' };
  const { query, logs } = await world.gateway({ env, sandbox: { accounts, executions: 5 } });
  const askAll = async () => {
    for (let first = 1; first <= accounts; first += 50) {
      const asking = numbers(first, first + 49).map((number) => query(PAGE, { number: 1 }, account(number)));
      expect((await Promise.all(asking)).map(codesOf)).toEqual(asking.map(() => ({})));
    }
    // The test keeps all lines of the log, and the gateway none.
    logs.splice(0);
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const first = await askAll();
  const second = await askAll();
  expect((second - first) / 2 ** 20).toBeLessThan(10);
  return { retries: 0 };
}

/** One account asks for two hundred pages at once, while others ask for one each, a second apart. */
async function oneAsksForMuch(world: World) {
  const clock = createFakeClock();
  const { query } = await world.gateway({ clock, env: REAL_RATE, sandbox: { accounts: 30 } });
  let refused = 0;
  const greedy = numbers(1, 200).map(async (number) => {
    if (codesOf(await query(PAGE, { number }))['executions'] === 'RATE_LIMITED') refused += 1;
  });
  await eventually('what is too much to be refused', () => refused >= 100);
  for (const number of numbers(2, 21)) {
    const answer = await passWaits(clock, query(PAGE, { number: 1 }, account(number)), PACE_MS + 1);
    expect(codesOf(answer)).toEqual({});
    // Whoever comes is next but one at the latest.
    expect(answer.extensions.upstream.waitedMs).toBeLessThanOrEqual(Math.ceil(2 * PACE_MS));
  }
  await passWaits(clock, Promise.all(greedy), PACE_MS + 1);
  return { retries: 0 };
}

/** What one account or one route does to the others, and a clock that is set. */
export const TENANTS: readonly Row[] = [
  {
    number: '12b',
    fault: 'one account fails for a minute',
    right: 'everybody else is served with one call each time',
    retries: 1,
    boundMs: null,
    run: oneAccountFails,
  },
  {
    number: '12b',
    fault: 'one route fails for a minute',
    right: 'everything else is served with one call each time',
    retries: 1,
    boundMs: null,
    run: oneRouteFails,
  },
  hangs('account', { account: FAILING }, '{ executions { totalCount } }'),
  hangs(
    'route of look-ups',
    { route: '/execution/{execution_id}' },
    '{ execution(id: "65410cf6cdf931a12d7ab009") { completionPercentage } }',
  ),
  hangs('route', { route: '/application' }, '{ applications { slug } }'),
  jumps('back', -600_000),
  jumps('forward', 600_000),
  {
    number: '31',
    fault: 'three hundred accounts',
    right: 'no series of its own for any of them, and what is remembered stays within its bound',
    retries: 0,
    boundMs: null,
    run: manyAsk,
  },
  {
    number: '31',
    fault: 'ten thousand accounts',
    right: 'memory is bounded and flat',
    retries: 0,
    boundMs: null,
    isLong: true,
    run: tenThousandAsk,
  },
  {
    number: '32',
    fault: 'one account asks for two hundred pages at once',
    right: 'only that one is limited; the others wait for two turns at the most',
    retries: 0,
    boundMs: null,
    run: oneAsksForMuch,
  },
];
