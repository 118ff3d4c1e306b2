/** When new operations are refused; see `settings/overload.ts`. */
export interface OverloadLimits {
  readonly maxOperations: number;
  /** Milliseconds; 0: the event loop is not looked at. */
  readonly afterMs: number;
  /** From 0 to 1. */
  readonly maxMemoryShare: number;
}

/** How the process is when a request comes in. */
export interface Load {
  /** Operations in progress. */
  readonly operations: number;
  /** How much of the memory that it may have is in use, from 0 to 1. */
  readonly memoryShare: number;
  /** Whether it has had more to do than it can for a while. */
  readonly isBusy: boolean;
  /** How long the request has waited until it was looked at, in milliseconds, at the most. */
  readonly waitedMs: number;
}

/** What an operation is refused for. */
export type Pressure = 'operations' | 'memory' | 'event loop';

/**
 * So long may a request have waited while the process is busy. It bounds what the event loop has before it at any time,
 * so it is what keeps those fast that are let in.
 */
const FAST_MS = 8;

/** Says what a new operation has to be refused for; null: it may come in. */
export function pressureOf(load: Load, limits: OverloadLimits): Pressure | null {
  if (load.operations >= limits.maxOperations) return 'operations';
  // One at a time goes on: memory is given back only where work is done.
  if (load.memoryShare >= limits.maxMemoryShare && load.operations > 0) return 'memory';
  return load.isBusy && load.waitedMs > FAST_MS ? 'event loop' : null;
}

/** What is known of the event loop since it last paused or, while it is busy, since it was last judged. */
export interface Busyness {
  readonly sinceMs: number;
  /** How long it had been idle in all when it was last looked at or, while it is busy, judged. */
  readonly idleMs: number;
  readonly isBusy: boolean;
}

/** When a request comes in: the time, how long the event loop has been idle in all, and what it found. */
export interface Arrival {
  readonly nowMs: number;
  readonly idleMs: number;
  /** How long the request has waited. */
  readonly waitedMs: number;
  /** How many requests have come in together, with it or just before it. */
  readonly together: number;
}

/** Idle for so long between two requests, the event loop has nothing left to do. */
const PAUSE_MS = 1;
/**
 * So many at once are no overload, however long they take: clients that wait for their answer before they ask again.
 * Where more come than can be answered, the queue has more after a moment.
 */
const MANY = 64;
/** A queue this long, and not a burst that is worked off, is what makes a process busy. */
const SLOW_MS = 50;
/** Who is idle for this share of the time has caught up. */
const CAUGHT_UP = 0.1;

/**
 * What is known when another request comes in.
 * @param afterMs how long there must be no pause before the process is busy
 */
export function afterArrival(
  known: Busyness,
  { nowMs, idleMs, waitedMs, together }: Arrival,
  afterMs: number,
): Busyness {
  const anew = { sinceMs: nowMs, idleMs, isBusy: false };
  const spanMs = nowMs - known.sinceMs;
  if (known.isBusy) {
    if (spanMs < afterMs) return known;
    return { ...anew, isBusy: idleMs - known.idleMs < CAUGHT_UP * spanMs };
  }
  if (idleMs - known.idleMs >= PAUSE_MS) return anew;
  if (spanMs >= afterMs && together > MANY && waitedMs > SLOW_MS) return { ...anew, isBusy: true };
  return { ...known, idleMs };
}

/** A round of the event loop: what happens between two times at which it asks for what has come in. */
export interface Round {
  readonly sinceMs: number;
  readonly endMs: number;
  /** How long the event loop had been idle at its end, in all. */
  readonly idleMs: number;
  /** How many requests came in during it. */
  readonly requests: number;
}

/** Less than this is no pause between two rounds, but the time that asking takes. */
const NEXT_MS = 0.5;

/**
 * When the round began that a first request shows: where the last one ended, unless there was a pause.
 * @returns the time, how long what comes in now may have waited during the last round, and how many came in then
 */
export function beginRound(last: Round, nowMs: number, idleMs: number) {
  const isNext = idleMs - last.idleMs < NEXT_MS;
  return isNext
    ? { sinceMs: last.endMs, waitedMs: last.endMs - last.sinceMs, before: last.requests }
    : { sinceMs: nowMs, waitedMs: 0, before: 0 };
}
