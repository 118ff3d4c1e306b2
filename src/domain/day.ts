/** A day, milliseconds. */
export const DAY_MS = 86_400_000;

/** The day in UTC of a time, `YYYY-MM-DD`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
