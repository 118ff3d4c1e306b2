import { useMemo, useSyncExternalStore } from 'react';
import { createRunList, type RunList, type RunListOptions, type RunListState } from '../core/run-list.ts';
import { useRunHistory } from './provider.tsx';

/** A list of runs that changes as they do. Another filter, page size or order is another list, which begins anew. */
export function useRuns(options: RunListOptions = {}): RunListState & Omit<RunList, 'get' | 'subscribe'> {
  const { client } = useRunHistory();
  const name = JSON.stringify(options);
  const list = useMemo(() => createRunList(client, JSON.parse(name) as RunListOptions), [client, name]);
  const state = useSyncExternalStore(list.subscribe, list.get, list.get);
  return useMemo(() => ({ ...list, ...state }), [list, state]);
}
