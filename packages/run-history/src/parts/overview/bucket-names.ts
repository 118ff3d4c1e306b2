import type { BucketUnit } from '../../documents/generated.ts';

/** How the hours or days of a chart are called. */
export interface BucketNames {
  /** In full, such as `Tue 24 Nov` or `Tue 24 Nov, 14:00`. */
  readonly full: (iso: string) => string;
  /** For the axis: `24 Nov` or `14:00`. */
  readonly short: (iso: string) => string;
}

/** The names in a language, by the clocks of a zone. */
export function bucketNames(locale: string | undefined, timeZone: string, unit: BucketUnit): BucketNames {
  const day = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short', day: 'numeric', month: 'short' });
  const date = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short' });
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit' });
  const of = (format: Intl.DateTimeFormat) => (iso: string) => format.format(new Date(iso));
  if (unit === 'DAY') return { full: of(day), short: of(date) };
  return { full: (iso) => `${of(day)(iso)}, ${of(time)(iso)}`, short: of(time) };
}
