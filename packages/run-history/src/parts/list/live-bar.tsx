import type { ReactNode } from 'react';
import type { RunListSlot } from '../slot.ts';

/** Says whether the list is live, and pauses it. */
export const LiveBar: (slot: RunListSlot) => ReactNode = () => null;
