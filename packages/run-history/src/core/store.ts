/** A value that can be watched, as `useSyncExternalStore` wants it. */
export interface Store<State> {
  readonly get: () => State;
  /** Calls back after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A store that its owner changes, and that works only while somebody watches. */
export interface OwnStore<State extends object> extends Store<State> {
  /** Changes members; nothing is told where none is another value. */
  readonly set: (part: Partial<State>) => void;
}

/**
 * @param start called when the first one watches; what it returns is called when the last one has left
 */
export function createStore<State extends object>(
  initial: State,
  start: () => () => void = () => () => {},
): OwnStore<State> {
  let state = initial;
  let stop = () => {};
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set: (part) => {
      const next = { ...state, ...part };
      if ((Object.keys(part) as (keyof State)[]).every((key) => Object.is(state[key], next[key]))) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) stop = start();
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stop();
      };
    },
  };
}
