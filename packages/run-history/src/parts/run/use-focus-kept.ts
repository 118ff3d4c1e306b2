import { useCallback, useEffect, useRef, type FocusEvent, type RefObject } from 'react';

/** Looks after the focus within a run. */
export interface FocusKept {
  readonly root: RefObject<HTMLElement | null>;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
  /** For after each time that the run is drawn; stays the same. */
  readonly keep: () => void;
}

/**
 * Takes the focus to the heading where what had it is gone, with the run before or with the face of the run while it was
 * loading: else it would be nowhere, and keys and screen readers with it.
 */
export function useFocusKept(id: string): FocusKept {
  const root = useRef<HTMLElement>(null);
  // React tells nothing of a focus that ends because it takes the element out.
  const focused = useRef<Element | null>(null);
  const last = useRef(id);
  useEffect(() => {
    if (last.current === id) return;
    last.current = id;
    const tree = root.current?.getRootNode();
    const active = tree instanceof ShadowRoot || tree instanceof Document ? tree.activeElement : null;
    if (active === null || active === document.body) headingIn(root.current)?.focus();
  }, [id]);
  return {
    root,
    onFocus: ({ target }) => {
      // Dialogs of the run are elsewhere in the document, and give the focus back themselves.
      focused.current = root.current?.contains(target) === true ? target : null;
    },
    onBlur: () => {
      focused.current = null;
    },
    keep: useCallback(() => {
      if (focused.current?.isConnected === false) headingIn(root.current)?.focus({ preventScroll: true });
    }, []),
  };
}

function headingIn(root: HTMLElement | null): HTMLElement | null {
  return root?.querySelector<HTMLElement>('[data-rh-run-heading]') ?? null;
}
