import { createStore, type Store } from './store.ts';
import { readView, writeView } from './view-address.ts';
import type { RunView } from './view.ts';

/** Where views are kept, such as `localStorage`. Each of its methods may throw. */
export interface ViewStorage {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
}

/** A view with a name. */
export interface SavedView {
  readonly name: string;
  /** As an address holds it, without a prefix and without an open run; empty: what a page opens with. */
  readonly query: string;
}

/** The views that are kept. */
export interface SavedViewsState {
  /** In the order in which they were saved first. */
  readonly views: readonly SavedView[];
  /** Whether they outlive the page: false where the storage refuses. */
  readonly isKept: boolean;
}

/** Views that were given a name, kept in the browser. */
export interface SavedViews extends Store<SavedViewsState> {
  /** Keeps the view under this name, in place of the one that had it; nothing where the name is empty. */
  readonly save: (name: string, view: RunView) => void;
  /** Gives a view another name, in place of the one that had that. */
  readonly rename: (name: string, newName: string) => void;
  readonly remove: (name: string) => void;
  /** Reads them again, such as when another tab has changed them. */
  readonly reload: () => void;
}

/** The most views that are kept; the oldest give way. */
const MAX_VIEWS = 100;
/** The longest name. */
export const MAX_VIEW_NAME = 80;

/**
 * @param storage null: they are kept as long as the page
 * @param key under which they are stored; give each account that shares a browser one of its own
 */
export function createSavedViews(storage: ViewStorage | null, key: string): SavedViews {
  const store = createStore<SavedViewsState>({ ...read(storage, key) });
  const change = (edit: (views: readonly SavedView[]) => readonly SavedView[]) => {
    // What another tab has saved meanwhile stays.
    const now = read(storage, key);
    const before = now.isKept && store.get().isKept ? now.views : store.get().views;
    const views = edit(before).slice(-MAX_VIEWS);
    store.set({ views, isKept: write(storage, key, views) });
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    save: (name, view) => {
      const saved = { name: nameOf(name), query: queryOf(view) };
      if (saved.name !== '') change((views) => put(views, saved.name, saved));
    },
    rename: (name, newName) => {
      const next = nameOf(newName);
      if (next === '' || next === name) return;
      change((views) => {
        const old = views.find((view) => view.name === name);
        if (old === undefined) return views;
        return put(
          views.filter((view) => view.name !== next),
          name,
          { ...old, name: next },
        );
      });
    },
    remove: (name) => {
      change((views) => views.filter((view) => view.name !== name));
    },
    reload: () => {
      const now = read(storage, key);
      if (now.isKept) store.set(now);
    },
  };
}

/** The saved view that shows the same as `view`, whatever run is open; null: none does. */
export function savedViewOf(views: readonly SavedView[], view: RunView): SavedView | null {
  const query = queryOf(view);
  return views.find((saved) => saved.query === query) ?? null;
}

/** The view that was saved, with no run open. */
export function openSavedView({ query }: SavedView): RunView {
  return readView(query, '');
}

function queryOf(view: RunView): string {
  return writeView({ ...view, runId: null }, '', '');
}

function put(views: readonly SavedView[], name: string, saved: SavedView): readonly SavedView[] {
  const at = views.findIndex((view) => view.name === name);
  return at < 0 ? [...views, saved] : views.with(at, saved);
}

function nameOf(name: string): string {
  return name.trim().slice(0, MAX_VIEW_NAME).trim();
}

function read(storage: ViewStorage | null, key: string): SavedViewsState {
  try {
    const text = storage?.getItem(key) ?? null;
    if (text === null) return { views: [], isKept: storage !== null };
    const stored: unknown = JSON.parse(text);
    const views = Array.isArray(stored) ? stored.filter(isSaved).map(clean) : [];
    return { views: [...new Map(views.map((view) => [view.name, view])).values()], isKept: true };
  } catch {
    return { views: [], isKept: false };
  }
}

function write(storage: ViewStorage | null, key: string, views: readonly SavedView[]): boolean {
  try {
    storage?.setItem(key, JSON.stringify(views));
    return storage !== null;
  } catch {
    return false;
  }
}

function isSaved(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('query' in value)) return false;
  return typeof value.name === 'string' && nameOf(value.name) !== '' && typeof value.query === 'string';
}

/** What was stored is anybody's: it is read as an address is. */
function clean({ name, query }: SavedView): SavedView {
  return { name: nameOf(name), query: queryOf(readView(query, '')) };
}
