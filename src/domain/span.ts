import { DAY_MS } from './day.ts';
import type { TimeRange } from './time-range.ts';
import type { TimeZone } from './time-zone.ts';

/** How long a span is, by the clocks of a time zone. */
export type SpanUnit = 'HOUR' | 'DAY';

const HOUR_MS = 3_600_000;

/**
 * Cuts a range wherever the clocks of a time zone begin a new hour or day: its spans, the oldest first and without a gap.
 * The first and the last are cut off where the range ends within them. A day on which clocks change is longer or shorter.
 * @param range bounded on both sides
 */
export function spansIn({ fromMs, untilMs }: TimeRange, unit: SpanUnit, zone: TimeZone): TimeRange[] {
  const spans: TimeRange[] = [];
  for (let at = fromMs; at < untilMs;) {
    const next = Math.min(untilMs, nextStart(at, unit, zone));
    spans.push({ fromMs: at, untilMs: next });
    at = next;
  }
  return spans;
}

/** When the next hour or day begins by the clocks of a time zone, epoch milliseconds; always later than `at`. */
export function nextStart(at: number, unit: SpanUnit, zone: TimeZone): number {
  const offsetMs = zone.offsetMs(at);
  if (unit === 'HOUR') return at + HOUR_MS - modulo(at + offsetMs, HOUR_MS);
  const midnight = at + offsetMs + DAY_MS - modulo(at + offsetMs, DAY_MS);
  // Clocks may change between then and now. Where they pass midnight twice the day begins with the first time, and where
  // they skip it, when they skip it.
  const around = midnight - offsetMs;
  const starts = [around - DAY_MS, around + DAY_MS]
    .map((time) => midnight - zone.offsetMs(time))
    .filter((start) => start > at && start + zone.offsetMs(start) === midnight);
  return starts.length > 0 ? Math.min(...starts) : midnight - offsetMs;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
