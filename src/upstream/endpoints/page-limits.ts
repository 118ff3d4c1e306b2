import { LRUCache } from 'lru-cache';

/** How large the pages of one caller's lists can be, by route: what upstream has shown. */
export interface PageLimits {
  /** The most rows to ask for in one call. */
  limitOf(route: string): number;
  /** Whether upstream has made a page of this size lately. */
  isProven(route: string, size: number): boolean;
  /** Upstream has made a page of this size. */
  prove(route: string, size: number): void;
  /** Upstream makes no larger pages than that. */
  learn(route: string, limit: number): void;
}

/** How long it holds what upstream has shown: it may make larger pages by then. */
const KEEP_MS = 600_000;
/** How many routes of callers are remembered. */
const MAX_KEPT = 10_000;

/** What is known of a route: the largest page that came whole, and the size beyond which none does. */
interface Known {
  readonly proven: number;
  readonly limit: number;
  /** When it was learned, on the monotonic clock. */
  readonly at: number;
}

/**
 * Builds an empty memory.
 * @param maxPageSize no page is ever asked to be larger
 * @param now milliseconds that only ever go forward
 */
export function createPageLimits(maxPageSize: number, now: () => number) {
  // Each has a size of one, since room for a `max` would be taken at once.
  const known = new LRUCache<string, Known>({ maxSize: MAX_KEPT, sizeCalculation: () => 1 });

  /** What is known for one caller. `identityOf` throws where nobody is signed in. */
  return (identityOf: () => string): PageLimits => {
    const keyOf = (route: string) => `${identityOf()} ${route}`;
    const get = (route: string): Known => {
      const found = known.get(keyOf(route));
      if (found !== undefined && now() - found.at < KEEP_MS) return found;
      return { proven: 0, limit: maxPageSize, at: now() };
    };
    return {
      limitOf: (route) => get(route).limit,
      isProven: (route, size) => size <= get(route).proven,
      prove: (route, size) => {
        const found = get(route);
        if (size > found.proven) known.set(keyOf(route), { ...found, proven: size });
      },
      learn: (route, limit) => {
        const { proven } = get(route);
        known.set(keyOf(route), { proven: Math.min(proven, limit), limit, at: now() });
      },
    };
  };
}
