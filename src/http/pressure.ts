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
 * So long may it have been since the last pause for a request to be let in while the process is busy: it has waited no
 * longer than that, so this is what keeps those fast that are let in.
 */
const FAST_MS = 10;

/** Says what a new operation has to be refused for; null: it may come in. */
export function pressureOf(load: Load, limits: OverloadLimits): Pressure | null {
  if (load.operations >= limits.maxOperations) return 'operations';
  // One at a time goes on: memory is given back only where work is done.
  if (load.memoryShare >= limits.maxMemoryShare && load.operations > 0) return 'memory';
  return load.isBusy && load.waitedMs > FAST_MS ? 'event loop' : null;
}

/** What is known of the event loop. */
export interface Busyness {
  /** When it last had nothing left to do. Nobody who comes in has waited since before. */
  readonly sinceMs: number;
  /** How long it had been idle in all when somebody last asked. */
  readonly idleMs: number;
  readonly isBusy: boolean;
  /** Since when it is judged next: since the last pause or, while it is busy, since it was last judged. */
  readonly fromMs: number;
  readonly fromIdleMs: number;
  /** How many clients have asked since then. */
  readonly clients: number;
}

/** When a request comes in. */
export interface Arrival {
  readonly nowMs: number;
  /** How long the event loop has been idle in all. */
  readonly idleMs: number;
  /** The `fromMs` at which the same client has last asked; undefined: it never has. */
  readonly lastFromMs: number | undefined;
}

/** Idle for so long between two requests, the event loop has nothing left to do. */
const PAUSE_MS = 0.2;
/**
 * So many clients are no overload, however long they keep it busy: each waits for its answer before it asks again, and a
 * wait is better for it than a refusal.
 */
const MANY = 128;
/** Up to so many may come in one burst. More are no burst, and seen to be none in a part of the time. */
const CROWD = 600;
const PART_FOR_CROWD = 1 / 8;
/** While it is busy it is judged each second: in between there are pauses too. */
const JUDGED_AFTER_MS = 1000;
/** Who is idle for this share of that time has caught up. */
const CAUGHT_UP = 0.25;
/** Who is idle for this share of it has caught up sooner. */
const MOSTLY = 0.5;
const JUDGED_SOONER_MS = 300;

/**
 * What is known when another request comes in.
 * @param afterMs how long many clients may leave it no pause before the process is busy
 */
export function afterArrival(known: Busyness, arrival: Arrival, afterMs: number): Busyness {
  const { nowMs, idleMs, lastFromMs } = arrival;
  const hasPaused = idleMs - known.idleMs >= PAUSE_MS;
  const seen = { ...known, idleMs, sinceMs: hasPaused ? nowMs : known.sinceMs };
  const anew = { ...seen, fromMs: nowMs, fromIdleMs: idleMs, clients: 1 };
  if (hasPaused && !known.isBusy) return anew;
  const next = { ...seen, clients: known.clients + Number(lastFromMs !== known.fromMs) };
  const spanMs = nowMs - known.fromMs;
  if (!known.isBusy) return isOverload(next.clients, spanMs / afterMs) ? { ...anew, isBusy: true } : next;
  const idleShare = (idleMs - known.fromIdleMs) / spanMs;
  if (spanMs < (idleShare < MOSTLY ? JUDGED_AFTER_MS : JUDGED_SOONER_MS)) return next;
  return { ...anew, isBusy: idleShare < CAUGHT_UP };
}

/** @param part how much of the time that it takes to be busy there has been no pause */
function isOverload(clients: number, part: number): boolean {
  return (clients > MANY && part >= 1) || (clients > CROWD && part >= PART_FOR_CROWD);
}
