import { expect } from '@jest/globals';
import { account } from '../../support/budget.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { DEMO } from '../../support/gateway.ts';
import { numbers } from '../../support/numbers.ts';
import type { Row } from '../row.ts';
import { codesOf, passWaits, type World } from '../world.ts';

const PAGE = 'query ($number: Int!) { executions(page: { number: $number, size: 1 }) { totalCount } }';
const DOWN = { executions: 'UPSTREAM_UNAVAILABLE' };

const oneFailure = (status: number): Row => ({
  number: '11',
  fault: `one ${String(status)}`,
  right: 'nobody notices',
  retries: 1,
  boundMs: 2000,
  run: async (world) => {
    const { query, sandbox } = await world.gateway();
    sandbox.addFault({ status });
    const answer = await world.timed(() => world.answered(query(PAGE, { number: 1 })));
    expect(codesOf(answer)).toEqual({});
    return { retries: sandbox.requests().length - 1 };
  },
});

/** A minute passes by the clock. Callers of six accounts ask, for what is known and for what is not. */
async function outage(world: World) {
  const clock = createFakeClock();
  const env = { CACHE_LIST_MS: '2000', CACHE_STALE_MS: '0' };
  const { query, sandbox } = await world.gateway({ clock, env, sandbox: { accounts: 12 } });
  const ask = (number: number, headers = DEMO as Record<string, string>) =>
    passWaits(clock, query(PAGE, { number }, headers));
  const known = await ask(1);
  sandbox.addFault({ status: 500, times: 100_000 });
  const before = sandbox.requests().length;

  let asked = 0;
  for (const second of numbers(1, 60)) {
    clock.advance(1000);
    for (const client of numbers(1, 2)) {
      asked += 1;
      const answer = await world.timed(() => ask(second * 2 + client, account(1 + (asked % 6))));
      expect(codesOf(answer)).toEqual(DOWN);
    }
    const stale = await ask(1);
    asked += 1;
    expect([codesOf(stale), stale.data]).toEqual([{}, known.data]);
    // For less than two seconds it is as good as new.
    expect(stale.extensions.upstream.asOf === null).toBe(second < 2);
  }
  const attempts = sandbox.requests().length - before;
  expect(attempts).toBeLessThanOrEqual(1.2 * asked);

  sandbox.clearFaults();
  const backAt = clock.now();
  let number = 1000;
  while (Object.keys(codesOf(await ask(++number))).length > 0) clock.advance(100);
  expect(clock.now() - backAt).toBeLessThanOrEqual(6000);
  return { retries: 1 };
}

/** Upstream fails, for a moment and for longer. */
export const OUTAGES: readonly Row[] = [
  ...[500, 502, 503, 504, 408].map(oneFailure),
  {
    number: '12',
    fault: '500s for a minute',
    right: 'known answers with their time, else UPSTREAM_UNAVAILABLE; served again within 6 s',
    retries: 1,
    boundMs: null,
    run: outage,
  },
];
