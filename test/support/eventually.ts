import { setImmediate } from 'node:timers/promises';

/** How long a test waits for anything: less than Jest gives a test, so that the test says what it waited for. */
const PATIENCE_MS = 50_000;

/**
 * Asks again and again until the check holds.
 * @param what what is waited for, to go on with "waited for"
 * @throws Error that says what it was, if it does not come
 */
export async function eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (!(await check())) {
    if (performance.now() > untilMs) throw tooLong(what);
    await setImmediate();
  }
}

/**
 * Waits for an event.
 * @param what what is waited for, to go on with "waited for"
 * @throws Error that says what it was, if it does not come
 */
export async function inTime<T>(what: string, event: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(tooLong(what));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([event, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLong(what: string): Error {
  return new Error(`The test has waited for ${what}, in vain for ${String(PATIENCE_MS / 1000)} s`);
}
