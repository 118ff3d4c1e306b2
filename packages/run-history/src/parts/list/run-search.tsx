import type { ReactNode } from 'react';
import type { ViewSlot } from '../slot.ts';

/** Searches by a run's id or a workflow's name. */
export const RunSearch: (slot: ViewSlot) => ReactNode = () => null;
