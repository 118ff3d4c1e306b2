import { setImmediate } from 'node:timers/promises';

/** How long a test waits for anything: less than Jest gives a test, so that the test says what it waited for. */
const PATIENCE_MS = 150_000;

/** What is waited for, to go on with "waited for"; a function where it is told best when it does not come. */
type What = string | (() => string);

/**
 * Asks again and again until the check holds.
 * @throws Error that says what it was, if it does not come
 */
export async function eventually(what: What, check: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (!(await check())) {
    if (performance.now() > untilMs) throw tooLong(what);
    await setImmediate();
  }
}

/**
 * Waits for an event.
 * @throws Error that says what it was, if it does not come
 */
export async function inTime<T>(what: What, event: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(tooLong(what));
    }, PATIENCE_MS).unref();
  });
  try {
    return await Promise.race([event, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Those who wait for a condition of something that says when it may have changed. */
export interface Watchers {
  /** Asks all of them again. */
  notify(): void;
  /** Resolves once the condition holds. */
  until(what: What, condition: () => boolean): Promise<void>;
}

export function createWatchers(): Watchers {
  const watchers = new Set<() => void>();
  return {
    notify: () => {
      for (const watcher of watchers) watcher();
    },
    until: (what, condition) => {
      const holds = new Promise<void>((resolve) => {
        const watcher = () => {
          if (!condition()) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      });
      return inTime(what, holds);
    },
  };
}

function tooLong(what: What): Error {
  const told = typeof what === 'string' ? what : what();
  return new Error(`The test has waited for ${told}, in vain for ${String(PATIENCE_MS / 1000)} s`);
}
