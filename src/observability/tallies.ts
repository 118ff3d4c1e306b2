/** Counts by names that clients choose: so many of them are told apart at a time, and no more. */
export interface Tallies<T> {
  /**
   * What is counted under a name of two parts; null: it has no count of its own.
   * @param mayEnter whether a name that is new may have one
   */
  of(first: string, second: string, mayEnter: boolean): T | null;
  /** The count of many, under a word of the gateway's own. There have to be few such words. */
  shared(first: string, second: string): T;
  /** All counts there are. */
  all(): readonly T[];
}

/** What tallies are built from. */
export interface TalliesOptions<T> {
  readonly create: (first: string, second: string) => T;
  /** How many names are told apart. */
  readonly max: number;
  /** A name that has not been seen for so long makes room for another one. */
  readonly keepMs: number;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
}

/** Builds tallies without a name. Who comes first stays, as long as it goes on coming: ever new names push nobody out. */
export function createTallies<T>({ create, max, keepMs, now }: TalliesOptions<T>): Tallies<T> {
  const named = new Map<string, { readonly tally: T; seenAt: number }>();
  const shared = new Map<string, T>();

  const makeRoom = (): boolean => {
    if (named.size < max) return true;
    for (const [name, { seenAt }] of named) {
      if (now() - seenAt > keepMs) return named.delete(name);
    }
    return false;
  };

  return {
    of: (first, second, mayEnter) => {
      const name = `${first}\n${second}`;
      const known = named.get(name);
      if (known !== undefined) {
        known.seenAt = now();
        return known.tally;
      }
      if (!mayEnter || !makeRoom()) return null;
      const tally = create(first, second);
      named.set(name, { tally, seenAt: now() });
      return tally;
    },
    shared: (first, second) => {
      const name = `${first}\n${second}`;
      const known = shared.get(name);
      if (known !== undefined) return known;
      const tally = create(first, second);
      shared.set(name, tally);
      return tally;
    },
    all: () => [...Array.from(named.values(), ({ tally }) => tally), ...shared.values()],
  };
}
