/** A place's clocks. */
export interface TimeZone {
  /** How far its clocks are ahead of UTC at a time, in milliseconds. Both on a whole second. */
  offsetMs(at: number): number;
}

/**
 * Builds the time zone of that name, such as `Europe/Berlin` or `UTC`, from the ones that the runtime knows.
 * @returns null where there is none of that name
 */
export function createTimeZone(name: string): TimeZone | null {
  const format = formatOf(name);
  if (format === null) return null;
  return {
    offsetMs: (at) => {
      const shown = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
      const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
      const local = Date.UTC(
        part('year'),
        part('month') - 1,
        part('day'),
        part('hour'),
        part('minute'),
        part('second'),
      );
      return local - Math.floor(at / 1000) * 1000;
    },
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  const numeric = 'numeric';
  const date = { year: numeric, month: numeric, day: numeric } as const;
  const time = { hour: numeric, minute: numeric, second: numeric, hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, ...date, ...time });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
