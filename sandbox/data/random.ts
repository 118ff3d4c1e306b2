// Taken out of the global object once: a look-up in it for every number is slow in an isolated context.
const { imul } = Math;

/** A deterministic pseudo-random hash of some integers, as an unsigned 32-bit integer. */
export function hash(...parts: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const part of parts) {
    state = imul(state ^ part, 0x85ebca6b);
    state = imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The element of a non-empty list that a hash value chooses. */
export function pick<T>(list: readonly [T, ...T[]], hashed: number): T {
  return list[hashed % list.length] ?? list[0];
}
