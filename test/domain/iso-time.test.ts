import { expect, test } from '@jest/globals';
import { isoTimeOf } from '../../src/domain/iso-time.ts';
import { createRandom } from '../support/random.ts';

test('a time reads as toISOString has it, in any year', () => {
  const random = createRandom(1);
  const drawn = Array.from(
    { length: 5000 },
    () => (random.below(2 ** 32) - 2 ** 30) * 1000 + random.below(1000),
  );
  const edges = [0, -1, 1, 253402300799999, 253402300800000, -62198755200001, 8.64e15, -8.64e15];

  for (const ms of [...drawn, ...edges]) {
    const time = new Date(ms);
    expect(isoTimeOf(time)).toBe(time.toISOString());
  }
  expect(() => isoTimeOf(new Date(Number.NaN))).toThrow(RangeError);
});
