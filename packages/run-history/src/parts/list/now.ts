import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function tick() {
  now = Date.now();
  for (const listener of [...listeners]) listener();
}

/** One timer for all that ticks, which stops while nobody can see it. */
function setTimer() {
  const isNeeded = listeners.size > 0 && document.visibilityState === 'visible';
  if (isNeeded && timer === undefined) {
    tick();
    timer = setInterval(tick, 1000);
  } else if (!isNeeded) {
    clearInterval(timer);
    timer = undefined;
  }
}

function subscribe(listener: () => void) {
  if (listeners.size === 0) document.addEventListener('visibilitychange', setTimer);
  listeners.add(listener);
  setTimer();
  return () => {
    listeners.delete(listener);
    setTimer();
    if (listeners.size === 0) document.removeEventListener('visibilitychange', setTimer);
  };
}

/** The time of day in milliseconds, anew each second. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => now,
  );
}
