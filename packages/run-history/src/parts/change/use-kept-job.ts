import { useEffect, useRef } from 'react';
import type { BulkKind } from '../../core/bulk-change-state.ts';
import { useViewer } from '../../hooks/use-overview.ts';
import type { BulkChangeNow } from './bulk-changes.tsx';

/**
 * Keeps which job goes on, as long as the tab, so that a reload shows it again until it is dismissed. It is kept for the
 * linked account that has begun it: no other is shown it.
 */
export function useKeptJob(kind: BulkKind, { job, follow }: BulkChangeNow): void {
  const { data: viewer } = useViewer({ freshMs: 60_000 });
  const owner = viewer?.linkedAccountId ?? null;
  const key = owner === null ? null : `refold-run-history.job.${kind}.${owner}`;
  const id = job?.id ?? null;
  const before = useRef<string | null>(null);
  useEffect(() => {
    const kept = key === null ? null : keptAt(key);
    if (kept !== null) follow(kept);
  }, [key, follow]);
  useEffect(() => {
    const isDismissed = id === null && before.current !== null;
    if (key !== null && (id !== null || isDismissed)) keep(key, id);
    before.current = id;
  }, [key, id]);
}

/** Browsers that keep nothing refuse even to name the storage: then a reload shows no job. */
function keptAt(key: string): string | null {
  try {
    return globalThis.sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, id: string | null): void {
  try {
    if (id === null) globalThis.sessionStorage.removeItem(key);
    else globalThis.sessionStorage.setItem(key, id);
  } catch {
    // See keptAt.
  }
}
