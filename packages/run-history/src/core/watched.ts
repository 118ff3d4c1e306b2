import type { TypedDocumentString } from '../documents/generated.ts';
import type { Problem } from './problem.ts';
import type { Answer, RunClient } from './run-client.ts';
import { createStore, type Store } from './store.ts';

/** The newest of what a subscription tells. */
export interface Watched<Data> {
  readonly data: Data | null;
  readonly problems: readonly Problem[];
  /** `loading`: nothing was told yet. `ended`: nothing more will be. */
  readonly phase: 'loading' | 'on' | 'lost' | 'ended';
}

/** Watches while somebody watches it. */
export function createWatched<Data, Variables>(
  client: RunClient,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Store<Watched<Data>> {
  const store = createStore<Watched<Data>>({ data: null, problems: [], phase: 'loading' }, () =>
    client.subscribe(document, variables, {
      connected: (isConnected) => {
        const { phase, data } = store.get();
        if (phase !== 'ended' && data !== null) store.set({ phase: isConnected ? 'on' : 'lost' });
      },
      next: ({ data, problems }: Answer<Data>) => {
        store.set({ phase: 'on', problems, ...(data !== null && { data }) });
      },
      end: (problem) => {
        store.set({ phase: 'ended', ...(problem !== null && { problems: [problem] }) });
      },
    }),
  );
  return store;
}
