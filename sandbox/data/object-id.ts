import { hash } from './random.ts';

/** The largest counter that fits an id. */
export const MAX_COUNTER = 0xffffff;

/** Ten hex digits which tell the ids of one owner (an account, a collection) from those of another. */
export function idTag(seed: number, owner: number): string {
  const high = hash(seed, owner, 1).toString(16).padStart(8, '0');
  const low = (hash(seed, owner, 2) & 0xff).toString(16).padStart(2, '0');
  return high + low;
}

/** A Mongo ObjectId: 8 hex digits of creation time in seconds, the owner's tag, a counter. */
export function objectId(createdAtMs: number, tag: string, counter: number): string {
  const seconds = Math.floor(createdAtMs / 1000);
  return seconds.toString(16).padStart(8, '0') + tag + counter.toString(16).padStart(6, '0');
}

/** The counter inside an id, or null if the text is not an id with that tag. */
export function counterOf(id: string, tag: string): number | null {
  if (!/^[0-9a-f]{24}$/.test(id) || id.slice(8, 18) !== tag) return null;
  return Number.parseInt(id.slice(18), 16);
}
