import { expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { createTicker } from '../../src/live/ticker.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** A ticker of a list in which nothing goes on, and when it has read, from the start. */
function start() {
  const clock = createFakeClock();
  const startedAt = clock.now();
  const reads: [atMs: number, since: number | null][] = [];
  const ticker = createTicker({
    clock,
    pace: { fastMs: 2000, slowMs: 10_000 },
    isWatched: () => true,
    read: (since) => {
      reads.push([clock.now() - startedAt, since === null ? null : since - startedAt]);
      ticker.done(clock.now());
      return Promise.resolve();
    },
    facts: () => ({ hasOpen: false, isOver: false, waitedMs: 0 }),
    onFailure: () => undefined,
  });
  ticker.done(startedAt);
  ticker.reset();
  return {
    reads,
    /** Lets time pass, with all that comes of it. */
    pass: async (ms: number) => {
      clock.advance(ms);
      await setImmediate();
    },
    hint: () => {
      ticker.wake(clock.now());
    },
    answered: () => {
      ticker.wake(null);
    },
  };
}

test('hints are followed at once, but not more often than five times a second', async () => {
  const { reads, pass, hint } = start();
  hint();
  await pass(0);
  await pass(50);
  hint();
  await pass(50);
  hint();
  await pass(99);
  await pass(1);
  await pass(9000);
  await pass(1000);
  expect(reads).toEqual([
    [0, 0],
    [200, 100],
    [10_200, null],
  ]);
});

test('what another replica has read is taken at once, and holds up no other hint', async () => {
  const { reads, pass, hint, answered } = start();
  hint();
  await pass(0);
  await pass(50);
  answered();
  await pass(0);
  await pass(150);
  hint();
  await pass(0);
  expect(reads).toEqual([
    [0, 0],
    [50, null],
    [200, 200],
  ]);
});

test('what other replicas have read is taken ten times a second at the most', async () => {
  const { reads, pass, answered } = start();
  for (let ms = 0; ms < 1000; ms += 10) {
    answered();
    await pass(10);
  }
  expect(reads.length).toBeLessThanOrEqual(11);
  expect(reads.length).toBeGreaterThan(5);
});
