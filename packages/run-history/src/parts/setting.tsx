import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { createFormat, type Format } from '../core/format.ts';
import { completeMessages, type AllMessages, type Messages } from './messages.ts';

/** What can be hidden or shown; all of it but the `budget`, which is for operators, is shown unless told otherwise. */
export type Feature =
  | 'search'
  | 'filters'
  | 'views'
  | 'chart'
  | 'failures'
  | 'rerun'
  | 'stop'
  | 'bulk'
  | 'export'
  | 'live'
  | 'budget'
  | 'payloads'
  | 'share';

/** How the parts below it look and speak. */
export interface SettingProps {
  /** Such as `de`; the browser's own unless told otherwise. */
  readonly locale?: string | undefined;
  /** Such as `Europe/Berlin`; the browser's own unless told otherwise. Everything is shown in it. */
  readonly timeZone?: string | undefined;
  /** Words in another language, or other words. */
  readonly messages?: Messages | undefined;
  /** `false` hides; `budget` is shown only where it is `true`. */
  readonly features?: Readonly<Partial<Record<Feature, boolean>>> | undefined;
  /**
   * Under which views are saved in the browser. Unless told otherwise there is one for each linked account, so that
   * nobody sees those of others who share the browser.
   */
  readonly viewsKey?: string | undefined;
  /** Where popups are put: within the shadow root, where there is one; else the body. */
  readonly container?: HTMLElement | null | undefined;
  /** Opens your own page to connect an application anew; without it, people are told to, and get no button. */
  readonly onReconnect?:
    | ((application: {
        readonly id: string;
        readonly slug: string | null;
        readonly name: string | null;
      }) => void)
    | undefined;
}

/** The same, with all that was left out. */
export interface Setting {
  readonly messages: AllMessages;
  readonly format: Format;
  /** Undefined: the browser's own. */
  readonly locale: string | undefined;
  /** By whose clocks days and hours are meant. */
  readonly timeZone: string;
  readonly has: (feature: Feature) => boolean;
  /** Null: the linked account's. */
  readonly viewsKey: string | null;
  readonly container: HTMLElement | null;
  readonly onReconnect: SettingProps['onReconnect'];
}

/** What is hidden unless it is asked for. */
const HIDDEN: readonly Feature[] = ['budget'];
const Context = createContext<Setting | null>(null);

/** Sets how the parts below look and speak. */
export function RunHistorySetting({ children, ...props }: SettingProps & { readonly children?: ReactNode }) {
  const { locale, timeZone, messages, features, viewsKey, container, onReconnect } = props;
  const setting = useMemo<Setting>(
    () => ({
      messages: completeMessages(messages ?? {}),
      format: createFormat(locale, timeZone),
      locale,
      timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      has: (feature) => features?.[feature] ?? !HIDDEN.includes(feature),
      viewsKey: viewsKey ?? null,
      container: container ?? null,
      onReconnect,
    }),
    [locale, timeZone, messages, features, viewsKey, container, onReconnect],
  );
  return <Context.Provider value={setting}>{children}</Context.Provider>;
}

/** How a part is to look and speak. @throws Error outside of a `RunHistorySetting` */
export function useSetting(): Setting {
  const setting = useContext(Context);
  if (setting === null) throw new Error('Put a <RunHistorySetting> around this');
  return setting;
}
