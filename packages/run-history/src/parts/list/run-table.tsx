import { useEffect, useMemo, useState, type CSSProperties } from 'react';
import { recoveriesOf, rerunLinks } from '../../core/recovery.ts';
import { hasFailed } from '../../core/run.ts';
import type { RunListSlot } from '../slot.ts';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import { ListEnd } from './list-end.tsx';
import { ListHead } from './list-head.tsx';
import { ListState } from './list-state.tsx';
import { NewRuns } from './new-runs.tsx';
import { RunTableRow } from './run-table-row.tsx';
import { useMargin } from './use-margin.ts';
import { useRest } from './use-rest.ts';
import { useRowActions } from './use-row-actions.ts';
import { useRowSize } from './use-row-size.ts';
import { OVERSCAN, useRows } from './use-rows.ts';

/**
 * The runs. Only the rows in sight are elements, so it may be as long as it likes; further pages are loaded on the way
 * down. New rows wait while something could move under the reader, and rows change in place.
 */
export function RunTable(slot: RunListSlot) {
  const { messages, has } = useSetting();
  const { list, scroller } = slot;
  const [body, setBody] = useState<HTMLElement | null>(null);
  const [rowSize, probe] = useRowSize(56);
  const margin = useMargin(body, scroller);
  const rest = useRest(list.setAtTop, scroller, margin);
  const canSelect = has('bulk');
  return (
    <div className="rh-list" data-rh-list="" data-selectable={canSelect ? '' : undefined} {...rest}>
      <div ref={probe} className="rh-list-probe" aria-hidden="true" />
      {list.rows.length > 0 && (
        <div className="rh-list-problems">
          <Problems problems={list.problems} retryAt={list.retryAt} onRetry={list.reload} />
        </div>
      )}
      <NewRuns list={list} view={slot.view} scroller={scroller} margin={margin} />
      <div
        className="rh-list-table"
        role="table"
        aria-label={messages.list.title}
        aria-rowcount={list.totalCount === null ? -1 : list.totalCount + 1}
        aria-busy={list.phase === 'loading'}
      >
        <ListHead {...slot} canSelect={canSelect} />
        <Body {...slot} setBody={setBody} rowSize={rowSize} margin={margin} canSelect={canSelect} />
      </div>
      {list.rows.length > 0 ? <ListEnd list={list} /> : <ListState {...slot} />}
    </div>
  );
}

interface BodyProps extends RunListSlot {
  readonly setBody: (body: HTMLElement | null) => void;
  readonly rowSize: number;
  readonly margin: number;
  readonly canSelect: boolean;
}

function Body(props: BodyProps) {
  const { list, view, selection, scroller, setBody, rowSize, margin, canSelect } = props;
  const { rows, hasMore, problems, loadMore } = list;
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const { items, totalSize } = useRows({ rows, scroller, rowSize, margin, focusedId });
  const last = items.at(-1)?.index ?? -1;
  const isNearEnd = hasMore && last >= rows.length - OVERSCAN && problems.length === 0;
  useEffect(() => {
    if (isNearEnd) loadMore();
  }, [isNearEnd, loadMore, rows.length]);
  const actions = useRowActions(props);
  const recoveries = useMemo(() => recoveriesOf(rows.filter(hasFailed), rerunLinks(rows), rows), [rows]);
  return (
    <div
      ref={setBody}
      role="rowgroup"
      className="rh-list-body"
      style={{ '--rh-list-size': `${String(totalSize)}px` } as CSSProperties}
      onFocus={({ target }) => {
        const row = target.closest('[role="row"]');
        setFocusedId(row?.querySelector<HTMLElement>('[data-run-id]')?.dataset['runId'] ?? null);
      }}
    >
      {items.map(({ index, start }) => {
        const run = rows[index];
        if (run === undefined) return null;
        const recovered = recoveries.get(run.id);
        return (
          <RunTableRow
            key={run.id}
            run={run}
            index={index}
            top={start - margin}
            size={rowSize}
            reason={list.reasons.get(run.id)}
            recovery={recovered?.recovery ?? 'none'}
            rerunId={recovered?.rerunId ?? null}
            isSelected={selection.all !== null || selection.ids.has(run.id)}
            isShown={view.runId === run.id}
            canSelect={canSelect}
            {...actions}
          />
        );
      })}
    </div>
  );
}
