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

/**
 * Waits; the one way to do so.
 * @param signal ends the wait: then it rejects with the signal's reason. Without one, nothing does.
 */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', give);
      resolve();
    });
    if (signal?.aborted === true) give();
    else signal?.addEventListener('abort', give, { once: true });
  });
}
