import { useEffect, useRef } from 'react';

/**
 * Asks again when something has happened: at the next full ten seconds of the clock, so that all who look at the same ask
 * together, and the gateway answers them with one reading. A page that nobody sees asks when it is seen again.
 * @param happened another value: something has happened
 */
export function useFollow(reload: () => void, happened: unknown, isOn: boolean, everyMs = 10_000): void {
  const seen = useRef(happened);
  const latest = useRef(reload);
  useEffect(() => {
    latest.current = reload;
  });
  useEffect(() => {
    if (!isOn || Object.is(seen.current, happened)) return;
    let stop = () => {};
    const ask = () => {
      seen.current = happened;
      latest.current();
    };
    const timer = setTimeout(
      () => {
        if (document.visibilityState === 'visible') {
          ask();
          return;
        }
        document.addEventListener('visibilitychange', ask, { once: true });
        stop = () => {
          document.removeEventListener('visibilitychange', ask);
        };
      },
      everyMs - (Date.now() % everyMs),
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [happened, isOn, everyMs]);
}
