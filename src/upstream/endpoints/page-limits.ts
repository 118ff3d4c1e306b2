import { Recent } from '../../domain/recent.ts';

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

/** What is known of all callers, and for how long. */
interface Memory {
  /** By identity and route. */
  readonly known: Recent<Known>;
  readonly maxPageSize: number;
  readonly now: () => number;
}

/**
 * Builds an empty memory.
 * @param maxPageSize no page is ever asked to be larger
 * @param now milliseconds that only ever go forward
 */
export function createPageLimits(maxPageSize: number, now: () => number) {
  const known = new Recent<Known>(MAX_KEPT);
  const memory = { known, maxPageSize, now };
  /** What is known for one caller. `identityOf` throws where nobody is signed in. */
  return (identityOf: () => string): PageLimits => new LimitsOfCaller(memory, identityOf);
}

class LimitsOfCaller implements PageLimits {
  readonly #memory: Memory;
  readonly #identityOf: () => string;

  constructor(memory: Memory, identityOf: () => string) {
    this.#memory = memory;
    this.#identityOf = identityOf;
  }

  limitOf(route: string): number {
    return this.#get(this.#keyOf(route)).limit;
  }

  isProven(route: string, size: number): boolean {
    return size <= this.#get(this.#keyOf(route)).proven;
  }

  prove(route: string, size: number): void {
    const key = this.#keyOf(route);
    const found = this.#get(key);
    if (size > found.proven) this.#memory.known.set(key, { ...found, proven: size });
  }

  learn(route: string, limit: number): void {
    const key = this.#keyOf(route);
    const proven = Math.min(this.#get(key).proven, limit);
    this.#memory.known.set(key, { proven, limit, at: this.#memory.now() });
  }

  #keyOf(route: string): string {
    return `${this.#identityOf()} ${route}`;
  }

  #get(key: string): Known {
    const { known, maxPageSize, now } = this.#memory;
    const found = known.get(key);
    if (found !== undefined && now() - found.at < KEEP_MS) return found;
    return { proven: 0, limit: maxPageSize, at: now() };
  }
}
