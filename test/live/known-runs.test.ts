import { describe, expect, test } from '@jest/globals';
import type { Execution } from '../../src/domain/model.ts';
import { createKnownRuns, type Reading } from '../../src/live/known-runs.ts';
import { BEGIN_MS, idOf, numberOf, runOf } from '../support/live-rows.ts';
import { numbers } from '../support/numbers.ts';

/** A reading of a list that is longer than that. */
function reading(rows: readonly Execution[], more: Partial<Reading> = {}): Reading {
  return { rows, isWhole: false, aside: [], gone: [], ...more };
}

const ended = (number: number, changes: Partial<Execution> = {}) => runOf(number, 'COMPLETED', changes);
const at = (number: number) => ({ createdAt: runOf(number).createdAt });
const WHOLE = { isWhole: true };
const FAR = 0x1000000;

describe('between two readings of a list', () => {
  const page = [runOf(12), ended(11), ended(10)];
  const rest = page.slice(1);
  const unreadable = runOf(13, 'UNKNOWN', { isUnreadable: true });

  test.each<[string, Reading, Reading, string[]]>([
    ['nothing happens', reading(page), reading(page), []],
    ['a run begins', reading(page), reading([runOf(13), ...page]), ['13 RUNNING']],
    ['a run begins and ends', reading(page), reading([ended(13), ...page]), ['13 COMPLETED']],
    [
      'several begin: the oldest first',
      reading(page),
      reading([ended(14), runOf(13), ...page]),
      ['13 RUNNING', '14 COMPLETED'],
    ],
    ['a run ends', reading(page), reading([ended(12), ...rest]), ['12 COMPLETED']],
    ['a state changes', reading(page), reading([runOf(12, 'STOPPING'), ...rest]), ['12 STOPPING']],
    [
      'a run is updated',
      reading(page),
      reading([runOf(12, 'RUNNING', { updatedAt: new Date(BEGIN_MS) }), ...rest]),
      ['12 RUNNING'],
    ],
    ['an end does not go back', reading(page), reading([runOf(12), runOf(11), ended(10)]), []],
    ['an end stays what it was', reading(page), reading([runOf(12), runOf(11, 'ERRORED'), ended(10)]), []],
    [
      'an answer is behind',
      reading([runOf(12, 'STOPPING', { updatedAt: new Date(2) })]),
      reading([runOf(12, 'RUNNING', { updatedAt: new Date(1) })]),
      [],
    ],
    [
      'a look-up tells less than a row',
      reading([runOf(12, 'RUNNING', { name: 'x', durationMs: 5 })]),
      reading([runOf(12)]),
      [],
    ],
    ['older runs come up', reading(page), reading([...rest, ended(9), ended(8)]), []],
    [
      'a run comes late, before others',
      reading(page),
      reading([runOf(12), ended(5, at(11)), ...rest]),
      ['5 COMPLETED'],
    ],
    ['a run of the oldest moment comes up', reading(page), reading([...page, ended(5, at(10))]), []],
    ['the first run of all begins', reading([], WHOLE), reading([runOf(1)], WHOLE), ['1 RUNNING']],
    [
      'a run joins the end of a short list',
      reading([runOf(12)], WHOLE),
      reading([runOf(12), ended(3)], WHOLE),
      ['3 COMPLETED'],
    ],
    [
      'a run that is out of sight ends',
      reading(rest, { aside: [runOf(2)] }),
      reading(rest, { aside: [ended(2)] }),
      ['2 COMPLETED'],
    ],
    ['an older run is seen to go on', reading(page), reading(page, { aside: [runOf(2)] }), ['2 RUNNING']],
    [
      'a run ends in a state that is newer than this gateway',
      reading(page),
      reading([runOf(12, 'UNKNOWN', { completedAt: new Date(BEGIN_MS) }), ...rest]),
      ['12 UNKNOWN'],
    ],
    ['a run is no more', reading(page), reading(rest, { gone: [idOf(12)] }), []],
    ['what cannot be read takes a place', reading(page), reading([unreadable, ...page]), []],
    [
      'a run has no creation time',
      reading(page),
      reading([runOf(FAR, 'RUNNING', { createdAt: null }), ...page]),
      [`${String(FAR)} RUNNING`],
    ],
  ])('%s', (_what, first, second, expected) => {
    const known = createKnownRuns();
    known.take(first);
    const changes = known.take(second);
    expect(changes.map(({ row }) => `${String(numberOf(row))} ${row.status}`)).toEqual(expected);
  });

  test('a run that is missing in one of them is not new in the next', () => {
    const known = createKnownRuns();
    known.take(reading([ended(12), ...rest]));
    known.take(reading(rest));
    expect(known.take(reading([ended(12), ...rest]))).toEqual([]);
  });
});

test('what came with an end is kept up to date, and not told', () => {
  const known = createKnownRuns();
  known.take(reading([ended(1)]));
  expect(known.take(reading([ended(1, { durationMs: 7 })]))).toEqual([]);
  expect(known.page[0]?.durationMs).toBe(7);
});

/** So many ended runs from this one on, the newest first. */
function rows(from: number, count: number): Execution[] {
  return numbers(from, from + count - 1)
    .map((number) => ended(number))
    .reverse();
}

test('a run whose state is newer than this gateway goes on until it tells when it ended', () => {
  const known = createKnownRuns();
  const over = { completedAt: new Date(BEGIN_MS) };
  known.take(reading([runOf(2, 'UNKNOWN', over), runOf(1, 'UNKNOWN')]));
  expect(known.open().map(numberOf)).toEqual([1]);
});

test('rows connect where they overlap those before by some', () => {
  const known = createKnownRuns();
  known.take(reading(rows(0, 100)));
  expect(known.connectsTo(rows(80, 100))).toBe(true);
  expect(known.connectsTo(rows(95, 100))).toBe(false);
  expect(known.connectsTo(rows(200, 100))).toBe(false);
});

test('a run from the future does not make rows connect that do not', () => {
  const known = createKnownRuns();
  known.take(reading([ended(FAR), ...rows(0, 99)]));
  expect(known.connectsTo([ended(FAR), ...rows(200, 99)])).toBe(false);
});

test('of a long list little is held: the newest page, and what goes on', () => {
  const known = createKnownRuns();
  const old = [runOf(2), runOf(1), runOf(0)];
  known.take(reading([ended(10)], { aside: old }));
  for (let from = 10; from < 25_000; from += 90) known.take(reading(rows(from, 100)));
  expect(known.all()).toHaveLength(103);
  expect(known.open()).toEqual(old);
});
