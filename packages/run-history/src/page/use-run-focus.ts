import { useEffect, useRef } from 'react';

/** Takes the focus to a run's heading when it opens, and back to its row when it closes. */
export function useRunFocus(page: HTMLElement | null, runId: string | null): void {
  const before = useRef(runId);
  useEffect(() => {
    const last = before.current;
    before.current = runId;
    if (page === null || (last === null) === (runId === null)) return;
    const target =
      last === null
        ? page.querySelector<HTMLElement>('[data-rh-run-heading]')
        : page.querySelector<HTMLElement>(`[data-run-id="${CSS.escape(last)}"]`);
    target?.focus({ preventScroll: last === null });
  }, [page, runId]);
}
