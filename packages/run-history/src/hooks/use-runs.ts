import { useMemo, useSyncExternalStore } from 'react';
import { createRunList, type RunList, type RunListOptions, type RunListState } from '../core/run-list.ts';
import type { RunClient } from '../core/run-client.ts';
import { useRunHistory } from './provider.tsx';

/** Answers nothing. */
const SILENT: RunClient = { request: () => new Promise(() => {}), subscribe: () => () => {} };

/**
 * A list of runs that changes as they do. Another filter, page size or order is another list, which begins anew.
 * @param options null: not known yet, the list is `loading`
 */
export function useRuns(
  options: RunListOptions | null = {},
): RunListState & Omit<RunList, 'get' | 'subscribe'> {
  const { client } = useRunHistory();
  const name = JSON.stringify(options);
  const list = useMemo(() => {
    const own = JSON.parse(name) as RunListOptions | null;
    return own === null ? createRunList(SILENT) : createRunList(client, own);
  }, [client, name]);
  const state = useSyncExternalStore(list.subscribe, list.get, list.get);
  return useMemo(() => ({ ...list, ...state }), [list, state]);
}
