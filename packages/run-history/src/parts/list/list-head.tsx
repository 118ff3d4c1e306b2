import { canFilter } from '../../core/capability.ts';
import { useViewer } from '../../hooks/use-overview.ts';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';

/** The columns, and what can be selected at once. */
export function ListHead(props: RunListSlot & { readonly canSelect: boolean }) {
  const { messages } = useSetting();
  const { columns } = messages.list;
  const { view, show, canSelect } = props;
  const isAscending = view.sort === 'ASC';
  const { data: viewer } = useViewer({ isEnabled: props.list.phase !== 'loading' });
  const isIgnored = !canFilter(viewer, 'sort');
  return (
    <div role="rowgroup" className="rh-list-head">
      <div role="row" className="rh-list-columns" aria-rowindex={1}>
        {canSelect && <SelectAll {...props} />}
        <span role="columnheader" data-column="status">
          {columns.status}
        </span>
        <span role="columnheader" data-column="workflow">
          {columns.workflow}
        </span>
        <span role="columnheader" data-column="details">
          {columns.details}
        </span>
        <span role="columnheader" data-column="source">
          {columns.source}
        </span>
        <span role="columnheader" data-column="started" aria-sort={isAscending ? 'ascending' : 'descending'}>
          <button
            type="button"
            className="rh-list-sort"
            data-sort={view.sort}
            title={
              isIgnored
                ? messages.list.sortIgnored
                : isAscending
                  ? messages.list.oldestFirst
                  : messages.list.newestFirst
            }
            disabled={isIgnored && !isAscending}
            onClick={() => {
              show({ sort: isAscending ? 'DESC' : 'ASC' });
            }}
          >
            {columns.started}
            <span className="rh-list-sort-mark" aria-hidden="true" />
          </button>
        </span>
        <span role="columnheader" data-column="duration">
          {columns.duration}
        </span>
      </div>
    </div>
  );
}

function SelectAll({ list, selection }: RunListSlot) {
  const { messages } = useSetting();
  const { rows } = list;
  const count = selection.ids.size;
  const isAll = rows.length > 0 && rows.every(({ id }) => selection.ids.has(id));
  return (
    <span role="columnheader" data-column="select">
      <label className="rh-row-check">
        <input
          type="checkbox"
          aria-label={messages.list.selectLoaded}
          checked={isAll}
          disabled={rows.length === 0}
          ref={(box) => {
            if (box !== null) box.indeterminate = count > 0 && !isAll;
          }}
          onChange={() => {
            if (isAll) selection.clear();
            else selection.change(rows.map(({ id }) => id));
          }}
        />
      </label>
    </span>
  );
}
