import { expect, test } from '@jest/globals';
import { isTooHeavyNow } from '../../src/domain/overload.ts';

test.each([
  ['a heavy one, and somebody has waited', 5001, 200.1, true],
  ['a heavy one, and nobody has for long', 5001, 200, false],
  ['the heaviest, where there is a pause', 15_000, 0, false],
  ['a light one, and somebody has waited', 5000, 10_000, false],
  ['one that asks for nothing', 0, Infinity, false],
])('%s', (_case, nodes, waitedMs, isRefused) => {
  expect(isTooHeavyNow(nodes, () => waitedMs)).toBe(isRefused);
});
