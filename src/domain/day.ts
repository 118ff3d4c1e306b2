/** A day, milliseconds. */
export const DAY_MS = 86_400_000;

/** The day in UTC of a time, `YYYY-MM-DD`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/**
 * The days from one to another, both included, the oldest first; none where the range ends before it starts.
 * @param first `YYYY-MM-DD`, as the other one and the answer
 * @returns null where there are more than `maxDays`
 */
export function daysBetween(first: string, last: string, maxDays: number): string[] | null {
  const start = Date.parse(first);
  const count = Math.max(0, Math.round((Date.parse(last) - start) / DAY_MS) + 1);
  if (count > maxDays) return null;
  return Array.from({ length: count }, (_, index) => dayOf(new Date(start + index * DAY_MS)));
}
