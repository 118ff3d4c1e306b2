import type { ReactNode } from 'react';
import type { RunRow } from '../../core/run.ts';
import type { ShownView } from '../../hooks/use-view.ts';

/** One run with its steps. */
export const RunPanel: (
  slot: ShownView & { readonly id: string; readonly rows: readonly RunRow[]; readonly onClose: () => void },
) => ReactNode = () => null;
