import { useMemo, useSyncExternalStore } from 'react';
import { createStartedRuns, type StartedRuns } from '../core/started-runs.ts';
import type { ExecutionStatus } from '../documents/generated.ts';
import { useRunHistory } from './provider.tsx';

const NOTHING: StartedRuns = { statuses: new Map() };
const UNWATCHED = { get: () => NOTHING, subscribe: () => () => {} };

/**
 * The states of runs that begin while `isOn`, by their ids: to see what becomes of reruns. What began before is told only
 * while it goes on.
 */
export function useStartedRuns(isOn: boolean): ReadonlyMap<string, ExecutionStatus> {
  const { client } = useRunHistory();
  const store = useMemo(() => (isOn ? createStartedRuns(client) : UNWATCHED), [client, isOn]);
  return useSyncExternalStore(store.subscribe, store.get, store.get).statuses;
}
