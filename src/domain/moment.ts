/**
 * When something was, by two clocks: one that only ever goes forward, to measure ages and to compare by, and the time of
 * day, which can be set at any time, to tell to others.
 */
export interface Moment {
  /** Milliseconds on the monotonic clock of this process. */
  readonly at: number;
  /** The time of day then, epoch milliseconds. */
  readonly date: number;
}

/** The present moment by a clock. */
export function momentOf(clock: { now(): number; date(): number }): Moment {
  return { at: clock.now(), date: clock.date() };
}

/** The earlier one of two moments. */
export function earlier(one: Moment, other: Moment): Moment {
  const { at, date } = one.at <= other.at ? one : other;
  return { at, date };
}
