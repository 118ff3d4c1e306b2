import type { Problem } from './problem.ts';

/** The longest that is waited before a question is asked again by itself; beyond, the reader decides. */
const MAX_WAIT_MS = 300_000;

/**
 * After how many milliseconds a question may be asked once more by itself: where there was too much to do, and it is told
 * when that is over. Null: not by itself. Changes never are.
 */
export function retryDelayOf(problems: readonly Problem[]): number | null {
  for (const { code, retryAfterMs } of problems) {
    const mayPass = code === 'RATE_LIMITED' || code === 'OVERLOADED';
    if (mayPass && retryAfterMs !== null && retryAfterMs <= MAX_WAIT_MS) return retryAfterMs;
  }
  return null;
}
