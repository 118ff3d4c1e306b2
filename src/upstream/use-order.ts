/** What can stand in an order of use, in one at a time. */
export interface Ordered<T> {
  before: T | null;
  after: T | null;
}

/** Things by when they were last used. Every step takes the same time, however many there are. */
export class UseOrder<T extends Ordered<T>> {
  #first: T | null = null;
  #last: T | null = null;

  /** The one that was not used for longest; null: there is none. */
  get leastUsed(): T | null {
    return this.#first;
  }

  /** Adds one that has just been used. */
  add(one: T): void {
    one.before = this.#last;
    if (this.#last === null) this.#first = one;
    else this.#last.after = one;
    this.#last = one;
  }

  /** Adds one that was used before all others. */
  addUnused(one: T): void {
    one.after = this.#first;
    if (this.#first === null) this.#last = one;
    else this.#first.before = one;
    this.#first = one;
  }

  remove(one: T): void {
    const { before, after } = one;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    one.before = null;
    one.after = null;
  }
}
