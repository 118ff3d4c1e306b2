import { useMemo } from 'react';
import type { RunListState } from '../../core/run-list-state.ts';
import type { ShownView } from '../../hooks/use-view.ts';
import { Run } from './run.tsx';

interface PanelProps extends Omit<ShownView, 'view'> {
  readonly id: string;
  /** The list that it was opened from. */
  readonly list: Pick<RunListState, 'rows' | 'reasons'>;
  readonly onClose: () => void;
}

/** The open run of a page, beside its list. */
export function RunPanel({ id, list, show, hrefOf, onClose }: PanelProps) {
  const place = useMemo(
    () => ({
      hrefOf: (runId: string) => hrefOf({ runId }),
      onOpen: (runId: string) => {
        show({ runId });
      },
    }),
    [show, hrefOf],
  );
  const { rows, reasons } = list;
  const position = rows.findIndex((row) => row.id === id);
  const neighbours = {
    previousId: rows[position - 1]?.id ?? null,
    nextId: position === -1 ? null : (rows[position + 1]?.id ?? null),
  };
  const run = rows[position];
  const known = run && { run, reason: reasons.get(id) ?? null };
  return <Run id={id} onClose={onClose} neighbours={neighbours} known={known} {...place} />;
}
