import type { RunClient } from '../core/run-client.ts';
import { filterOf } from '../core/view.ts';
import { RunHistoryProvider } from '../hooks/provider.tsx';
import { useRuns } from '../hooks/use-runs.ts';
import { useRunView, type Address, type ShownView } from '../hooks/use-view.ts';
import { RunHistorySetting, type SettingProps } from '../parts/setting.tsx';
import { Status } from '../parts/status.tsx';

/** What the page is made with. */
export interface RunHistoryProps extends SettingProps {
  readonly client: RunClient;
  /** Where filters and the open run are kept; the browser's address unless told otherwise. */
  readonly address?: Address;
}

/** The run history of the linked account that `client` signs in as. */
export function RunHistory({ client, address, ...setting }: RunHistoryProps) {
  const shown = useRunView(address);
  return (
    <RunHistoryProvider client={client}>
      <RunHistorySetting {...setting}>
        <div className="rh-root">
          <List {...shown} />
        </div>
      </RunHistorySetting>
    </RunHistoryProvider>
  );
}

function List({ view }: ShownView) {
  const { rows } = useRuns({
    filter: filterOf({ ...view, range: { preset: 'all' } }, 0, false),
    sort: view.sort,
  });
  return (
    <ul>
      {rows.map((run) => (
        <li key={run.id}>
          {run.id} <Status run={run} />
        </li>
      ))}
    </ul>
  );
}
