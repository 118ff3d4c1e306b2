import { useEffect, useMemo, useRef } from 'react';
import type { RunListSlot } from '../slot.ts';

/**
 * Asks again when something has happened: at the next full ten seconds of the clock, so that all who look at the same ask
 * together, and the gateway answers them with one reading. A page that nobody sees asks when it is seen again.
 * @param happened another value: something has happened
 * @param list which list it is of: what another one begins with has not happened
 */
export function useFollow(
  reload: () => void,
  { happened, list, isOn }: { readonly happened: unknown; readonly list: string; readonly isOn: boolean },
  everyMs = 10_000,
): void {
  const seen = useRef(happened);
  const seenList = useRef(list);
  const latest = useRef(reload);
  useEffect(() => {
    latest.current = reload;
  });
  useEffect(() => {
    if (seenList.current !== list) {
      seenList.current = list;
      seen.current = happened;
    }
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
  }, [happened, list, isOn, everyMs]);
}

/** The list that is shown, and what has happened in it, for `useFollow`. */
export function useHappened({ filter, list }: Pick<RunListSlot, 'filter' | 'list'>): {
  readonly happened: unknown;
  readonly list: string;
} {
  const { rows, newCount, phase } = list;
  const happened = useMemo(() => [rows, newCount], [rows, newCount]);
  return { happened, list: `${phase} ${JSON.stringify(filter)}` };
}
