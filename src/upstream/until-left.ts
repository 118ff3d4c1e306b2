import type { EndSignal } from '../clock.ts';

/**
 * Waits for something until who waits leaves: then it rejects with the signal's reason, and the thing goes on. What
 * becomes of it then is nobody's, a failure too.
 */
export async function untilLeft<T>(signal: EndSignal, promise: Promise<T>): Promise<T> {
  const left = Promise.withResolvers<never>();
  const leave = () => {
    left.reject(signal.reason);
  };
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([left.promise, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
