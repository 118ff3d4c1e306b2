/** Choices that follow from a seed alone. */
export interface Random {
  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number;
  /** True that often, of one. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Each of them with that chance, in order. */
  some<T>(list: readonly T[], share: number): T[];
  /** So many hexadecimal digits. */
  hex(length: number): string;
}

/** Builds the choices of a seed: mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const chance = (share: number) => next() < share;
  return {
    below,
    chance,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new Error('There is nothing to pick from');
      return list[below(list.length)] as T;
    },
    some: (list, share) => list.filter(() => chance(share)),
    hex: (length) => Array.from({ length }, () => below(16).toString(16)).join(''),
  };
}
