import type { ReactNode } from 'react';
import type { LateSlot } from '../slot.ts';

/** Narrows the list. */
export const FilterBar: (slot: LateSlot) => ReactNode = () => null;
