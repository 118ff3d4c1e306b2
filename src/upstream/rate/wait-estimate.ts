/** What is known of a queue's next turns. Times are on the clock's `now()`. */
export interface Outlook {
  /** When the next turn is. */
  readonly nextAt: number;
  /** Until when upstream wants to be left alone. */
  readonly pausedUntil: number;
  /** How far apart turns are of late, in milliseconds. */
  readonly paceMs: number;
}

/** What a request needs to still have of its time, once sent, to be worth sending. */
export const SERVICE_MS = 100;
/** How much longer than foreseen a wait may turn out. */
const CAUTION = 1.1;
/** How much the pace of the last request tells of the next. */
const PACE_WEIGHT = 0.2;

/**
 * How long whoever is at a position has to wait, in milliseconds.
 * @param position 0 is next
 */
export function waitMsAt(position: number, now: number, { nextAt, pausedUntil, paceMs }: Outlook): number {
  return Math.max(0, nextAt - now, pausedUntil - now) + position * paceMs;
}

/** Whether a wait leaves time enough to be answered before the deadline. */
export function isInTime(waitMs: number, now: number, deadline: number): boolean {
  return now + waitMs * CAUTION + SERVICE_MS <= deadline;
}

/**
 * The pace after one more turn.
 * @param gapMs since the turn before, if somebody was waiting for this one already then; null if not
 * @param leastMs the pace when the bucket is in steady use: there is no faster one
 */
export function paceAfter(paceMs: number, gapMs: number | null, leastMs: number): number {
  return Math.max(leastMs, gapMs === null ? paceMs : paceMs + (gapMs - paceMs) * PACE_WEIGHT);
}

/** A request in a queue that cannot be served, and how long it would have had to wait. */
export interface Hopeless<T> {
  readonly item: T;
  readonly waitMs: number;
}

/** What waits, in order; it is looked at where it is. */
export interface Line<T> {
  readonly size: number;
  at(position: number): T | undefined;
}

/** By what a line is judged. */
export interface Facts<T> {
  readonly now: number;
  readonly outlook: Outlook;
  /** How many the line may hold. */
  readonly room: number;
  readonly deadlineOf: (item: T) => number;
}

/**
 * Finds what in a line cannot be served in time any more, or has no room, from a position on. Whoever is behind moves up.
 */
export function hopelessOf<T>(
  line: Line<T>,
  from: number,
  { now, outlook, room, deadlineOf }: Facts<T>,
): Hopeless<T>[] {
  const hopeless: Hopeless<T>[] = [];
  let next = from;
  for (let position = from; position < line.size; position++) {
    const item = line.at(position);
    if (item === undefined) break;
    const waitMs = waitMsAt(next, now, outlook);
    if (next < room && isInTime(waitMs, now, deadlineOf(item))) next += 1;
    else hopeless.push({ item, waitMs });
  }
  return hopeless;
}
