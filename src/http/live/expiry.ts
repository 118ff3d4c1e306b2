import type { Clock } from '../../clock.ts';
import type { SignedIn } from '../../contexts.ts';

/** Timers of Node.js run for less than 25 days; and the time of day can be set. */
const LOOK_MS = 3_600_000;

/** Calls back once the time of a sign-in is over, if it is not yet. The answer cancels it. */
export function onExpiry(signedIn: SignedIn, clock: Clock, callback: () => void): () => void {
  const untilMs = signedIn instanceof Error ? null : signedIn.expiresAt;
  // One that has ended already is for upstream to refuse.
  if (untilMs === null || untilMs <= clock.date()) return () => undefined;
  let cancel: () => void;
  const look = () => {
    const leftMs = untilMs - clock.date();
    if (leftMs <= 0) callback();
    else cancel = clock.after(Math.min(leftMs, LOOK_MS), look);
  };
  look();
  return () => {
    cancel();
  };
}
