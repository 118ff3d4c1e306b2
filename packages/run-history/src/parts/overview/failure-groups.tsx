import type { ReactNode } from 'react';
import type { RunSelection } from '../selection.ts';
import type { LateSlot } from '../slot.ts';

/** What goes wrong most in view. */
export const FailureGroups: (slot: LateSlot & { readonly selection: RunSelection }) => ReactNode = () => null;
