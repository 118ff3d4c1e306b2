// The public surface of `@refold-gateway/run-history/parts`.
export { ToastProvider, useToast, type Said } from './parts/base/toast.tsx';
export { BulkBar } from './parts/change/bulk-bar.tsx';
export {
  BulkChanges,
  useBulkChanges,
  type BulkChanging,
  type BulkWish,
} from './parts/change/bulk-changes.tsx';
export { ExportMenu } from './parts/change/export-menu.tsx';
export { FilterBar } from './parts/list/filter-bar.tsx';
export { LiveBar } from './parts/list/live-bar.tsx';
export { RunSearch } from './parts/list/run-search.tsx';
export { RunTable } from './parts/list/run-table.tsx';
export { SavedViews } from './parts/list/saved-views.tsx';
export { Shortcuts, type ShortcutsProps } from './parts/list/shortcuts.tsx';
export type { AllMessages, Messages } from './parts/messages.ts';
export { FailureGroups } from './parts/overview/failure-groups.tsx';
export { RunOverview } from './parts/overview/run-overview.tsx';
export { UpstreamBudget } from './parts/overview/upstream-budget.tsx';
export { Problems, type ProblemsProps } from './parts/problems.tsx';
export { RunPanel } from './parts/run/run-panel.tsx';
export { useRunSelection, type AllThatMatch, type RunSelection } from './parts/selection.ts';
export {
  RunHistorySetting,
  useSetting,
  type Feature,
  type Setting,
  type SettingProps,
} from './parts/setting.tsx';
export { CopyButton, useCopy, type Copied } from './parts/copy.tsx';
export {
  RunLink,
  RunPlaceProvider,
  useRunPlace,
  type RunLinkProps,
  type RunPlace,
} from './parts/run/run-place.tsx';
export { Run, type RunProps } from './parts/run/run.tsx';
export type { Neighbours } from './parts/run/run-bar.tsx';
export type { RunListSlot, ViewSlot } from './parts/slot.ts';
export { Status } from './parts/status.tsx';
export { useFilteredView } from './parts/use-filtered-view.ts';
