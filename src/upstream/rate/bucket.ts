import type { Clock } from '../../clock.ts';
import type { TraceSpan } from '../../observability/trace-span.ts';

/** What upstream allows. */
export interface Rate {
  /** Sustained requests a second. */
  readonly perSecond: number;
  /** Requests that may go out at once after a pause. */
  readonly burst: number;
}

/** Hands out the right to send one request, ahead of time. */
export interface Bucket {
  /**
   * A turn that comes this much too late, in milliseconds, must not be used any more. Replicas that were held up at
   * the same time would otherwise come with the turn of each and the burst on top.
   */
  readonly missedAfterMs: number;
  /** How many requests could be sent at once now, as far as is known without asking anybody. */
  available(): number;
  /**
   * Reserves the next request. Answers how many milliseconds from now it may be sent; negative: since when it might have
   * been.
   * @param trace of who is the next to be sent; left out, or null: nobody wants to know
   */
  reserve(trace?: TraceSpan | null): Promise<number>;
  /** Reserves the next request if it may be sent now; false: it may not, or nobody can tell without asking somebody. */
  take(): boolean;
  /** Gives back what was reserved last and not used. */
  giveBack(): void;
  /** Upstream wants to be left alone for so long. */
  pause(pauseMs: number): void;
}

/** How much of the burst is held back. */
const HELD_BACK = 3;

/**
 * What of an allowance to use. Requests sent in good order can arrive bunched, and clocks differ by a little, so
 * the gateway holds back three requests of the burst and one per cent of the rate: upstream's own bucket is then never
 * quite empty when a request arrives.
 */
export function safeRate({ perSecond, burst }: Rate): Rate {
  return { perSecond: perSecond * 0.99, burst: Math.max(1, burst - HELD_BACK) };
}

/** How many requests of the burst `safeRate` holds back. */
export function heldBackOf({ burst }: Rate): number {
  return Math.min(HELD_BACK, burst - 1);
}

/** What each of several replicas may send when they cannot share: together no more than the whole. */
export function partOf({ perSecond, burst }: Rate, replicas: number): Rate {
  return { perSecond: perSecond / replicas, burst: Math.max(1, Math.floor(burst / replicas)) };
}

/** Builds a bucket that is full at first. It keeps the time at which the next request may go, and nothing else. */
export function createLocalBucket({ perSecond, burst }: Rate, clock: Clock): Bucket {
  const intervalMs = 1000 / perSecond;
  let next = -Infinity;
  /** When the next request may go: in the past as long as more than one may go at once. */
  const nextFrom = (now: number) => Math.max(next, now - (burst - 1) * intervalMs);
  return {
    missedAfterMs: Infinity,
    available: () => {
      const now = clock.now();
      return savedUp(now - nextFrom(now), intervalMs);
    },
    reserve: () => {
      const now = clock.now();
      const at = nextFrom(now);
      next = at + intervalMs;
      return Promise.resolve(Math.max(0, at - now));
    },
    take: () => {
      const now = clock.now();
      const at = nextFrom(now);
      if (at > now) return false;
      next = at + intervalMs;
      return true;
    },
    giveBack: () => {
      next -= intervalMs;
    },
    pause: (pauseMs) => {
      next = Math.max(next, clock.now() + pauseMs);
    },
  };
}

/** How many requests may go at once when the first of them might have gone so long ago; a hair does not count. */
function savedUp(sinceMs: number, intervalMs: number): number {
  return Math.max(0, Math.floor(sinceMs / intervalMs + 1.000_001));
}
