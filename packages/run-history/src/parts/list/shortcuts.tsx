import type { ReactNode } from 'react';
import type { RunListSlot } from '../slot.ts';

/** The keys of the page, and the dialog that lists them. */
export const Shortcuts: (slot: RunListSlot & { readonly root: HTMLElement | null }) => ReactNode = () => null;
