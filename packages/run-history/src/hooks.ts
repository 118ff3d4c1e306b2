// The public surface of `@refold-gateway/run-history/hooks`.
export {
  RunHistoryProvider,
  useRunHistory,
  type ProviderProps,
  type RunHistoryContext,
} from './hooks/provider.tsx';
export type { Asked, Asking } from './hooks/use-asked.ts';
export { useRerun, useStop, type Change, type Changer } from './hooks/use-change.ts';
export {
  useApplications,
  useFailures,
  useRunChart,
  useRunCounts,
  useRunStrip,
  useViewer,
  useWorkflows,
  type ApplicationOption,
  type RunChart,
  type RunCounts,
  type RunFailures,
  type StripRun,
  type Viewer,
  type WorkflowOption,
} from './hooks/use-overview.ts';
export { useRun, useUpstreamBudget, type RunDetail, type RunStep, type ShownRun } from './hooks/use-run.ts';
export { useRuns } from './hooks/use-runs.ts';
export { useRunBatches, useRunStep, type StepBatches, type StepPayload } from './hooks/use-step.ts';
export { useRunView, windowAddress, type Address, type ShownView } from './hooks/use-view.ts';
export { useBulkChange } from './hooks/use-bulk-change.ts';
export { useExport, type Exporter } from './hooks/use-export.ts';
export { useSavedViews, type SavedViewsOptions } from './hooks/use-saved-views.ts';
