import type { Clock } from '../../src/clock.ts';
import { createWatchers } from './eventually.ts';

/** Time that moves only when told to. */
export interface FakeClock extends Clock {
  /** Moves time on and calls what falls due on the way, in order. */
  advance(ms: number): void;
  /** How many milliseconds from now each timer that is set falls due, the soonest first. */
  due(): number[];
  /** Resolves once the condition holds for them; it is asked again whenever a timer is set or cancelled. */
  until(condition: (due: readonly number[]) => boolean): Promise<void>;
}

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still at the present time of day. */
export function createFakeClock(): FakeClock {
  let nowMs = 1_000_000;
  const epochMs = Date.now() - nowMs;
  const timers = new Set<Timer>();
  const watchers = createWatchers();
  const inOrder = () => [...timers].sort((one, other) => one.atMs - other.atMs);
  const due = () => inOrder().map(({ atMs }) => atMs - nowMs);

  return {
    now: () => nowMs,
    date: () => epochMs + nowMs,
    after: (delayMs, callback) => {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.add(timer);
      watchers.notify();
      return () => {
        timers.delete(timer);
        watchers.notify();
      };
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (let [next] = inOrder(); next !== undefined && next.atMs <= untilMs; [next] = inOrder()) {
        nowMs = next.atMs;
        timers.delete(next);
        next.callback();
      }
      nowMs = untilMs;
    },
    due,
    until: (condition) =>
      watchers.until(
        () => `timers of which ${String(condition)}; those set are due in ${due().join(', ')} ms`,
        () => condition(due()),
      ),
  };
}
