import type { ReactNode } from 'react';
import type { ViewSlot } from '../slot.ts';

/** The views that were saved in this browser. */
export const SavedViews: (slot: ViewSlot) => ReactNode = () => null;
