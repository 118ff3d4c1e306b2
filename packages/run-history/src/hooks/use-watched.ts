import { useMemo, useSyncExternalStore } from 'react';
import { createWatched, type Watched } from '../core/watched.ts';
import type { TypedDocumentString } from '../documents/generated.ts';
import { useRunHistory } from './provider.tsx';

const NOTHING = { get: () => null, subscribe: () => () => {} };

/** What a subscription has told last; null where there is nothing to watch, which is where `variables` are null. */
export function useWatched<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | null,
): Watched<Data> | null {
  const { client } = useRunHistory();
  const name = JSON.stringify(variables);
  const store = useMemo(() => {
    const own = JSON.parse(name) as Variables | null;
    return own === null ? NOTHING : createWatched(client, document, own);
  }, [client, document, name]);
  return useSyncExternalStore<Watched<Data> | null>(store.subscribe, store.get, store.get);
}
