import type { ExecutionStatus } from '../documents/generated.ts';
import type { RunClient } from './run-client.ts';
import { createRunFeed } from './run-feed.ts';
import { createStore, type Store } from './store.ts';

/** The states of all runs that something was told of, by their ids. */
export interface StartedRuns {
  readonly statuses: ReadonlyMap<string, ExecutionStatus>;
}

/** Watches what becomes of runs that begin while it watches, whoever begins them. It is the feed that lists share. */
export function createStartedRuns(client: RunClient): Store<StartedRuns> {
  const store = createStore<StartedRuns>({ statuses: new Map() }, () => {
    const feed = createRunFeed(
      client,
      {},
      {
        told: ({ changes }) => {
          if (changes.length === 0) return;
          const told = changes.map(({ execution: { id, status } }) => [id, status] as const);
          store.set({ statuses: new Map([...store.get().statuses, ...told]) });
        },
        trouble: () => {},
        changed: () => {},
      },
    );
    feed.start();
    return feed.stop;
  });
  return store;
}
