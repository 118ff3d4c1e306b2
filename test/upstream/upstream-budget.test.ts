import { afterEach, expect, test } from '@jest/globals';
import { AT_ONCE, PACE_MS, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { DEMO_SESSION, stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

const VIEWER = '{ viewer { upstreamBudget { scope maximum available restorePerSecond queued } } }';
const FULL = { maximum: AT_ONCE, available: AT_ONCE, restorePerSecond: 19.8, queued: 0 };

test('what is left goes down with each request and comes back with time', async () => {
  const { clock, ask, query } = await startOnFakeClock({ env: REAL_RATE });
  expect((await query(VIEWER)).data).toEqual({
    viewer: { upstreamBudget: { scope: 'DEPLOYMENT', ...FULL } },
  });
  expect((await ask(1)).extensions.cost?.budget).toEqual({ ...FULL, available: 1 });
  expect((await ask(2)).extensions.cost?.budget).toEqual({ ...FULL, available: 0 });
  clock.advance(PACE_MS);
  expect((await query(VIEWER)).extensions.cost?.budget).toEqual({ ...FULL, available: 1 });
  clock.advance(100 * PACE_MS);
  expect((await query(VIEWER)).extensions.cost?.budget).toEqual(FULL);
});

test('what waits is told, and nothing is left meanwhile', async () => {
  const { ask, query, queued, takeAllTurns } = await startOnFakeClock({ env: REAL_RATE });
  const answers = numbers(1, AT_ONCE + 3).map((number) => ask(number));
  await queued(3);
  expect((await query(VIEWER)).extensions.cost?.budget).toEqual({ ...FULL, available: 0, queued: 3 });
  await takeAllTurns();
  for (const { errors } of await Promise.all(answers)) expect(errors).toEqual([]);
});

test.each([
  ['gateway', 'DEPLOYMENT'],
  ['api-key', 'SESSION_TOKENS'],
  ['linked-account', 'LINKED_ACCOUNT'],
])('whose requests are counted is said: %s', async (scope, told) => {
  const { query } = await startOnFakeClock({ env: { ...REAL_RATE, UPSTREAM_RATE_SCOPE: scope } });
  const { data } = await query<unknown>(VIEWER, {}, DEMO_SESSION);
  expect(data).toMatchObject({ viewer: { upstreamBudget: { scope: told } } });
});

test('who is not signed in is told of no budget', async () => {
  const { query } = await startOnFakeClock();
  const { extensions } = await query('{ __typename }', {}, {});
  expect(extensions.cost).toMatchObject({ requested: 0, budget: null });
});
