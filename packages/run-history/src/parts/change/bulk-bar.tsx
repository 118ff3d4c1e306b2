import type { BulkKind } from '../../core/bulk-change.ts';
import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { useBulkChanges } from './bulk-changes.tsx';
import { isChangeable } from './changeable.ts';

/** What can be done with the runs that are selected; nothing where none is. */
export function BulkBar({ list, selection, filter }: RunListSlot) {
  const { messages, format, has } = useSetting();
  const { change: words } = messages;
  const { begin } = useBulkChanges();
  const { ids, all } = selection;
  if (ids.size === 0 && all === null) return null;
  const rows = list.rows.filter(({ id }) => ids.has(id));
  const act = (kind: BulkKind) => {
    if (all !== null) {
      begin({ kind, of: { filter: all.filter } });
      return;
    }
    const fit = changeableIds(kind, ids, rows);
    begin({ kind, of: { ids: fit }, skipped: ids.size - fit.length });
  };
  const button = (kind: BulkKind) => {
    const count = changeableIds(kind, ids, rows).length;
    return (
      <Button
        size="small"
        icon={kind === 'RERUN' ? 'rerun' : 'stop'}
        disabled={all === null && count === 0}
        isFocusableWhenDisabled
        onClick={() => {
          act(kind);
        }}
      >
        {all === null && count > 0 ? words[kind].buttonOf(count) : words[kind].button}
      </Button>
    );
  };
  const total = list.totalCount;
  const canTakeAll =
    all === null && list.rows.every(({ id }) => ids.has(id)) && (list.hasMore || list.newCount > 0);
  return (
    <div className="rh-bulk-bar" role="group" aria-label={words.bar}>
      <span className="rh-bulk-bar-count" role="status">
        {all === null
          ? words.selected(ids.size)
          : all.total === null
            ? words.allSelectedUncounted
            : words.allSelected(format.number(all.total))}
      </span>
      {canTakeAll && (
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
        {has('rerun') && button('RERUN')}
        {has('stop') && button('STOP')}
        <Button size="small" variant="ghost" icon="close" onClick={selection.clear}>
          {words.clear}
        </Button>
      </span>
    </div>
  );
}

/** Those of the selected whose state allows it. Of one that is not loaded any more, only upstream can tell. */
function changeableIds(
  kind: BulkKind,
  ids: ReadonlySet<string>,
  rows: RunListSlot['list']['rows'],
): readonly string[] {
  const unfit = new Set(rows.filter(({ status }) => !isChangeable(kind, status)).map(({ id }) => id));
  return [...ids].filter((id) => !unfit.has(id));
}
