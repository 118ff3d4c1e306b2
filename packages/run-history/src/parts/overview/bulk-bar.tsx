import type { ReactNode } from 'react';
import type { RunListSlot } from '../slot.ts';

/** Changes the chosen runs. */
export const BulkBar: (slot: RunListSlot) => ReactNode = () => null;
