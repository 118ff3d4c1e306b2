import { expect, test } from '@jest/globals';
import { afterLook, isLate, UNSEEN } from '../../src/http/unread-answers.ts';

/** Whether a client is late after each of these looks at the bytes that it has not taken. */
function lateAfter(looks: readonly number[]): boolean[] {
  let known = UNSEEN;
  return looks.map((bytes) => isLate((known = afterLook(known, bytes))));
}

test('who takes nothing is late at the fifteenth look, which is when its time is over', () => {
  expect(lateAfter(Array(15).fill(1000))).toEqual([...Array<boolean>(14).fill(false), true]);
});

test('who takes a byte has all of its time again, less what may have passed since', () => {
  const looks = [...Array<number>(14).fill(1000), ...Array<number>(15).fill(999)];
  expect(lateAfter(looks)).toEqual([...Array<boolean>(28).fill(false), true]);
});

test('who goes on taking is never late', () => {
  expect(lateAfter(Array.from({ length: 1000 }, (_, nth) => 1000 - nth))).not.toContain(true);
});

test('more to take is no sign of life', () => {
  expect(lateAfter(Array.from({ length: 15 }, (_, nth) => 1000 + nth)).at(-1)).toBe(true);
});
