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
  const zone = timeZone === undefined ? {} : { timeZone };
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', ...zone });
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', ...zone });
  const year = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric', ...zone });
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...zone,
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const unit = (name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    });
  const units = {
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
  const known = (iso: string | null, write: (date: Date) => string) => {
    const ms = iso === null ? Number.NaN : Date.parse(iso);
    return Number.isNaN(ms) ? UNKNOWN : write(new Date(ms));
  };
  return {
    moment: (iso) => known(iso, (date) => moment.format(date)),
    short: (iso) =>
      known(iso, (date) => {
        const today = new Date(now());
        if (year.format(date) === year.format(today)) return time.format(date);
        const isThisYear = date.getFullYear() === today.getFullYear();
        return `${(isThisYear ? day : year).format(date)}, ${time.format(date)}`;
      }),
    ago: (iso) => known(iso, (date) => agoOf(relative, now() - date.getTime())),
    duration: (ms) => {
      if (ms === null) return UNKNOWN;
      const whole = Math.max(0, ms);
      if (whole < 1000) return units.ms.format(Math.round(whole));
      if (whole < 60_000) return units.tenths.format(whole / 1000);
      const seconds = Math.floor(whole / 1000);
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
    },
    number: (value) => (value === null ? UNKNOWN : number.format(value)),
    bytes: (bytes) => {
      if (bytes < 1000) return units.byte.format(bytes);
      return bytes < 1_000_000 ? units.kB.format(bytes / 1000) : units.MB.format(bytes / 1_000_000);
    },
  };
}

function agoOf(relative: Intl.RelativeTimeFormat, ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (Math.abs(seconds) < 60) return relative.format(-seconds, 'second');
  if (Math.abs(seconds) < 3600) return relative.format(-Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
  return relative.format(-Math.round(seconds / 86_400), 'day');
}
