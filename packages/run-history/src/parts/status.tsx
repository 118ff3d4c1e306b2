import type { RunRow } from '../core/run.ts';
import { useSetting } from './setting.tsx';

/** The state of a run in words; one that is newer than the gateway is said as upstream spells it. `data-status` has it. */
export function Status({ run }: { readonly run: Pick<RunRow, 'status' | 'rawStatus'> }) {
  const { messages } = useSetting();
  const isNew = run.status === 'UNKNOWN' && run.rawStatus !== null;
  return (
    <span className="rh-status" data-status={run.status}>
      <span className="rh-status-mark" aria-hidden="true" />
      {isNew ? run.rawStatus : messages.common.status[run.status]}
    </span>
  );
}
