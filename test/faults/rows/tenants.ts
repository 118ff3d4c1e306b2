import { expect } from '@jest/globals';
import { account, PACE_MS, REAL_RATE } from '../../support/budget.ts';
import { eventually } from '../../support/eventually.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { numbers } from '../../support/numbers.ts';
import type { Row } from '../row.ts';
import { codesOf, passWaits, type World } from '../world.ts';

const PAGE = 'query ($number: Int!) { executions(page: { number: $number, size: 1 }) { totalCount } }';
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

/** Ten thousand accounts ask, twice: the second time takes no more memory than the first. */
async function tenThousandAsk(world: World) {
  const accounts = 10_000;
  const env = { CACHE_MAX_BYTES: '8000000', CACHE_LIST_MS: '600000' };
  const { query } = await world.gateway({ env, sandbox: { accounts, executions: 5 } });
  const askAll = async () => {
    for (let first = 1; first <= accounts; first += 50) {
      const asking = numbers(first, first + 49).map((number) => query(PAGE, { number: 1 }, account(number)));
      expect((await Promise.all(asking)).map(codesOf)).toEqual(asking.map(() => ({})));
    }
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
  jumps('back', -600_000),
  jumps('forward', 600_000),
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
