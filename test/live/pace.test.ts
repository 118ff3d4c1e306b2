import { expect, test } from '@jest/globals';
import { nextReadingMs, type PaceFacts } from '../../src/live/pace.ts';

const PACE = { fastMs: 2000, slowMs: 10_000 };
const NOTHING: PaceFacts = {
  hasOpen: false,
  isOver: false,
  sinceHintMs: Infinity,
  waitedMs: 0,
  failures: 0,
  retryAfterMs: 0,
};

test.each<[string, Partial<PaceFacts>, number]>([
  ['nothing goes on', {}, 10_000],
  ['a run goes on', { hasOpen: true }, 2000],
  ['no run can join any more', { isOver: true }, 60_000],
  ['no run can join any more, but one goes on', { isOver: true, hasOpen: true }, 2000],
  ['upstream tells by itself', { hasOpen: true, sinceHintMs: 0 }, 6000],
  ['upstream tells by itself, and nothing goes on', { sinceHintMs: 299_999 }, 30_000],
  ['upstream told by itself long ago', { hasOpen: true, sinceHintMs: 300_000 }, 2000],
  ['the reading hardly waited', { hasOpen: true, waitedMs: 400 }, 2000],
  ['the reading waited for long', { hasOpen: true, waitedMs: 3000 }, 12_000],
  ['a reading failed', { hasOpen: true, failures: 1 }, 4000],
  ['readings fail and fail', { hasOpen: true, failures: 1000 }, 60_000],
  ['readings of what is read rarely fail and fail', { isOver: true, sinceHintMs: 0, failures: 9 }, 180_000],
  ['upstream wants to be left alone', { hasOpen: true, failures: 1, retryAfterMs: 90_000 }, 90_000],
  ['upstream wants a short pause', { hasOpen: true, failures: 1, retryAfterMs: 1000 }, 4000],
])('where %s', (_what, facts, expected) => {
  expect(nextReadingMs({ ...NOTHING, ...facts }, PACE)).toBe(expected);
});
