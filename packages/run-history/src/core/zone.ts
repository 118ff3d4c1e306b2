/** A day of 24 hours, in milliseconds. */
export const DAY_MS = 86_400_000;

/** The day of a moment by the clocks of a zone, as `YYYY-MM-DD`. */
export function dayIn(timeZone: string, ms: number): string {
  const { year, month, day } = clockAt(timeZone, ms);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/** The day that comes so many days later. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** When a day, `YYYY-MM-DD`, begins by the clocks of a zone, as an ISO time. */
export function midnightIn(timeZone: string, day: string): string {
  const wanted = Date.parse(day);
  // The offset may change between the guess and the midnight itself: then the second guess is right.
  const guess = wanted - offsetAt(timeZone, wanted);
  return new Date(wanted - offsetAt(timeZone, guess)).toISOString();
}

/** How far the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(timeZone: string, ms: number): number {
  const { year, month, day, hour, minute, second } = clockAt(timeZone, ms);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

type Clock = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>>;

function clockAt(timeZone: string, ms: number): Clock {
  const parts = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  return Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)])) as Clock;
}
