import type { ExecutionStatus } from '../../documents/generated.ts';
import type { RunCounts } from '../../hooks/use-overview.ts';
import { useSetting } from '../setting.tsx';
import { STACK } from './bars.ts';

/** What each colour stands for, and how many there are; a state that upstream can filter by is a switch of the filter. */
export function Legend({
  counts,
  shown,
  onToggle,
}: {
  readonly counts: RunCounts | null;
  readonly shown: readonly ExecutionStatus[];
  readonly onToggle: (status: ExecutionStatus) => void;
}) {
  const { messages, format } = useSetting();
  const countOf = (status: ExecutionStatus) => {
    const entry = counts?.byStatus.find((one) => one.status === status);
    // States that are newer than the gateway are told only where there are any.
    return entry === undefined && status === 'UNKNOWN' ? 0 : (entry?.count ?? null);
  };
  // All but one have their places from the start, so that nothing moves when the numbers come.
  const named = STACK.filter(
    (status) => status !== 'STOPPING' || (countOf(status) ?? 0) > 0 || shown.includes(status),
  );
  return (
    <ul className="rh-legend" aria-label={messages.overview.legend}>
      {named.map((status) => {
        const inner = (
          <>
            <span className="rh-legend-mark" aria-hidden="true" />
            {messages.common.status[status]}
            <span className="rh-legend-count">{counts === null ? '' : format.number(countOf(status))}</span>
          </>
        );
        return (
          <li key={status} data-status={status}>
            {status === 'UNKNOWN' ? (
              <span className="rh-legend-entry">{inner}</span>
            ) : (
              <button
                type="button"
                className="rh-legend-entry"
                aria-pressed={shown.includes(status)}
                data-dimmed={(shown.length > 0 && !shown.includes(status)) || undefined}
                onClick={() => {
                  onToggle(status);
                }}
              >
                {inner}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
