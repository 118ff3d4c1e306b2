import type { Asked, Freshness } from '../call.ts';
import type { StillFresh } from '../operation.ts';
import type { CacheStore } from './memory-store.ts';

/** An answer that was remembered and fresh when it was served. It is told by its number: kept itself, it would outlive its room. */
interface Part {
  /** What it is remembered under. */
  readonly key: string;
  readonly serial: number;
  /** On the clock's `now()`. */
  readonly askedAt: number;
  /** As little of the call as can be: this is kept for as long as the answer is of use. */
  readonly asked: Asked;
  readonly freshness: Freshness | 'notFound';
  /** On the clock's `now()`. */
  readonly freshUntil: number;
}

/**
 * Builds what tells whether an answer still is what `withCache` would serve as fresh to the same identity: it is still
 * remembered, and neither too old nor outdated. That the identity's epoch is the same, and its credentials are good,
 * holds for all of its answers alike, and is for whoever asks to see to.
 */
export function createStillFresh(
  store: CacheStore,
  outdatedAt: (asked: Asked, freshness: Part['freshness']) => number,
  { key, serial, askedAt, asked, freshness, freshUntil }: Part,
): StillFresh {
  return (now) => now < freshUntil && store.holds(key, serial) && askedAt >= outdatedAt(asked, freshness);
}
