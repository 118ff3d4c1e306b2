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
  /** How many clients have asked since then, and how many of them for the first time. */
  readonly clients: number;
  readonly newcomers: number;
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
 * So many clients are no overload, however long they take: each waits for its answer before it asks again, and a wait is
 * better for it than a refusal.
 */
const MANY = 32;
/**
 * So many clients that are new are an overload, though few have been heard: Node.js takes one new connection in a round
 * of its event loop, and who waits to be taken cannot be counted.
 */
const MANY_NEWCOMERS = 8;
/** Who is idle for this share of the time has caught up. */
const CAUGHT_UP = 0.25;

/**
 * What is known when another request comes in.
 * @param afterMs how long there must be no pause before the process is busy
 */
export function afterArrival(known: Busyness, arrival: Arrival, afterMs: number): Busyness {
  const { nowMs, idleMs } = arrival;
  const hasPaused = idleMs - known.idleMs >= PAUSE_MS;
  const sinceMs = hasPaused ? nowMs : known.sinceMs;
  const begins = hasPaused && !known.isBusy;
  const from = begins ? { ...NOBODY, fromMs: nowMs, fromIdleMs: idleMs } : known;
  const clients = from.clients + Number(arrival.lastFromMs !== from.fromMs);
  const newcomers = from.newcomers + Number(arrival.lastFromMs === undefined);
  const next = { ...known, ...from, sinceMs, idleMs, isBusy: known.isBusy, clients, newcomers };
  const spanMs = nowMs - from.fromMs;
  const idleShare = (idleMs - from.fromIdleMs) / spanMs;
  const times = !known.isBusy ? 1 : idleShare < MOSTLY ? LONGER : LONG;
  if (spanMs < afterMs * times) return next;
  const anew = { ...next, ...NOBODY, fromMs: nowMs, fromIdleMs: idleMs };
  if (!known.isBusy) {
    return clients > MANY || newcomers >= MANY_NEWCOMERS ? { ...anew, isBusy: true } : next;
  }
  return { ...anew, isBusy: idleShare < CAUGHT_UP && (clients > MANY || newcomers > 0) };
}

/** Who is idle for this share has caught up sooner. */
const MOSTLY = 0.5;
const LONG = 3;
/** So many times longer it is looked at before it has caught up: in between there are pauses too. */
const LONGER = 10;

const NOBODY = { clients: 0, newcomers: 0 };
