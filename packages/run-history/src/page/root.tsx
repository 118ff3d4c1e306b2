import { CSPProvider } from '@base-ui/react/csp-provider';
import { useState } from 'react';
import type { Address } from '../hooks/use-view.ts';
import { RunHistorySetting, type SettingProps } from '../parts/setting.tsx';
import { ToastProvider } from '../parts/base/toast.tsx';
import { Page } from './page.tsx';
import { useTopLayer } from './use-top-layer.ts';

/** Light or dark. */
export type Theme = 'auto' | 'light' | 'dark';

/** How the page looks, speaks, and keeps what it shows. */
export interface RootProps extends Omit<SettingProps, 'container'> {
  /** `auto`, which it is unless told otherwise: as the page around it, by its `color-scheme`. */
  readonly theme?: Theme | undefined;
  /** Where filters and the open run are kept; the browser's address unless told otherwise. */
  readonly address?: Address | undefined;
  /** In front of its names in the address, `rh-` unless told otherwise: two on one page need two. */
  readonly addressPrefix?: string | undefined;
  /** How many runs are asked for at once, 50 unless told otherwise; the gateway has a limit of its own. */
  readonly pageSize?: number | undefined;
}

/** What holds the tokens: the page, and beside it the popups, so that nothing of the page clips them. */
export function Root({ theme = 'auto', address, addressPrefix, pageSize, ...setting }: RootProps) {
  const [container, setContainer] = useState<HTMLElement | null>(null);
  useTopLayer(container);
  return (
    <div className="rh-given" data-theme={theme}>
      <div className="rh-root">
        <CSPProvider disableStyleElements>
          <RunHistorySetting {...setting} container={container}>
            <ToastProvider>
              <Page address={address} prefix={addressPrefix} pageSize={pageSize} />
            </ToastProvider>
          </RunHistorySetting>
        </CSPProvider>
        <div className="rh-popups" popover="manual" ref={setContainer} />
      </div>
    </div>
  );
}
