import type { ReactNode } from 'react';
import type { RunListSlot } from '../slot.ts';

/** What goes wrong most in view. */
export const FailureGroups: (slot: RunListSlot) => ReactNode = () => null;
