import { useEffect, useRef, useState, type RefObject } from 'react';

/** Brings steps into view that somebody asks for, once they are drawn. */
export interface ShownStep {
  /** For the element around the steps. */
  readonly root: RefObject<HTMLDivElement | null>;
  readonly show: (id: string) => void;
}

/**
 * @param firstId the step that a run opens with, which is brought into view as little as it takes, and only where the
 * run scrolls by itself: the page of a host stays where it is. Null: none.
 */
export function useShownStep(firstId: string | null): ShownStep {
  const root = useRef<HTMLDivElement>(null);
  // Wanting the same one again is another wish.
  const [wanted, setWanted] = useState<{ readonly id: string } | null>(null);
  const first = useRef(firstId);
  useEffect(() => {
    const step = stepIn(root.current, first.current);
    const scroller = scrollerOf(step);
    if (step === null || scroller === null) return;
    const below = step.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
    if (below > 0) scroller.scrollTop += below;
  }, []);
  useEffect(() => {
    const step = stepIn(root.current, wanted?.id ?? null);
    step?.scrollIntoView({ block: 'start' });
    step?.querySelector('button')?.focus({ preventScroll: true });
  }, [wanted]);
  return {
    root,
    show: (id) => {
      setWanted({ id });
    },
  };
}

function stepIn(root: HTMLElement | null, id: string | null): HTMLElement | null {
  return id === null ? null : (root?.querySelector(`[data-step-id="${CSS.escape(id)}"]`) ?? null);
}

/** What scrolls around an element, within the run history; null: only what is around that. */
function scrollerOf(element: HTMLElement | null): HTMLElement | null {
  const parent = element?.parentElement ?? null;
  if (parent === null || parent.classList.contains('rh-root')) return null;
  return ['auto', 'scroll'].includes(getComputedStyle(parent).overflowY) ? parent : scrollerOf(parent);
}
