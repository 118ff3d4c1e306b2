import { useEffect, useMemo, useSyncExternalStore } from 'react';
import {
  createSavedViews,
  type SavedViews,
  type SavedViewsState,
  type ViewStorage,
} from '../core/saved-views.ts';

/** Where views are kept. */
export interface SavedViewsOptions {
  /** The browser's `localStorage`, unless told otherwise; null: they are kept as long as the page. */
  readonly storage?: ViewStorage | null;
  /** Under which they are stored: give each account that shares a browser one of its own. */
  readonly key?: string;
}

/** The views that were saved in this browser, in other tabs, too. */
export function useSavedViews({
  storage,
  key = 'refold-run-history.views',
}: SavedViewsOptions = {}): SavedViewsState & Omit<SavedViews, 'get' | 'subscribe'> {
  const saved = useMemo(
    () => createSavedViews(storage === undefined ? localViews() : storage, key),
    [storage, key],
  );
  useEffect(() => {
    window.addEventListener('storage', saved.reload);
    return () => {
      window.removeEventListener('storage', saved.reload);
    };
  }, [saved]);
  const state = useSyncExternalStore(saved.subscribe, saved.get, saved.get);
  return useMemo(() => ({ ...saved, ...state }), [saved, state]);
}

/** Browsers that keep nothing refuse even to name the storage. */
function localViews(): ViewStorage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
