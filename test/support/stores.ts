import type { Store } from '@refold-gateway/run-history/core';
import { inTime } from './eventually.ts';

/** What a store holds as soon as this holds of it; watched meanwhile, and no longer. */
export function settled<State>(store: Store<State>, isIt: (state: State) => boolean): Promise<State> {
  const found = new Promise<State>((resolve) => {
    let unwatch: () => void = () => undefined;
    const look = () => {
      if (!isIt(store.get())) return;
      resolve(store.get());
      unwatch();
    };
    unwatch = store.subscribe(look);
    look();
  });
  return inTime(() => `${String(isIt)} in ${JSON.stringify(store.get()).slice(0, 2000)}`, found);
}
