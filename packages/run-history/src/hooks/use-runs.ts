import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { createRunList } from '../core/run-list.ts';
import type { RunList, RunListOptions, RunListState } from '../core/run-list-state.ts';
import type { RunClient } from '../core/run-client.ts';
import { useRunHistory } from './provider.tsx';

/** How long a tab may be hidden before it is told nothing more: those who look away for a moment miss nothing. */
const HIDDEN_MS = 30_000;

/** Answers nothing. */
const SILENT: RunClient = { request: () => new Promise(() => {}), subscribe: () => () => {} };

/**
 * A list of runs that changes as they do. Another filter, page size or order is another list, which begins anew. In a tab
 * that is hidden it rests after a while, and catches up when it is seen again.
 * @param options null: not known yet, the list is `loading`
 */
export function useRuns(
  options: RunListOptions | null = {},
): RunListState & Omit<RunList, 'get' | 'subscribe' | 'setSeen'> {
  const { client } = useRunHistory();
  const name = JSON.stringify(options);
  const list = useMemo(() => {
    const own = JSON.parse(name) as RunListOptions | null;
    return own === null ? createRunList(SILENT) : createRunList(client, own);
  }, [client, name]);
  useEffect(() => restWhileHidden(list), [list]);
  const state = useSyncExternalStore(list.subscribe, list.get, list.get);
  return useMemo(() => ({ ...list, ...state }), [list, state]);
}

function restWhileHidden(list: RunList): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (!document.hidden) list.setSeen(true);
    else {
      timer = setTimeout(() => {
        list.setSeen(false);
      }, HIDDEN_MS);
    }
  };
  document.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
