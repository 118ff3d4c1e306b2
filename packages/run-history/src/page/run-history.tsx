import type { RunClient } from '../core/run-client.ts';
import { keyOf } from '../hooks/client-key.ts';
import { RunHistoryProvider } from '../hooks/provider.tsx';
import { Isolated } from './isolated.tsx';
import { Root, type RootProps } from './root.tsx';

/** What the page is made with. */
export interface RunHistoryProps extends RootProps {
  readonly client: RunClient;
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
  if (!isolated) return <div className={classes}>{root}</div>;
  // The shadow root is a React root of its own, which would show the former account for a moment longer.
  return (
    <Isolated key={keyOf(client)} className={classes}>
      {root}
    </Isolated>
  );
}
