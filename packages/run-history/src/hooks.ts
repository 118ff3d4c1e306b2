// The public surface of `@refold-gateway/run-history/hooks`.
export { RunHistoryProvider, useRunHistory, type ProviderProps } from './hooks/provider.tsx';
export { useRuns } from './hooks/use-runs.ts';
