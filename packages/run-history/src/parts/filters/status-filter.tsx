import type { ExecutionStatus } from '../../documents/generated.ts';
import { without } from '../../core/run.ts';
import { FILTER_STATUSES } from '../../core/view.ts';
import { useRunCounts, type RunCounts } from '../../hooks/use-overview.ts';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { Choices } from './choices.tsx';
import { FilterPopover } from './filter-popover.tsx';

/** Chooses one or several states, with how many runs are in each. */
export function StatusFilter({ view, show, filter, list, isIgnored }: RunListSlot & { isIgnored: boolean }) {
  const { messages, format } = useSetting();
  const { data: counts } = useRunCounts(without(filter, 'status'), {
    isEnabled: list.phase !== 'loading',
  });
  return (
    <FilterPopover
      name={messages.filters.status}
      icon="filter"
      count={view.status.length}
      isIgnored={isIgnored}
    >
      {() => (
        <Choices
          name={messages.filters.status}
          chosen={view.status}
          onToggle={(value) => {
            show({ status: toggled(view.status, value as ExecutionStatus) });
          }}
          choices={FILTER_STATUSES.map((status) => ({
            value: status,
            label: messages.common.status[status],
            hint: messages.filters.statusMeans[status],
            mark: (
              <span className="rh-status" data-status={status}>
                <span className="rh-status-mark" aria-hidden="true" />
              </span>
            ),
            end: (
              <span
                className="rh-filter-choice-count"
                title={countOf(counts, status) === null ? messages.filters.countNotKnown : undefined}
              >
                {format.number(countOf(counts, status))}
              </span>
            ),
          }))}
        />
      )}
    </FilterPopover>
  );
}

/** Null: not known. A state that is not among those counted has none, where all were. */
function countOf(counts: RunCounts | null, status: ExecutionStatus): number | null {
  if (counts === null) return null;
  const counted = counts.byStatus.find((one) => one.status === status);
  return counted === undefined ? (counts.partial ? null : 0) : counted.count;
}

/** The list with the value, or without it, where it had it. */
export function toggled<Value>(list: readonly Value[], value: Value): readonly Value[] {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}
