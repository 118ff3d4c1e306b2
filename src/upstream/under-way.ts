/**
 * What is under way, each by a key. Where a `Map` makes itself a new table, its old one points to that. Once one of them is in
 * V8's old generation, so are all that come after it, with all that they ever held. Here they hold slots, which are empty when
 * what was in them is over.
 */
export class UnderWay<T extends object> {
  readonly #slots = new Map<string, { thing: T | null }>();

  get(key: string): T | null {
    return this.#slots.get(key)?.thing ?? null;
  }

  /**
   * Adds a thing, in the place of what has that key.
   * @returns what takes it off when it is over, and may be called again
   */
  add(key: string, thing: T): () => void {
    const slot: { thing: T | null } = { thing };
    this.#slots.set(key, slot);
    return () => {
      slot.thing = null;
      if (this.#slots.get(key) === slot) this.#slots.delete(key);
    };
  }
}
