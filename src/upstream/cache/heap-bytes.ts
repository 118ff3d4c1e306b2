/** What values take in V8's heap, in bytes. */
const REFERENCE = 8;
const STRING = 20;
const ARRAY = 32;
const OBJECT = 56;
const DATE = 104;
const NUMBER = 16;
/** A key that the object before it does not have in the same position: its name, and a hidden class that knows it. */
const NEW_KEY = 96;
/** No answer of upstream that means something is as deep. */
const MAX_DEPTH = 200;

/**
 * About how much memory a value takes that was read from JSON; `Infinity` where it is too deep to be looked at. It may be
 * 20 times its text, as that of `[{},{},…]` is.
 * @param characterBytes how many bytes a character of its texts takes
 */
export function heapBytesOf(value: unknown, characterBytes: 1 | 2): number {
  return new HeapWalk(characterBytes).bytesOf(value, 0);
}

class HeapWalk {
  readonly #characterBytes: number;
  /** The keys of the last object of each depth: the rows of a list are alike, and share what tells them. */
  readonly #keys: string[][] = [];

  constructor(characterBytes: number) {
    this.#characterBytes = characterBytes;
  }

  /** What a value takes besides the reference to it. */
  bytesOf(value: unknown, depth: number): number {
    if (typeof value === 'string') return STRING + value.length * this.#characterBytes;
    if (typeof value === 'number') return (value | 0) === value ? 0 : NUMBER;
    if (typeof value !== 'object' || value === null) return 0;
    if (depth > MAX_DEPTH) return Infinity;
    return Array.isArray(value) ? this.#ofArray(value, depth + 1) : this.#ofObject(value, depth + 1);
  }

  #ofArray(array: readonly unknown[], depth: number): number {
    let bytes = ARRAY;
    for (const element of array) bytes += REFERENCE + this.bytesOf(element, depth);
    return bytes;
  }

  #ofObject(object: object, depth: number): number {
    const known = (this.#keys[depth] ??= []);
    let bytes = OBJECT;
    let count = 0;
    for (const key in object) {
      bytes += REFERENCE + this.bytesOf((object as Record<string, unknown>)[key], depth);
      if (known[count] !== key) {
        known[count] = key;
        bytes += NEW_KEY + key.length * this.#characterBytes;
      }
      count += 1;
    }
    return count === 0 && object instanceof Date ? DATE : bytes;
  }
}
