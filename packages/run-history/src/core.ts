// The public surface of `@refold-gateway/run-history/core`.
export { createGatewayClient, type GatewayOptions } from './core/gateway-client.ts';
export { isSignedOut, type Problem } from './core/problem.ts';
export type { Answer, Observer, RunClient } from './core/run-client.ts';
export { createRunList, type RunList, type RunListOptions, type RunListState } from './core/run-list.ts';
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
