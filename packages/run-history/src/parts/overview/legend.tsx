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
  const countOf = (status: ExecutionStatus) =>
    counts?.byStatus.find((one) => one.status === status)?.count ?? null;
  // States that are rare are named only where there are any.
  const named = STACK.filter(
    (status) => isUsual(status) || (countOf(status) ?? 0) > 0 || shown.includes(status),
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

function isUsual(status: ExecutionStatus): boolean {
  return status === 'COMPLETED' || status === 'ERRORED' || status === 'RUNNING';
}
