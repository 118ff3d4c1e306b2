import { describe, expect, test } from '@jest/globals';
import {
  hopelessOf,
  isInTime,
  paceAfter,
  waitMsAt,
  type Outlook,
} from '../../src/upstream/rate/wait-estimate.ts';

const NOW = 10_000;
const IDLE: Outlook = { nextAt: -Infinity, pausedUntil: -Infinity, paceMs: 50 };
const BUSY: Outlook = { ...IDLE, nextAt: NOW + 30 };
const PAUSED: Outlook = { ...BUSY, pausedUntil: NOW + 1000 };

describe('the wait', () => {
  test.each<[string, number, Outlook, number]>([
    ['of the next is none where the bucket is full', 0, IDLE, 0],
    ['of the next is until the next turn', 0, BUSY, 30],
    ['is a turn longer for each that is in front', 3, BUSY, 180],
    ['is none for a turn that is overdue', 0, { ...BUSY, nextAt: NOW - 500 }, 0],
    ['is until the end of a pause', 0, PAUSED, 1000],
    ['goes on after a pause at the pace', 2, PAUSED, 1100],
    ['is that until the next turn where the pause is over before', 0, { ...BUSY, pausedUntil: NOW + 10 }, 30],
  ])('%s', (_case, position, outlook, expected) => {
    expect(waitMsAt(position, NOW, outlook)).toBe(expected);
  });
});

describe('whether that is in time', () => {
  test.each<[string, number, number, boolean]>([
    ['without a wait, a tenth of a second is enough', 0, NOW + 100, true],
    ['less than that is not', 0, NOW + 99.9, false],
    ['a wait may turn out a tenth longer', 1000, NOW + 1201, true],
    ['and has to fit then, too', 1000, NOW + 1199, false],
    ['a deadline that is over', 0, NOW - 1, false],
  ])('%s', (_case, waitMs, deadline, expected) => {
    expect(isInTime(waitMs, NOW, deadline)).toBe(expected);
  });
});

describe('the pace', () => {
  test.each<[string, number, number | null, number]>([
    ['stays as it is in steady use', 50, 50, 50],
    ['follows slower turns by a fifth', 50, 100, 60],
    ['follows faster ones by as much', 100, 50, 90],
    ['is never faster than the bucket', 50, 10, 50],
    ['learns nothing from a turn that nobody waited for', 80, null, 80],
  ])('%s', (_case, paceMs, gapMs, expected) => {
    expect(paceAfter(paceMs, gapMs, 50)).toBeCloseTo(expected);
  });
});

describe('in a queue, those without hope', () => {
  interface Item {
    readonly name: string;
    readonly leftMs: number;
  }
  const item = (name: string, leftMs: number): Item => ({ name, leftMs });
  const hopeless = (items: readonly Item[], position: number, room: number, outlook: Outlook) =>
    hopelessOf({ size: items.length, at: (place) => items[place] }, position, {
      now: NOW,
      outlook,
      room,
      deadlineOf: ({ leftMs }) => NOW + leftMs,
    }).map(({ item: { name }, waitMs }) => [name, waitMs]);

  test.each<[string, readonly Item[], number, number, Outlook, (string | number)[][]]>([
    ['are none while all have time', [item('a', 5000), item('b', 5000)], 0, 10, BUSY, []],
    ['are those whose time is up first', [item('a', 120), item('b', 5000)], 0, 10, BUSY, [['a', 30]]],
    [
      'make room: who is behind moves up',
      [item('a', 120), item('b', 140), item('c', 190)],
      0,
      10,
      BUSY,
      [['a', 30]],
    ],
    [
      'are the last, where there is no room',
      [item('a', 5000), item('b', 5000), item('c', 5000)],
      0,
      2,
      BUSY,
      [['c', 130]],
    ],
    ['are found from a position on', [item('a', 0), item('b', 0)], 1, 9, BUSY, [['b', 80]]],
    [
      'are all of them in a long pause',
      [item('a', 900), item('b', 1000)],
      0,
      10,
      PAUSED,
      [
        ['a', 1000],
        ['b', 1000],
      ],
    ],
  ])('%s', (_case, items, position, room, outlook, expected) => {
    expect(hopeless(items, position, room, outlook)).toEqual(expected);
  });
});
