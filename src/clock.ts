/** Time, passed in wherever it matters so that tests can move it. */
export interface Clock {
  /** Milliseconds that only ever go forward, from an arbitrary start. */
  now(): number;
  /** The time of day, epoch milliseconds. */
  date(): number;
  /** Calls `callback` once, `delayMs` from now. The answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Tells that something is over, and why: as much of an `AbortSignal` as is used. */
export interface EndSignal {
  readonly aborted: boolean;
  /** The error to report, once it is over. */
  readonly reason: Error;
  /** The listener is called once. */
  addEventListener(type: 'abort', listener: () => void, options: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
  /** Throws the reason where it is over. */
  throwIfAborted(): void;
}

const NOT_OVER = new Error('It goes on');

/**
 * The end of something, which is still to come. An `AbortController` tells no more, at several times the price: an operation
 * has two ends, its own and its call's, and holds them while it waits.
 */
export class Ending implements EndSignal {
  aborted = false;
  reason: Error = NOT_OVER;
  readonly #listeners: (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /**
   * It is over. Only the first reason counts. What a listener throws keeps nobody else from being told: it is a rejection
   * that nobody handles, and so a defect that is noted.
   */
  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    // One that is taken off by another is not called.
    for (let next = this.#listeners.shift(); next !== undefined; next = this.#listeners.shift()) {
      try {
        next();
      } catch (error) {
        Promise.withResolvers().reject(error);
      }
    }
  }
}

/**
 * Waits; the one way to do so.
 * @param signal ends the wait: then it rejects with the signal's reason. Without one, nothing does.
 */
export function delay(clock: Clock, delayMs: number, signal?: EndSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      cancel();
      if (signal !== undefined) reject(signal.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', give);
      resolve();
    });
    if (signal?.aborted === true) give();
    else signal?.addEventListener('abort', give, { once: true });
  });
}

/**
 * Waits for something no longer than that; null where it takes longer. It goes on then, and what becomes of it is nobody's, a
 * failure too.
 */
export async function within<T>(clock: Clock, delayMs: number, promise: Promise<T>): Promise<T | null> {
  const tooLong = Promise.withResolvers<null>();
  const cancel = clock.after(delayMs, () => {
    tooLong.resolve(null);
  });
  try {
    return await Promise.race([promise, tooLong.promise]);
  } finally {
    cancel();
  }
}
