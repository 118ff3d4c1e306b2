import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { readView, writeView } from '../core/view-address.ts';
import type { RunView } from '../core/view.ts';

/** Where a page's address is kept. `windowAddress` serves those who have no router of their own. */
export interface Address {
  /** The query, with its `?`, or empty. */
  readonly get: () => string;
  /** Calls back when the address has changed, by this page or by the way back. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Goes to another query; `isStep`: the way back leads to the one before. */
  readonly go: (query: string, isStep: boolean) => void;
  /** What a link to another query says; the query alone, unless told otherwise. */
  readonly href?: (query: string) => string;
}

/** A view, and the way to another. */
export interface ShownView {
  readonly view: RunView;
  /** Changes a part of it. Choices are steps of the way back; what is typed, letter by letter, is not. */
  readonly show: (part: Partial<RunView>, how?: { readonly isStep: boolean }) => void;
  /** Where `show` leads to, as a link, which may be opened elsewhere. */
  readonly hrefOf: (part: Partial<RunView>) => string;
}

/** The view that the address holds. */
export function useRunView(address: Address = windowAddress, prefix = 'rh-'): ShownView {
  const query = useSyncExternalStore(address.subscribe, address.get, () => '');
  const view = useMemo(() => readView(query, prefix), [query, prefix]);
  const show = useCallback<ShownView['show']>(
    (part, { isStep } = { isStep: true }) => {
      const now = address.get();
      const next = writeView({ ...readView(now, prefix), ...part }, now, prefix);
      if (next !== now) address.go(next, isStep);
    },
    [address, prefix],
  );
  const hrefOf = useCallback<ShownView['hrefOf']>(
    (part) => {
      const next = writeView({ ...view, ...part }, query, prefix) || '?';
      return address.href?.(next) ?? next;
    },
    [address, prefix, query, view],
  );
  return useMemo(() => ({ view, show, hrefOf }), [view, show, hrefOf]);
}

const listeners = new Set<() => void>();

/** The browser's own address. */
export const windowAddress: Address = {
  get: () => window.location.search,
  subscribe: (listener) => {
    listeners.add(listener);
    window.addEventListener('popstate', listener);
    return () => {
      listeners.delete(listener);
      window.removeEventListener('popstate', listener);
    };
  },
  go: (query, isStep) => {
    const { pathname, hash } = window.location;
    const url = pathname + query + hash;
    if (isStep) window.history.pushState(window.history.state, '', url);
    else window.history.replaceState(window.history.state, '', url);
    for (const listener of [...listeners]) listener();
  },
  href: (query) => window.location.pathname + query + window.location.hash,
};
