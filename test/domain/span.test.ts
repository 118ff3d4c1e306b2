import { describe, expect, test } from '@jest/globals';
import { nextStart, spansIn, type SpanUnit } from '../../src/domain/span.ts';
import { createTimeZone, type TimeZone } from '../../src/domain/time-zone.ts';

const HOUR_MS = 3_600_000;

function zoneOf(name: string): TimeZone {
  const zone = createTimeZone(name);
  if (zone === null) throw new Error(`there is no ${name}`);
  return zone;
}

/** When spans start, in UTC, and how many hours each is long: `31T04:00 24`. */
function spansOf(zone: string, unit: SpanUnit, from: string, until: string): string[] {
  const range = { fromMs: Date.parse(from), untilMs: Date.parse(until) };
  return spansIn(range, unit, zoneOf(zone)).map(({ fromMs, untilMs }) => {
    const start = new Date(fromMs).toISOString().slice(8, 16);
    return `${start} ${String((untilMs - fromMs) / HOUR_MS)}`;
  });
}

describe('days begin at midnight where people are', () => {
  test.each<[string, string, string, string, string[]]>([
    ['in UTC', 'UTC', '2023-10-30T00:00Z', '2023-11-01T00:00Z', ['30T00:00 24', '31T00:00 24']],
    [
      'cut off where the range ends within them',
      'America/New_York',
      '2023-10-30T00:00Z',
      '2023-11-01T00:00Z',
      ['30T00:00 4', '30T04:00 24', '31T04:00 20'],
    ],
    [
      'a day of 25 hours when winter comes',
      'Europe/Berlin',
      '2023-10-27T22:00Z',
      '2023-10-30T23:00Z',
      ['27T22:00 24', '28T22:00 25', '29T23:00 24'],
    ],
    [
      'and of 23 when it goes',
      'America/New_York',
      '2024-03-09T05:00Z',
      '2024-03-12T04:00Z',
      ['09T05:00 24', '10T05:00 23', '11T04:00 24'],
    ],
    [
      'by half an hour',
      'Australia/Lord_Howe',
      '2023-09-29T13:30Z',
      '2023-10-01T13:00Z',
      ['29T13:30 24', '30T13:30 23.5'],
    ],
    [
      'where midnight itself is skipped',
      'Africa/Cairo',
      '2024-04-24T22:00Z',
      '2024-04-26T21:00Z',
      ['24T22:00 24', '25T22:00 23'],
    ],
    [
      'where midnight comes twice: the first one counts',
      'America/Havana',
      '2023-11-04T04:00Z',
      '2023-11-06T05:00Z',
      ['04T04:00 24', '05T04:00 25'],
    ],
    [
      'where a whole day is left out',
      'Pacific/Apia',
      '2011-12-29T10:00Z',
      '2011-12-31T10:00Z',
      ['29T10:00 24', '30T10:00 24'],
    ],
  ])('%s: %s', (_what, zone, from, until, expected) => {
    expect(spansOf(zone, 'DAY', from, until)).toEqual(expected);
  });
});

describe('hours begin when they do by the clocks there', () => {
  test.each<[string, string, string, string, string[]]>([
    ['in UTC', 'UTC', '2023-10-31T22:00Z', '2023-11-01T00:00Z', ['31T22:00 1', '31T23:00 1']],
    [
      'at half past, by UTC',
      'Asia/Kolkata',
      '2023-10-31T00:00Z',
      '2023-10-31T02:00Z',
      ['31T00:00 0.5', '31T00:30 1', '31T01:30 0.5'],
    ],
    [
      'twice when winter comes',
      'Europe/Berlin',
      '2023-10-29T00:00Z',
      '2023-10-29T02:00Z',
      ['29T00:00 1', '29T01:00 1'],
    ],
    [
      'anew where clocks change by half an hour',
      'Australia/Lord_Howe',
      '2023-09-30T14:00Z',
      '2023-09-30T17:00Z',
      ['30T14:00 0.5', '30T14:30 1', '30T15:30 0.5', '30T16:00 1'],
    ],
  ])('%s: %s', (_what, zone, from, until, expected) => {
    expect(spansOf(zone, 'HOUR', from, until)).toEqual(expected);
  });
});

test.each(['Europe/Berlin', 'America/Havana', 'America/New_York', 'Africa/Cairo', 'Asia/Kathmandu'])(
  'days and hours in %s are as its clocks say, without a gap',
  (name) => {
    const zone = zoneOf(name);
    const [fromMs, untilMs] = [Date.parse('2024-03-01'), Date.parse('2024-05-01')];
    const shownAt = (at: number) => new Date(at + zone.offsetMs(at));
    for (const [unit, shown] of [
      ['DAY', (at: number) => shownAt(at).getUTCDate()],
      ['HOUR', (at: number) => shownAt(at).getUTCHours()],
    ] as const) {
      const spans = spansIn({ fromMs, untilMs }, unit, zone);
      expect([spans[0]?.fromMs, spans.at(-1)?.untilMs]).toEqual([fromMs, untilMs]);
      expect(spans.slice(1).map((span) => span.fromMs)).toEqual(
        spans.slice(0, -1).map((span) => span.untilMs),
      );
      expect(spans.filter((span) => shown(span.fromMs) !== shown(span.untilMs - 1))).toEqual([]);
    }
  },
);

test('the next day is later, whatever the time', () => {
  const zone = zoneOf('America/Havana');
  for (let at = Date.parse('2023-11-04T00:00Z'); at < Date.parse('2023-11-07'); at += 17 * 60_000) {
    expect(nextStart(at, 'DAY', zone)).toBeGreaterThan(at);
  }
});

test.each(['', 'Nowhere/Atall', 'Europe', '../UTC', 'Europe/Berlin '])(
  'there is no time zone of the name %j',
  (name) => {
    expect(createTimeZone(name)).toBeNull();
  },
);
