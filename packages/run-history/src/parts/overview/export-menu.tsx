import type { ReactNode } from 'react';
import type { RunListSlot } from '../slot.ts';

/** Exports the runs in view. */
export const ExportMenu: (slot: RunListSlot) => ReactNode = () => null;
