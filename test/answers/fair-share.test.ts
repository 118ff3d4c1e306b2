import { afterEach, expect, test } from '@jest/globals';
import { startOnFakeClock } from '../support/budget.ts';
import { OTHER, stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

const HOUR = '3600000';
const LONG = { CACHE_LIST_MS: HOUR };
const OWN = '{ executions(page: { size: 3 }) { totalCount nodes { id status } } }';
const PAGE = 'query ($page: PageInput) { executions(page: $page) { nodes { id name status } } }';
const MANY_PAGES = [7, 8, 9, 10].flatMap((size) => numbers(1, 25).map((number) => ({ number, size })));
/** The answer is made from upstream's, then from what is remembered of them, and remembered as a whole. */
const TIMES_UNTIL_REMEMBERED = 2;

/** A gateway where OTHER has an answer remembered, and DEMO then asks for more than there is room for. */
async function startCrowded(between: (gateway: Awaited<ReturnType<typeof startOnFakeClock>>) => void) {
  const gateway = await startOnFakeClock({ env: { ...LONG, CACHE_MAX_BYTES: '800000' } });
  const { query, metric } = gateway;
  for (let time = 0; time < TIMES_UNTIL_REMEMBERED; time++) await query(OWN, {}, OTHER);
  between(gateway);
  for (const page of MANY_PAGES) {
    for (let time = 0; time < TIMES_UNTIL_REMEMBERED; time++) await query(PAGE, { page });
  }
  expect(await metric('cache_evictions_total')).toBeGreaterThan(10);
  expect(await metric('answer_entries')).toBeLessThan(MANY_PAGES.length);
  return gateway;
}

test('who asks for much pushes out nothing that others have remembered', async () => {
  const { query, metric } = await startCrowded(() => undefined);
  expect(await metric('answers_reused_total')).toBe(0);
  const { extensions } = await query(OWN, {}, OTHER);
  expect([extensions.upstream.calls, await metric('answers_reused_total')]).toEqual([0, 1]);
  // In other words it is made from what upstream has answered.
  expect((await query(`${OWN} `, {}, OTHER)).extensions.upstream.calls).toBe(0);
});

test('who has not come for five minutes makes room, be it for one who asks for much', async () => {
  const { query } = await startCrowded(({ clock }) => {
    clock.advance(300_001);
  });
  // Upstream accepts the credentials again, so that what is remembered may be shown.
  await query('{ workflows { totalCount } }', {}, OTHER);
  expect((await query(OWN, {}, OTHER)).extensions.upstream.calls).toBeGreaterThan(0);
});
