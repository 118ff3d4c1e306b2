import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { UpstreamBudget } from '../../src/domain/budget.ts';
import { watchBudget } from '../../src/live/budget-watch.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const FULL: UpstreamBudget = {
  scope: 'DEPLOYMENT',
  maximum: 5,
  available: 5,
  restorePerSecond: 20,
  queued: 0,
};
const SECOND_MS = 1000;

/** A budget that is watched, on a time that moves only when told to. */
function startWatch() {
  const clock = createFakeClock();
  const told: number[] = [];
  let budget = FULL;
  let looks = 0;
  const events = watchBudget(() => {
    looks += 1;
    return budget;
  }, clock);
  const reading = (async () => {
    for await (const { available } of events) told.push(available);
  })();
  return {
    clock,
    events,
    reading,
    told,
    looks: () => looks,
    change: (available: number) => {
      budget = { ...FULL, available };
    },
    pass: async (ms: number) => {
      clock.advance(ms);
      await setImmediate();
    },
  };
}

test('a budget is told at once, and again only when it has changed', async () => {
  const { told, looks, change, pass } = startWatch();
  await pass(0);
  expect(told).toEqual([5]);
  for (let seconds = 0; seconds < 5; seconds++) await pass(SECOND_MS);
  expect(told).toEqual([5]);
  expect(looks()).toBe(6);
  change(3);
  await pass(SECOND_MS);
  expect(told).toEqual([5, 3]);
});

test('it is told once a second at the most, however often it changes', async () => {
  const { told, change, pass } = startWatch();
  await pass(0);
  for (const available of [1, 2, 3]) {
    change(available);
    await pass(SECOND_MS / 4);
  }
  expect(told).toEqual([5]);
  await pass(SECOND_MS / 4);
  change(4);
  await pass(SECOND_MS - 1);
  expect(told).toEqual([5, 3]);
  await pass(1);
  expect(told).toEqual([5, 3, 4]);
});

test('it is looked at for nobody once its reader has left', async () => {
  const { clock, events, reading, told, change, pass } = startWatch();
  await pass(0);
  await events.return?.();
  await reading;
  change(1);
  expect(clock.due()).toEqual([]);
  expect(told).toEqual([5]);
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test.each([
  ['what waits', { queued: 1 }],
  ['how much may go at once', { maximum: 4 }],
  ['how fast it comes back', { restorePerSecond: 10 }],
])('it has changed with %s', async (_what, change) => {
  const clock = createFakeClock();
  let budget = FULL;
  const events = watchBudget(() => budget, clock);
  expect((await events.next()).value).toEqual(FULL);
  const next = events.next();
  budget = { ...FULL, ...change };
  await clock.until((due) => due.length > 0);
  clock.advance(SECOND_MS);
  expect((await next).value).toEqual(budget);
});
