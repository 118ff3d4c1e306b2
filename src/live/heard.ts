import type { Clock } from '../clock.ts';

/** When upstream has told of changes by itself. */
export interface Heard {
  /** It has told of one. @param isRelayed whether another replica was told, and passed it on */
  readonly note: (isRelayed: boolean) => void;
  /** Nothing is passed on any more: what was says nothing of what will be told. */
  readonly forgetRelayed: () => void;
  /** How long ago that was, in milliseconds; Infinity: it has not, as far as that counts. */
  readonly sinceMs: () => number;
}

/** Builds the memory of one who has heard of nothing yet. */
export function createHeard(clock: Clock): Heard {
  let ownAt = -Infinity;
  let relayedAt = -Infinity;
  return {
    note: (isRelayed) => {
      if (isRelayed) relayedAt = clock.now();
      else ownAt = clock.now();
    },
    forgetRelayed: () => {
      relayedAt = -Infinity;
    },
    sinceMs: () => clock.now() - Math.max(ownAt, relayedAt),
  };
}
