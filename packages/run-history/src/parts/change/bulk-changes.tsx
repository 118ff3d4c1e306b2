import type { ReactNode } from 'react';
import type { ViewSlot } from '../slot.ts';

/** Lets the parts below it change several runs. */
export function BulkChanges({ children }: ViewSlot & { readonly children: ReactNode }) {
  return children;
}
