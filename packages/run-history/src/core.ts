// The public surface of `@refold-gateway/run-history/core`.
export { createGatewayClient, type GatewayOptions } from './core/gateway-client.ts';
export { isSignedOut, isTransient, type ClientCode, type Problem } from './core/problem.ts';
export type { Answer, Observer, RunClient } from './core/run-client.ts';
export { createRunList } from './core/run-list.ts';
export type { RunList, RunListOptions, RunListState } from './core/run-list-state.ts';
export { hasFailed, isOpen, type RunFilter, type RunRow } from './core/run.ts';
export type { Store } from './core/store.ts';
export { createFormat, type Format } from './core/format.ts';
export { readView, writeView } from './core/view-address.ts';
export {
  DEFAULT_VIEW,
  filterOf,
  isRunId,
  RANGE_PRESETS,
  type RangePreset,
  type RunRange,
  type RunView,
} from './core/view.ts';
export { createBulkChange } from './core/bulk-change.ts';
export type { BulkChange, BulkChangeState, BulkKind, BulkSelection } from './core/bulk-change-state.ts';
export type { BulkJob } from './core/job-watch.ts';
export { canFilter, type Capable, type ListArgument } from './core/capability.ts';
export { toCsv, toJson, type CsvOptions } from './core/export-file.ts';
export type { ExportRow } from './core/export-reader.ts';
export {
  createRunExport,
  type ExportCut,
  type ExportOptions,
  type RunExport,
  type RunExportState,
} from './core/run-export.ts';
export { percentilesOf, type Percentiles } from './core/percentiles.ts';
export {
  linksOfJob,
  recoveriesOf,
  rerunLinks,
  type RecoveredRun,
  type Recovery,
  type RerunLinks,
} from './core/recovery.ts';
export {
  createSavedViews,
  MAX_VIEW_NAME,
  openSavedView,
  savedViewOf,
  type SavedView,
  type SavedViews,
  type SavedViewsState,
  type ViewStorage,
} from './core/saved-views.ts';
