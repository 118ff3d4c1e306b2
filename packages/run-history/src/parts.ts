// The public surface of `@refold-gateway/run-history/parts`.
export type { AllMessages, Messages } from './parts/messages.ts';
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
export { Status } from './parts/status.tsx';
