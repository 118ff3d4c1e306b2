import { describe, expect, test } from '@jest/globals';
import {
  afterArrival,
  beginRound,
  pressureOf,
  type Arrival,
  type Busyness,
  type Load,
  type Pressure,
} from '../../src/http/pressure.ts';

const LIMITS = { maxOperations: 10, afterMs: 100, maxMemoryShare: 0.9 };
const CALM: Load = { operations: 0, memoryShare: 0.5, isBusy: false, waitedMs: 0 };

test.each<[string, Partial<Load>, Pressure | null]>([
  ['nothing out of the way', {}, null],
  ['a place left', { operations: 9 }, null],
  ['no place left', { operations: 10 }, 'operations'],
  ['memory that is nearly used up', { memoryShare: 0.89, operations: 5 }, null],
  ['memory that is used up', { memoryShare: 0.9, operations: 1 }, 'memory'],
  ['memory that is used up, and nothing that would give it back', { memoryShare: 1 }, null],
  ['a long wait in a burst', { waitedMs: 500 }, null],
  ['no wait of a process that is busy', { isBusy: true, waitedMs: 8 }, null],
  ['a wait of a process that is busy', { isBusy: true, waitedMs: 8.1 }, 'event loop'],
])('%s', (_case, load, expected) => {
  expect(pressureOf({ ...CALM, ...load }, LIMITS)).toBe(expected);
});

describe('a process', () => {
  const START: Busyness = { sinceMs: 0, idleMs: 0, isBusy: false };
  /** What is known after so many requests, one every 10 ms. */
  const after = (count: number, arrival: (nth: number) => Partial<Arrival>): Busyness =>
    Array.from({ length: count }, (_, index) => index + 1).reduce(
      (known, nth) =>
        afterArrival(known, { nowMs: 10 * nth, idleMs: 0, waitedMs: 60, together: 65, ...arrival(nth) }, 100),
      START,
    );

  test.each<[string, boolean, number, (nth: number) => Partial<Arrival>]>([
    ['is busy where many have waited long without a pause', true, 16, () => ({})],
    ['is not where as many come together as may wait for their answers', false, 16, () => ({ together: 64 })],
    ['is not where a burst is worked off', false, 16, () => ({ waitedMs: 50 })],
    ['is not where it has paused in between', false, 16, (nth) => ({ idleMs: nth < 8 ? 0 : 1 })],
    ['is not where that has not gone on for long', false, 16, (nth) => ({ nowMs: nth })],
  ])('%s', (_case, isBusy, count, arrival) => {
    expect(after(count, arrival).isBusy).toBe(isBusy);
  });

  const BUSY: Busyness = { sinceMs: 1000, idleMs: 500, isBusy: true };
  test.each<[string, boolean, Arrival]>([
    ['stays busy until it is judged anew', true, { nowMs: 1099, idleMs: 590, waitedMs: 0, together: 1 }],
    ['stays busy while it hardly pauses', true, { nowMs: 1100, idleMs: 509, waitedMs: 0, together: 1 }],
    ['has caught up once it pauses', false, { nowMs: 1100, idleMs: 510, waitedMs: 0, together: 1 }],
    [
      'has caught up where nobody has come for long',
      false,
      { nowMs: 9000, idleMs: 8400, waitedMs: 0, together: 1 },
    ],
  ])('%s', (_case, isBusy, arrival) => {
    expect(afterArrival(BUSY, arrival, 100).isBusy).toBe(isBusy);
  });
});

describe('a round of the event loop', () => {
  const LAST = { sinceMs: 100, endMs: 130, idleMs: 50, requests: 7 };

  test('begins where the last one ended, and what comes may have waited for that one', () => {
    expect(beginRound(LAST, 140, 50.1)).toEqual({ sinceMs: 130, waitedMs: 30, before: 7 });
  });

  test('begins with its first request where there was a pause', () => {
    expect(beginRound(LAST, 140, 55)).toEqual({ sinceMs: 140, waitedMs: 0, before: 0 });
  });
});
