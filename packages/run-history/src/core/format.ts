/** How times, durations and numbers are written. Each of them takes null for what is not known. */
export interface Format {
  /** A moment with its day, its seconds and its zone: for tooltips and details. */
  readonly moment: (iso: string | null) => string;
  /** A moment as short as can be: the time of a day that is today, else the day too. */
  readonly short: (iso: string | null) => string;
  /** How long ago, such as `3 minutes ago`. */
  readonly ago: (iso: string | null) => string;
  /** A duration in milliseconds, such as `1.2 s` or `3 min 5 s`; below zero counts as zero. */
  readonly duration: (ms: number | null) => string;
  readonly number: (value: number | null) => string;
  readonly bytes: (bytes: number) => string;
}

/** What is written for what is not known. */
const UNKNOWN = '–';

/**
 * @param locale such as `de`; the browser's own where it is undefined
 * @param timeZone such as `Europe/Berlin`; the browser's own where it is undefined
 * @param now the time of day in milliseconds, asked for whenever it is needed
 */
export function createFormat(
  locale: string | undefined,
  timeZone: string | undefined,
  now: () => number = Date.now,
): Format {
  const dates = createDates(locale, timeZone);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const units = createUnits(locale);
  const known = (iso: string | null, write: (date: Date) => string) => {
    const ms = iso === null ? Number.NaN : Date.parse(iso);
    return Number.isNaN(ms) ? UNKNOWN : write(new Date(ms));
  };
  return {
    moment: (iso) => known(iso, (date) => dates.moment.format(date)),
    short: (iso) => known(iso, (date) => shortOf(dates, date, new Date(now()))),
    ago: (iso) => known(iso, (date) => agoOf(relative, now() - date.getTime())),
    duration: (ms) => (ms === null ? UNKNOWN : durationOf(units, Math.max(0, ms))),
    number: (value) => (value === null ? UNKNOWN : number.format(value)),
    bytes: (bytes) => bytesOf(units, bytes),
  };
}

function createDates(locale: string | undefined, timeZone: string | undefined) {
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, ...zone });
  return {
    moment: format({ dateStyle: 'medium', timeStyle: 'long' }),
    day: format({ month: 'short', day: 'numeric' }),
    year: format({ year: 'numeric', month: 'short', day: 'numeric' }),
    time: format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
}

function shortOf({ day, year, time }: ReturnType<typeof createDates>, date: Date, today: Date): string {
  if (year.format(date) === year.format(today)) return time.format(date);
  const isThisYear = date.getFullYear() === today.getFullYear();
  return `${(isThisYear ? day : year).format(date)}, ${time.format(date)}`;
}

type Units = ReturnType<typeof createUnits>;

function createUnits(locale: string | undefined) {
  const unit = (name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    });
  return {
    ms: unit('millisecond'),
    tenths: unit('second', 1),
    s: unit('second'),
    min: unit('minute'),
    h: unit('hour'),
    d: unit('day'),
    byte: unit('byte'),
    kB: unit('kilobyte', 1),
    MB: unit('megabyte', 1),
  };
}

function durationOf(units: Units, ms: number): string {
  if (ms < 1000) return units.ms.format(Math.round(ms));
  if (ms < 60_000) return units.tenths.format(ms / 1000);
  const seconds = Math.floor(ms / 1000);
  const [d, h, min, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (d > 0) return `${units.d.format(d)} ${units.h.format(h)}`;
  return h > 0
    ? `${units.h.format(h)} ${units.min.format(min)}`
    : `${units.min.format(min)} ${units.s.format(s)}`;
}

function bytesOf(units: Units, bytes: number): string {
  if (bytes < 1000) return units.byte.format(bytes);
  return bytes < 1_000_000 ? units.kB.format(bytes / 1000) : units.MB.format(bytes / 1_000_000);
}

function agoOf(relative: Intl.RelativeTimeFormat, ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (Math.abs(seconds) < 60) return relative.format(-seconds, 'second');
  if (Math.abs(seconds) < 3600) return relative.format(-Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
  return relative.format(-Math.round(seconds / 86_400), 'day');
}
