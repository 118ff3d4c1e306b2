import type { ReactNode } from 'react';
import type { ShownView } from '../../hooks/use-view.ts';

/** One run with its steps. */
export const RunPanel: (
  slot: ShownView & { readonly id: string; readonly onClose: () => void },
) => ReactNode = () => null;
