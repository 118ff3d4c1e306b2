import { delay, type Clock } from '../clock.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Send, UpstreamCall } from './call.ts';
import { UpstreamError } from './failure.ts';
import { SERVICE_MS } from './rate/wait-estimate.ts';

const MAX_RETRIES = 1;
const BACKOFF_MS = 100;
/** Retries that may be made out of the blue, and how much of one each call earns: a tenth more load at the most. */
const RETRY_BUDGET = 3;
const RETRIES_PER_CALL = 0.1;

/** What the retry policy needs from outside: time, and a random number from 0 to 1 for the jitter. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: Metrics;
}

/**
 * How long to wait before asking again, or null when asking again is not worth it or not safe.
 * @param retries how many have been made already
 * @param remainingMs time left until the operation's deadline
 */
export function retryDelayMs(
  call: { readonly method: string } & Pick<UpstreamCall<unknown>, 'onlyOnce' | 'isTimeoutFinal'>,
  error: unknown,
  retries: number,
  remainingMs: number,
  random: () => number,
): number | null {
  if (!(error instanceof UpstreamError) || !error.transient) return null;
  if (call.isTimeoutFinal === true && error.code === 'UPSTREAM_TIMEOUT') return null;
  if (call.method !== 'GET' || call.onlyOnce === true || retries >= MAX_RETRIES) return null;
  const delayMs = (error.details.retryAfterMs ?? 0) + BACKOFF_MS * (0.5 + random() / 2);
  return delayMs + SERVICE_MS < remainingMs ? delayMs : null;
}

/**
 * Asks again, a little later, where a read failed in a way that passes. All calls share one budget of retries, so
 * that an outage is not answered with a multiple of the load.
 */
export function withRetry({ clock, random, metrics }: RetryOptions, send: Send): Send {
  let budget = RETRY_BUDGET;
  return async (call) => {
    budget = Math.min(RETRY_BUDGET, budget + RETRIES_PER_CALL);
    for (let retries = 0; ; retries++) {
      try {
        return await send(retries === 0 ? call : { ...call, retries });
      } catch (error) {
        const remainingMs = call.operation.deadline - clock.now();
        const delayMs = retryDelayMs(call, error, retries, remainingMs, random);
        if (delayMs === null || budget < 1 || call.operation.mayCallAgain?.() === false) throw error;
        budget -= 1;
        metrics.retried();
        await delay(clock, delayMs, call.operation.signal);
      }
    }
  };
}
