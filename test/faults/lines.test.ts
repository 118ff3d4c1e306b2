import { expect, test } from '@jest/globals';
import { LINES } from './lines.ts';
import { PARTS } from './rows.ts';

const ROWS = Object.values(PARTS).flat();

test('every line of the promise has a row, and every row a line', () => {
  const proved = new Set(ROWS.map(({ number }) => number));
  expect([...proved].sort()).toEqual(LINES.map(({ number }) => number).sort());
});

test('no two rows have the same name', () => {
  const names = ROWS.map(({ number, fault }) => `${number}: ${fault}`);
  expect(names.filter((name, position) => names.indexOf(name) !== position)).toEqual([]);
});
