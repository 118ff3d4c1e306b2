/** Counts the bytes that each holder holds. */
export interface ByteBudget<T> {
  /** Counts so many bytes, in the place of what it held before. */
  hold(holder: T, bytes: number): void;
  release(holder: T): void;
  /** What all of them hold. */
  readonly total: () => number;
}

/** Builds a budget. Beyond it, those that have held theirs longest are let go of. */
export function createByteBudget<T>(maxBytes: number, evict: (holder: T) => void): ByteBudget<T> {
  const held = new Map<T, number>();
  let total = 0;
  const release = (holder: T) => {
    total -= held.get(holder) ?? 0;
    held.delete(holder);
  };
  return {
    release,
    total: () => total,
    hold: (holder, bytes) => {
      release(holder);
      if (bytes === 0) return;
      held.set(holder, bytes);
      total += bytes;
      for (const oldest of held.keys()) {
        if (total <= maxBytes || oldest === holder) break;
        release(oldest);
        evict(oldest);
      }
    },
  };
}
