/** What has become of the lines of a log. */
export interface LogCounts {
  /** How many were written, by their level. */
  readonly written: Record<'debug' | 'info' | 'warn' | 'error', number>;
  /** How many are lost, since nobody took them and no more can be kept. */
  lost: number;
}

/** The counts of a log without lines. */
export function createLogCounts(): LogCounts {
  return { written: { debug: 0, info: 0, warn: 0, error: 0 }, lost: 0 };
}
