import type { RunClient } from '../core/run-client.ts';
import { RunHistoryProvider } from '../hooks/provider.tsx';
import { useRuns } from '../hooks/use-runs.ts';

/** What the page is made with. */
export interface RunHistoryProps {
  readonly client: RunClient;
}

/** The run history of the linked account that `client` signs in as. */
export function RunHistory({ client }: RunHistoryProps) {
  return (
    <RunHistoryProvider client={client}>
      <Rows />
    </RunHistoryProvider>
  );
}

function Rows() {
  const { rows } = useRuns();
  return (
    <ul>
      {rows.map(({ id, status }) => (
        <li key={id}>
          {id} {status}
        </li>
      ))}
    </ul>
  );
}
