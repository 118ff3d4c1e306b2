import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../src/lists/order.ts';
import { cursorOf, isNewSince, positionOf, readCursor, stateMarkOf } from '../../src/live/cursor.ts';
import { BEGIN_MS, runOf } from '../support/live-rows.ts';
import { numbers } from '../support/numbers.ts';

const NOW = BEGIN_MS + 3_600_000;
const LIST = { name: 'a list', owner: 'account1' };
const open = (number: number, isTold = true) => {
  const row = runOf(number);
  return { id: row.id, state: stateMarkOf(row), isTold };
};
const refusal = { code: 'BAD_USER_INPUT', message: 'after is not a cursor of this list with this filter' };

describe('a live cursor', () => {
  const position = positionOf([runOf(3), runOf(2), runOf(1)], [open(2), open(1, false)], NOW);
  const cursor = cursorOf(LIST, position);

  test('says what it was made of', () => {
    expect(readCursor(LIST, cursor, 'after')).toEqual(position);
    const nothing = positionOf([], [], NOW);
    expect(readCursor(LIST, cursorOf(LIST, nothing), 'after')).toEqual(nothing);
  });

  test('is good where nobody can tell whose list it is, now or then', () => {
    expect(readCursor({ ...LIST, owner: null }, cursor, 'after')).toEqual(position);
    expect(readCursor(LIST, cursorOf({ ...LIST, owner: null }, position), 'after')).toEqual(position);
  });

  test.each([
    ['another list', cursorOf({ ...LIST, name: 'another list' }, position)],
    ['the list of another account', cursorOf({ ...LIST, owner: 'account2' }, position)],
    ['no list', 'x'],
    ['nothing', ''],
    ['a number', Buffer.from(`${'x'.repeat(12)}5`).toString('base64url')],
    ['far too much', 'x'.repeat(40_000)],
    ['this list, but mangled', `${cursor.slice(0, -6)}AAAAAA`],
    ['this list, and more', `${cursor}A`],
  ])('of %s is refused', (_what, given) => {
    expect(() => readCursor(LIST, given, 'after')).toThrow(expect.objectContaining(refusal));
  });

  test('tells of a hundred runs that go on, and beyond them that there were more', () => {
    const runs = (count: number) => numbers(1, count).map((number) => open(number));
    expect(positionOf([], runs(100), NOW).open).toHaveLength(100);
    expect(positionOf([], runs(101), NOW).open).toBeNull();
  });
});

describe('a run since a position', () => {
  const told = [runOf(30), runOf(29), runOf(28), runOf(10)];
  const since = (rows: typeof told, row: ReturnType<typeof runOf>) =>
    isNewSince(positionOf(rows, [], NOW), keyOf(row));

  test.each([
    ['is new where it is younger', runOf(31), true],
    ['is not new where it is the newest one', runOf(30), false],
    ['is not new where it was told shortly before', runOf(29), false],
    ['is not new where it was told long before', runOf(10), false],
    ['is new where it came late, of the same moment', { ...runOf(5), createdAt: runOf(30).createdAt }, true],
    ['is new where it came late, of a moment before', { ...runOf(5), createdAt: runOf(27).createdAt }, true],
    ['is not new where it is from long before', runOf(20), false],
    ['is new by its id alone', { ...runOf(0x10000000), createdAt: null }, true],
  ])('%s', (_what, row, expected) => {
    expect(since(told, row)).toBe(expected);
  });

  test('is not new where it is older than all that was reached', () => {
    const [newest, late] = [runOf(30), { ...runOf(5), createdAt: runOf(27).createdAt }];
    const position = positionOf([newest], [], NOW, { at: NOW, from: keyOf(runOf(28)) });
    expect(isNewSince(position, keyOf(late))).toBe(false);
    expect(isNewSince(positionOf([newest], [], NOW), keyOf(late))).toBe(true);
  });

  test('is new where there was none', () => {
    expect(since([], runOf(1))).toBe(true);
  });

  test.each([5, 40])(
    'is told once where the clock of upstream is an hour ahead, %d runs of that hour',
    (count) => {
      const ahead = numbers(1, count)
        .reverse()
        .map((number) => runOf(number, 'COMPLETED', { createdAt: new Date(NOW + 60_000 * number) }));
      const rows = [...ahead, ...told];
      expect(rows.filter((row) => since(rows, row))).toEqual([]);
      const next = runOf(count + 1, 'RUNNING', { createdAt: new Date(NOW + 60_000 * (count + 1)) });
      expect(since(rows, next)).toBe(true);
    },
  );

  test('is new though one from the future was told before', () => {
    const future = runOf(0, 'RUNNING', { createdAt: new Date(NOW + 86_400_000) });
    expect(since([future, ...told], runOf(31))).toBe(true);
    expect(since([future, ...told], future)).toBe(false);
    expect(since([future, ...told], runOf(30))).toBe(false);
  });

  test('is told once where very many are of one moment', () => {
    const createdAt = new Date(BEGIN_MS);
    const crowd = numbers(1, 200)
      .map((number) => runOf(number, 'COMPLETED', { createdAt }))
      .reverse();
    for (const row of crowd) expect(since(crowd, row)).toBe(false);
    expect(since(crowd, runOf(201, 'COMPLETED', { createdAt }))).toBe(true);
  });
});
