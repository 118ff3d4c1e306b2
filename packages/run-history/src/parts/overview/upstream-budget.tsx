import type { ReactNode } from 'react';
/** What is left of the upstream budget. */
export const UpstreamBudget: (slot: { readonly isReady: boolean }) => ReactNode = () => null;
