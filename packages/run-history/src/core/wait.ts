/** Resolves after so many milliseconds, or at once when the signal aborts. */
export function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

/** Whether it was aborted by now; asked anew each time, where a compiler would take the first answer for the last. */
export function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
