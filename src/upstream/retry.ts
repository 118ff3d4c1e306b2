import type { Clock } from '../clock.ts';
import type { Send } from './call.ts';
import { UpstreamError } from './failure.ts';

const MAX_RETRIES = 2;
const FIRST_BACKOFF_MS = 100;

/** What the retry policy needs from outside: time, and a random number from 0 to 1 for the jitter. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * How long to wait before asking again, or null when asking again is not worth it or not safe.
 * @param retries how many have been made already
 * @param remainingMs time left until the operation's deadline
 */
export function retryDelayMs(
  call: { readonly method: string },
  error: unknown,
  retries: number,
  remainingMs: number,
  random: () => number,
): number | null {
  if (!(error instanceof UpstreamError) || !error.transient) return null;
  if (call.method !== 'GET' || retries >= MAX_RETRIES) return null;
  const backoffMs = FIRST_BACKOFF_MS * 2 ** retries;
  const delayMs = (error.details.retryAfterMs ?? 0) + backoffMs * (0.5 + random() / 2);
  return delayMs < remainingMs ? delayMs : null;
}

/** Asks again, a little later, where a read failed in a way that passes. */
export function withRetry({ clock, random }: RetryOptions, send: Send): Send {
  return async (call) => {
    for (let retries = 0; ; retries++) {
      try {
        return await send(call);
      } catch (error) {
        const remainingMs = call.operation.deadline - clock.now();
        const delayMs = retryDelayMs(call, error, retries, remainingMs, random);
        if (delayMs === null) throw error;
        await pause(clock, delayMs, call.operation.signal);
      }
    }
  };
}

/** Waits; rejects with the signal's reason when it aborts first. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', give);
      resolve();
    });
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}
