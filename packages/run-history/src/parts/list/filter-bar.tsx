import type { ReactNode } from 'react';
import type { RunListSlot } from '../slot.ts';

/** Narrows the list. */
export const FilterBar: (slot: RunListSlot) => ReactNode = () => null;
