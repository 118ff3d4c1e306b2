import { useMemo, useSyncExternalStore } from 'react';
import type { BulkChange, BulkChangeState, BulkKind } from '../core/bulk-change-state.ts';
import { createBulkChange } from '../core/bulk-change.ts';
import { useRunHistory } from './provider.tsx';

/**
 * Runs many runs again, or asks many to stop: `count`, `start`, and perhaps `abort`, `resume` or `retryFailed`. The job
 * goes on at the gateway when the component is gone; put the hook where it stays as long as the page.
 */
export function useBulkChange(kind: BulkKind): BulkChangeState & Omit<BulkChange, 'get' | 'subscribe'> {
  const { client } = useRunHistory();
  const change = useMemo(() => createBulkChange(client, kind), [client, kind]);
  const state = useSyncExternalStore(change.subscribe, change.get, change.get);
  return useMemo(() => ({ ...change, ...state }), [change, state]);
}
