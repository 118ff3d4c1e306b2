import type { SandboxClock } from '../../sandbox/data/state.ts';
import { systemClock, type Clock } from '../../src/clock.ts';
import { createWatchers } from './eventually.ts';

/** When a test's sandbox starts: as the document's own run was created, which is the newest of its account then. */
export const START_MS = Date.parse('2023-10-31T14:19:34.788Z');

/** A clock whose time of day stands still, so that cursors, which tell when they were made, can be compared. */
export const STILL_CLOCK: Clock = { ...systemClock, date: () => START_MS };

/** Time that moves only when told to. */
export interface FakeClock extends Clock {
  /** Moves time on and calls what falls due on the way, in order. */
  advance(ms: number): void;
  /** Sets the time of day by so much, as an operator or NTP does: no time passes. */
  setBy(ms: number): void;
  /** How many milliseconds from now each timer that is set falls due, the soonest first. */
  due(): number[];
  /** Resolves once the condition holds for them; it is asked again whenever a timer is set or cancelled. */
  until(condition: (due: readonly number[]) => boolean): Promise<void>;
}

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still at a time of day, the present one unless told otherwise. */
export function createFakeClock(startMs = Date.now()): FakeClock {
  let nowMs = 1_000_000;
  let epochMs = startMs - nowMs;
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
    setBy: (ms) => {
      epochMs += ms;
    },
    due,
    until: (condition) =>
      watchers.until(
        () => `timers of which ${String(condition)}; those set are due in ${due().join(', ')} ms`,
        () => condition(due()),
      ),
  };
}

/** The same for a sandbox, which knows the time of day alone. */
export function createSandboxClock(): SandboxClock & Pick<FakeClock, 'advance'> {
  const clock = createFakeClock(START_MS);
  return {
    now: () => clock.date(),
    advance: (ms) => {
      clock.advance(ms);
    },
  };
}
