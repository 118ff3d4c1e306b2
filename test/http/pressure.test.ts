import { describe, expect, test } from '@jest/globals';
import {
  afterArrival,
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
  ['no wait of a process that is busy', { isBusy: true, waitedMs: 10 }, null],
  ['a wait of a process that is busy', { isBusy: true, waitedMs: 10.1 }, 'event loop'],
])('%s', (_case, load, expected) => {
  expect(pressureOf({ ...CALM, ...load }, LIMITS)).toBe(expected);
});

describe('a process', () => {
  const START: Busyness = { sinceMs: 0, idleMs: 0, isBusy: false, fromMs: 0, fromIdleMs: 0, clients: 0 };
  /** What is known after so many requests, one each millisecond, of clients that have not asked since the last pause. */
  const after = (count: number, arrival: (nth: number) => Partial<Arrival>): Busyness =>
    Array.from({ length: count }, (_, index) => index + 1).reduce(
      (so, nth) => afterArrival(so, { nowMs: nth, idleMs: 0, lastFromMs: -1, ...arrival(nth) }, 2000),
      START,
    );

  test.each<[string, boolean, number, (nth: number) => Partial<Arrival>]>([
    ['is busy where many clients leave it no pause for long', true, 129, (nth) => ({ nowMs: 20 * nth })],
    ['is not where they are fewer', false, 128, (nth) => ({ nowMs: 20 * nth })],
    ['is not where a burst is worked off', false, 600, (nth) => ({ nowMs: 3 * nth })],
    ['is busy where more than a burst come', true, 601, () => ({})],
    ['is not where they come at once', false, 601, (nth) => ({ nowMs: nth / 3 })],
    ['is not where few ask again and again', false, 3000, () => ({ lastFromMs: 0 })],
    ['is not where it has paused in between', false, 601, (nth) => ({ idleMs: nth < 300 ? 0 : 0.2 })],
  ])('%s', (_case, isBusy, count, arrival) => {
    expect(after(count, arrival).isBusy).toBe(isBusy);
  });

  const BUSY: Busyness = { ...START, sinceMs: 950, idleMs: 500, isBusy: true, fromMs: 1000, fromIdleMs: 500 };
  test.each<[string, boolean, Partial<Arrival>]>([
    ['stays busy until it is judged anew', true, { nowMs: 1999, idleMs: 998 }],
    ['stays busy while it hardly pauses', true, { idleMs: 749.9 }],
    ['has caught up once it pauses', false, { idleMs: 750 }],
    ['has caught up sooner where it is mostly idle', false, { nowMs: 1300, idleMs: 650 }],
  ])('%s', (_case, isBusy, arrival) => {
    const found = { nowMs: 2000, idleMs: 500, lastFromMs: -1, ...arrival };
    expect(afterArrival(BUSY, found, 2000).isBusy).toBe(isBusy);
  });

  test('tells since when nobody can have waited longer', () => {
    expect(afterArrival(BUSY, { nowMs: 1050, idleMs: 500.1, lastFromMs: -1 }, 100).sinceMs).toBe(950);
    expect(afterArrival(BUSY, { nowMs: 1050, idleMs: 500.3, lastFromMs: -1 }, 100).sinceMs).toBe(1050);
  });
});
