import { expect, test } from '@jest/globals';
import { DEFAULT_VIEW, filterOf, type RunRange } from '../../packages/run-history/src/core/view.ts';

/** On the day that clocks in Berlin go forward. */
const NOW = Date.parse('2026-03-29T10:00:00Z');

function datesOf(range: RunRange, timeZone: string, knowsTimes = true) {
  return filterOf({ ...DEFAULT_VIEW, range }, NOW, knowsTimes, timeZone);
}

test('days are those of the zone, also where clocks change', () => {
  const day: RunRange = { from: '2026-03-29', to: '2026-03-29' };

  expect(datesOf(day, 'Europe/Berlin')).toEqual({
    createdAfter: '2026-03-28T23:00:00.000Z',
    createdBefore: '2026-03-29T22:00:00.000Z',
  });
  expect(datesOf(day, 'Asia/Kathmandu')).toEqual({
    createdAfter: '2026-03-28T18:15:00.000Z',
    createdBefore: '2026-03-29T18:15:00.000Z',
  });
  expect(datesOf({ preset: '7d' }, 'Europe/Berlin')).toEqual({ createdAfter: '2026-03-22T23:00:00.000Z' });
});

test('days are those of UTC where upstream knows no times', () => {
  expect(datesOf({ from: '2026-03-29', to: null }, 'Europe/Berlin', false)).toEqual({
    startDate: '2026-03-29',
  });
  expect(datesOf({ preset: '24h' }, 'Europe/Berlin', false)).toEqual({ startDate: '2026-03-28' });
  expect(
    datesOf({ from: '2026-03-27T22:00:00Z', to: '2026-03-29T00:00:00Z' }, 'Europe/Berlin', false),
  ).toEqual({ startDate: '2026-03-27', endDate: '2026-03-28' });
});

test('an hour is a range, too', () => {
  const hour = { from: '2026-03-29T10:00:00.000Z', to: '2026-03-29T11:00:00.000Z' };

  expect(datesOf(hour, 'Europe/Berlin')).toEqual({ createdAfter: hour.from, createdBefore: hour.to });
});
