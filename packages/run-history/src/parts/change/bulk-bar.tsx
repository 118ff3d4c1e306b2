import { useId, useState } from 'react';
import type { BulkKind } from '../../core/bulk-change-state.ts';
import { Button } from '../base/button.tsx';
import { Tooltip } from '../base/tooltip.tsx';
import { VisuallyHidden } from '../base/visually-hidden.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { useBulkChanges } from './bulk-changes.tsx';
import { isChangeable } from './changeable.ts';

/** What can be done with the runs that are selected; nothing where none is. */
export function BulkBar({ list, selection, filter }: RunListSlot) {
  const { messages, format, has } = useSetting();
  const { change: words } = messages;
  const { ids, all } = selection;
  const mayTakeAll = useMayTakeAll({ list, selection });
  if (ids.size === 0 && all === null) return null;
  const total = list.totalCount;
  return (
    <div className="rh-bulk-bar" role="group" aria-label={words.bar}>
      <span className="rh-bulk-bar-count" role="status">
        {all === null
          ? words.selected(ids.size)
          : all.total === null
            ? words.allSelectedUncounted
            : words.allSelected(format.number(all.total))}
      </span>
      {mayTakeAll && (
        <Button
          size="small"
          variant="ghost"
          onClick={() => {
            selection.selectAll(filter, total);
          }}
        >
          {total === null ? words.selectAllUncounted : words.selectAll(format.number(total))}
        </Button>
      )}
      <span className="rh-bulk-bar-actions">
        {has('rerun') && <ChangeButton kind="RERUN" list={list} selection={selection} />}
        {has('stop') && <ChangeButton kind="STOP" list={list} selection={selection} />}
        <Button size="small" variant="ghost" icon="close" onClick={selection.clear}>
          {words.clear}
        </Button>
      </span>
    </div>
  );
}

type Chosen = Pick<RunListSlot, 'list' | 'selection'>;

/** Begins a change of those selected whose state allows it; where there are none, it says why it cannot. */
function ChangeButton({ kind, list, selection }: Chosen & { readonly kind: BulkKind }) {
  const words = useSetting().messages.change[kind];
  const { begin } = useBulkChanges();
  const reason = useId();
  const { ids, all, clear } = selection;
  const fit = changeableIds(kind, { list, selection });
  const isUnfit = all === null && fit.length === 0;
  const button = (
    <Button
      size="small"
      icon={kind === 'RERUN' ? 'rerun' : 'stop'}
      disabled={isUnfit}
      isFocusableWhenDisabled
      aria-describedby={isUnfit ? reason : undefined}
      onClick={() => {
        const common = { kind, rows: list.rows, onStart: clear };
        if (all !== null) begin({ ...common, of: { filter: all.filter } });
        else begin({ ...common, of: { ids: fit }, skipped: ids.size - fit.length });
      }}
    >
      {all === null && fit.length > 0 ? words.buttonOf(fit.length) : words.button}
    </Button>
  );
  if (!isUnfit) return button;
  return (
    <>
      <Tooltip content={words.none}>{button}</Tooltip>
      <VisuallyHidden id={reason}>{words.none}</VisuallyHidden>
    </>
  );
}

/**
 * Whether all rows that were loaded have been selected, and others match. Rows that come later, be it further down or as
 * new runs, do not take the offer away from under the pointer.
 */
function useMayTakeAll({ list, selection: { ids, all } }: Chosen): boolean {
  const [allLoaded, setAllLoaded] = useState<ReadonlySet<string> | null>(null);
  const isAllLoaded = ids === allLoaded || list.rows.every(({ id }) => ids.has(id));
  if (isAllLoaded && ids !== allLoaded) setAllLoaded(ids);
  if (all !== null || !isAllLoaded) return false;
  return list.totalCount === null ? list.hasMore || list.newCount > 0 : list.totalCount > ids.size;
}

/** Those of the selected whose state allows it. Of one that is not loaded any more, only upstream can tell. */
function changeableIds(kind: BulkKind, { list, selection }: Chosen): readonly string[] {
  const unfit = new Set(list.rows.filter(({ status }) => !isChangeable(kind, status)).map(({ id }) => id));
  return [...selection.ids].filter((id) => !unfit.has(id));
}
