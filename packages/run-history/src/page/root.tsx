import { CSPProvider } from '@base-ui/react/csp-provider';
import { useState } from 'react';
import type { Address } from '../hooks/use-view.ts';
import { RunHistorySetting, type SettingProps } from '../parts/setting.tsx';
import { ToastProvider } from '../parts/base/toast.tsx';
import { Page } from './page.tsx';
import { useTopLayer } from './use-top-layer.ts';

/** Light or dark. */
export type Theme = 'auto' | 'light' | 'dark';

/** What holds the tokens: the page, and beside it the popups, so that nothing of the page clips them. */
export function Root({
  theme = 'auto',
  address,
  ...setting
}: Omit<SettingProps, 'container'> & {
  readonly theme?: Theme | undefined;
  readonly address?: Address | undefined;
}) {
  const [container, setContainer] = useState<HTMLElement | null>(null);
  useTopLayer(container);
  return (
    <div className="rh-given" data-theme={theme}>
      <div className="rh-root">
        <CSPProvider disableStyleElements>
          <RunHistorySetting {...setting} container={container}>
            <ToastProvider>
              <Page address={address} />
            </ToastProvider>
          </RunHistorySetting>
        </CSPProvider>
        <div className="rh-popups" popover="manual" ref={setContainer} />
      </div>
    </div>
  );
}
