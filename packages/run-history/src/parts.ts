// The public surface of `@refold-gateway/run-history/parts`.
export type { AllMessages, Messages } from './parts/messages.ts';
export {
  RunHistorySetting,
  useSetting,
  type Feature,
  type Setting,
  type SettingProps,
} from './parts/setting.tsx';
export { Status } from './parts/status.tsx';
