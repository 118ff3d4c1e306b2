import { describe, expect, test } from '@jest/globals';
import { shareAfter, turnsFor } from '../../src/upstream/rate/demand.ts';

describe('the turns that an operation is promised', () => {
  test.each([
    ['all, while nothing is known', 25, 1, 25],
    ['in the measure of others', 25, 0.2, 5],
    ['rather one too many', 25, 0.21, 6],
    ['at least one', 25, 0, 1],
    ['one for one', 1, 0.3, 1],
    ['one for none', 0, 1, 1],
  ])('are %s', (_what, requested, share, expected) => {
    expect(turnsFor(requested, share)).toBe(expected);
  });
});

describe('the share of what is requested that is needed', () => {
  test.each([
    ['stays where all was needed', 1, 4, 4, 1],
    ['falls where less was', 1, 4, 2, 0.975],
    ['rises where more was', 0.5, 4, 4, 0.525],
    ['is never more than all', 1, 4, 8, 1],
    ['bears with an operation that requested nothing', 1, 0, 0, 0.95],
  ])('%s', (_what, share, requested, used, expected) => {
    expect(shareAfter(share, requested, used)).toBeCloseTo(expected);
  });
});
