import type { RunClient } from '../core/run-client.ts';
import { RunHistoryProvider } from '../hooks/provider.tsx';
import type { Address } from '../hooks/use-view.ts';
import type { SettingProps } from '../parts/setting.tsx';
import { Isolated } from './isolated.tsx';
import { Root, type Theme } from './root.tsx';

/** What the page is made with. */
export interface RunHistoryProps extends Omit<SettingProps, 'container'> {
  readonly client: RunClient;
  /** Where filters and the open run are kept; the browser's address unless told otherwise. */
  readonly address?: Address | undefined;
  /** `auto`, which it is unless told otherwise: as the page around it, by its `color-scheme`. */
  readonly theme?: Theme | undefined;
  /**
   * Whether it is in a shadow root, with its own styles; true unless told otherwise. If not, import
   * `@refold-gateway/run-history/styles.css`; then each rule of yours wins over it.
   */
  readonly isolated?: boolean | undefined;
  /** Classes of the element around it, where you can set its `--rh-…` properties; it has `rh-host` anyway. */
  readonly className?: string | undefined;
}

/** The run history of the linked account that `client` signs in as. */
export function RunHistory(props: RunHistoryProps) {
  const { isolated = true, className, client, ...rest } = props;
  const classes = className === undefined ? 'rh-host' : `rh-host ${className}`;
  const root = (
    <RunHistoryProvider client={client}>
      <Root {...rest} />
    </RunHistoryProvider>
  );
  return isolated ? <Isolated className={classes}>{root}</Isolated> : <div className={classes}>{root}</div>;
}
