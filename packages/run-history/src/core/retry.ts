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

/** The first pause that `pauseAfter` doubles, in milliseconds. */
const FIRST_PAUSE_MS = 1000;

/**
 * How long to wait, in milliseconds, before something is asked again that is asked until it is known: longer with each
 * failure in a row, up to `mostMs`, and never less than the problems ask for.
 */
export function pauseAfter(problems: readonly Problem[], failures: number, mostMs: number): number {
  const told = Math.max(0, ...problems.map(({ retryAfterMs }) => retryAfterMs ?? 0));
  return Math.max(told, Math.min(mostMs, FIRST_PAUSE_MS * 2 ** failures));
}
