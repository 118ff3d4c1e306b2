import type { ReactNode } from 'react';
import type { RunListSlot } from '../slot.ts';

/** The runs in view as numbers and as a chart. */
export const RunOverview: (slot: RunListSlot) => ReactNode = () => null;
