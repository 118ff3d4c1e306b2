import { useEffect, useRef, useState } from 'react';
import type { Asked } from '../../hooks/use-asked.ts';

/** So many answers may bring nothing more before it is left to the reader. */
const MOST_IDLE = 2;
const PAUSE_MS = 1000;

/**
 * Asks on until all is counted, or twice nothing more has come. The gateway counts behind all that people wait for, and
 * remembers what it has counted.
 * @param missing how many numbers are not known
 * @param name of the question: another one begins anew
 * @returns whether it was given up, so that it is for the reader to ask again
 */
export function useCountingOn(asked: Asked<unknown>, missing: number, name: string): boolean {
  const [givenUp, setGivenUp] = useState<string | null>(null);
  const seen = useRef({ name, least: Number.POSITIVE_INFINITY, idle: 0, isNew: true });
  useEffect(() => {
    if (seen.current.name !== name) {
      seen.current = { name, least: Number.POSITIVE_INFINITY, idle: 0, isNew: true };
    }
    const now = seen.current;
    if (asked.isAsking) now.isNew = true;
    if (asked.isAsking || asked.isEarlier || asked.data === null) return;
    if (now.isNew) {
      now.isNew = false;
      now.idle = missing < now.least ? 0 : now.idle + 1;
      now.least = Math.min(now.least, missing);
    }
    if (missing === 0) return;
    const timer = setTimeout(() => {
      if (now.idle < MOST_IDLE) asked.reload();
      setGivenUp(now.idle < MOST_IDLE ? null : name);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [asked, missing, name]);
  return givenUp === name;
}
