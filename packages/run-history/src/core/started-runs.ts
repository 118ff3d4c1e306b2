import { RunsChangedDocument, type ExecutionStatus } from '../documents/generated.ts';
import type { RunClient } from './run-client.ts';
import { createStore, type Store } from './store.ts';

/** The states of all runs that something was told of, by their ids. */
export interface StartedRuns {
  readonly statuses: ReadonlyMap<string, ExecutionStatus>;
}

/** Watches what becomes of runs that begin while it watches, whoever begins them. It is the feed that lists share. */
export function createStartedRuns(client: RunClient): Store<StartedRuns> {
  const store = createStore<StartedRuns>({ statuses: new Map() }, () => {
    // A client that connects again sends these as they are then, and so goes on where it was.
    const variables: { filter: object; after: string | null } = { filter: {}, after: null };
    return client.subscribe(RunsChangedDocument, variables, {
      next: ({ data }) => {
        if (data === null) return;
        const { cursor, changes } = data.executionsChanged;
        variables.after = cursor;
        if (changes.length === 0) return;
        const told = changes.map(({ execution: { id, status } }) => [id, status] as const);
        store.set({ statuses: new Map([...store.get().statuses, ...told]) });
      },
      end: () => {},
    });
  });
  return store;
}
