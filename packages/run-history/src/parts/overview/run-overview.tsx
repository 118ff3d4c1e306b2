import type { ReactNode } from 'react';
import type { LateSlot } from '../slot.ts';

/** The runs in view as numbers and as a chart. */
export const RunOverview: (slot: LateSlot) => ReactNode = () => null;
