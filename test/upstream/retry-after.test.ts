import { describe, expect, test } from '@jest/globals';
import { retryAfterMsOf } from '../../src/upstream/retry-after.ts';

const NOW = Date.parse('2026-11-26T12:00:00.250Z');
/** Upstream's own clock, five minutes behind. */
const THEIRS = 'Thu, 26 Nov 2026 11:55:00 GMT';
const MOST_MS = 300_000;

const CASES: readonly [
  what: string,
  retryAfter: string | undefined,
  date: string | undefined,
  expected: number | null,
][] = [
  ['nothing', undefined, THEIRS, null],
  ['an empty text', '', THEIRS, null],
  ['a second', '1', THEIRS, 1000],
  ['seconds', '120', undefined, 120_000],
  ['seconds with blanks around', ' 2 ', undefined, 2000],
  ['seconds with a fraction', '1.5', undefined, 1500],
  ['a fraction of a millisecond', '0.0001', undefined, 1],
  ['five minutes', '300', undefined, MOST_MS],
  ['more than five minutes', '301', undefined, MOST_MS],
  ['an hour', '3600', undefined, MOST_MS],
  ['a thousand million million seconds', '1000000000000000', undefined, MOST_MS],
  ['more than can be counted', '9'.repeat(400), undefined, MOST_MS],
  ['no time at all', '0', undefined, null],
  ['less than that', '-5', undefined, null],
  ['a sum', '1e3', undefined, null],
  ['a number that is none', 'Infinity', undefined, null],
  ['hexadecimal', '0x10', undefined, null],
  ['two numbers', '1, 120', undefined, null],
  ['a word', 'soon', undefined, null],
  ['a year', '2030', undefined, MOST_MS],
  ['a time of another standard', '2026-11-26T12:00:30Z', undefined, null],
  ['a time by our clock', 'Thu, 26 Nov 2026 12:00:30 GMT', undefined, 29_750],
  ['a time by theirs', 'Thu, 26 Nov 2026 11:55:30 GMT', THEIRS, 30_000],
  ['a time by ours, where theirs is no time', 'Thu, 26 Nov 2026 12:00:30 GMT', 'now', 29_750],
  ['a time of RFC 850', 'Thursday, 26-Nov-26 11:55:30 GMT', THEIRS, 30_000],
  ['a time of asctime', 'Thu Nov 26 11:55:30 2026', THEIRS, 30_000],
  ['a time far ahead', 'Thu, 26 Nov 2099 12:00:30 GMT', THEIRS, MOST_MS],
  ['a time in the past', 'Wed, 21 Oct 2015 07:28:00 GMT', THEIRS, null],
  ['a time that is past by theirs only', 'Thu, 26 Nov 2026 11:54:00 GMT', THEIRS, null],
  ['this very moment', THEIRS, THEIRS, null],
  ['a day that there is not', 'Thu, 99 Nov 2026 12:00:30 GMT', THEIRS, null],
];

describe('Retry-After', () => {
  test.each(CASES)('%s', (_what, retryAfter, date, expected) => {
    expect(retryAfterMsOf({ retryAfter, date }, NOW)).toBe(expected);
  });
});
