import { useCallback, useEffect, useRef } from 'react';
import type { RunListSlot } from '../slot.ts';

/** What can be done with a row. These functions stay the same, so that rows need not be drawn anew. */
export interface RowActions {
  readonly hrefOf: (id: string) => string;
  readonly open: (id: string) => void;
  readonly select: (id: string, isRange: boolean) => void;
}

/** Opening and selecting rows. With the shift key, all between the last one and this one become as this one does. */
export function useRowActions({ list, selection, show, hrefOf }: RunListSlot): RowActions {
  const last = useRef<string | null>(null);
  const now = useRef({ rows: list.rows, selection });
  useEffect(() => {
    now.current = { rows: list.rows, selection };
  });
  return {
    hrefOf: useCallback((id) => hrefOf({ runId: id }), [hrefOf]),
    open: useCallback(
      (id) => {
        show({ runId: id });
      },
      [show],
    ),
    select: useCallback((id, isRange) => {
      const { rows, selection: selected } = now.current;
      const range = isRange && last.current !== null ? between(rows, last.current, id) : [id];
      last.current = id;
      const isOn = !selected.ids.has(id);
      const ids = new Set(selected.ids);
      for (const one of range) {
        if (isOn) ids.add(one);
        else ids.delete(one);
      }
      selected.change(ids);
    }, []),
  };
}

function between(rows: readonly { readonly id: string }[], from: string, to: string): readonly string[] {
  const ends = [rows.findIndex(({ id }) => id === from), rows.findIndex(({ id }) => id === to)];
  if (ends.includes(-1)) return [to];
  return rows.slice(Math.min(...ends), Math.max(...ends) + 1).map(({ id }) => id);
}
