import { useEffect, useState, type FocusEvent } from 'react';
import { HEAD } from './new-runs.tsx';

/** What the list's element listens to. */
interface Handlers {
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
  readonly onFocus: () => void;
  readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
}

/** How far the first row may be out of sight and still be at the top, in CSS pixels. */
const TOP = 8;

/**
 * Tells the list whether new rows may be shown at once: while its top is in sight, and neither the pointer nor the focus
 * is on a row that would move away from under it.
 * @param margin how far down the list begins in what scrolls
 */
export function useRest(
  setAtTop: (isAtTop: boolean) => void,
  scroller: HTMLElement | null,
  margin: number,
): Handlers {
  const [scrolled, setScrolled] = useState(0);
  const [hasPointer, setPointer] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  const mayMove = scrolled <= Math.max(0, margin - HEAD) + TOP && !hasPointer && !hasFocus;
  useEffect(() => {
    const follow = () => {
      setScrolled(scroller?.scrollTop ?? 0);
    };
    scroller?.addEventListener('scroll', follow, { passive: true });
    return () => scroller?.removeEventListener('scroll', follow);
  }, [scroller]);
  useEffect(() => {
    setAtTop(mayMove);
  }, [setAtTop, mayMove]);
  return {
    onPointerEnter: () => {
      setPointer(true);
    },
    onPointerLeave: () => {
      setPointer(false);
    },
    onFocus: () => {
      setFocus(true);
    },
    onBlur: ({ currentTarget, relatedTarget }) => {
      setFocus(relatedTarget instanceof Node && currentTarget.contains(relatedTarget));
    },
  };
}
