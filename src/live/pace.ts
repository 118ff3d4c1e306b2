/** How far apart the readings of a list are, in milliseconds. */
export interface Pace {
  /** While a run is under way. */
  readonly fastMs: number;
  /** While none is. */
  readonly slowMs: number;
}

/** What the pace depends on. */
export interface PaceFacts {
  /** Whether a run is under way; see `isUnderWay`. */
  readonly hasOpen: boolean;
  /** Whether the time that the list is about is over, so that no run can join it. */
  readonly isOver: boolean;
  /** How long ago upstream last told of a change by itself; Infinity: it has not. */
  readonly sinceHintMs: number;
  /** How long the last reading waited for the rate. */
  readonly waitedMs: number;
  /** How many readings have failed in a row. */
  readonly failures: number;
  /** How long upstream has asked to be left alone for. */
  readonly retryAfterMs: number;
}

/** For so long after the last hint upstream counts as telling by itself. */
const TELLS_FOR_MS = 300_000;
/** So much less often is read what upstream tells of by itself. */
const WHILE_TOLD = 3;
/** So much less often is read what no run can join any more, and in which none goes on. */
const WHEN_OVER = 6;
/** A reading that waited is followed by a pause of so many times that: who waits in the background has a part of it. */
const PAUSE_FOR_WAIT = 4;
/** The longest pause after failures, unless the pace itself is slower. */
const MAX_BACKOFF_MS = 60_000;

/** How long after one reading the next one is due. It is never further away than that: what is lost is found then. */
export function nextReadingMs(facts: PaceFacts, { fastMs, slowMs }: Pace): number {
  const { hasOpen, isOver, sinceHintMs, waitedMs, failures, retryAfterMs } = facts;
  const idleMs = isOver ? WHEN_OVER * slowMs : slowMs;
  const ownMs = (hasOpen ? fastMs : idleMs) * (sinceHintMs < TELLS_FOR_MS ? WHILE_TOLD : 1);
  const givingWayMs = Math.max(ownMs, PAUSE_FOR_WAIT * waitedMs);
  const backoffMs = Math.min(givingWayMs * 2 ** failures, Math.max(MAX_BACKOFF_MS, givingWayMs));
  return Math.max(backoffMs, retryAfterMs);
}
