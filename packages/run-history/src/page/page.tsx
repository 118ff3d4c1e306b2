import { useState } from 'react';
import type { RunFilter } from '../core/run.ts';
import { useViewerAfter } from '../hooks/use-overview.ts';
import { useRuns } from '../hooks/use-runs.ts';
import { useRunView, type Address, type ShownView } from '../hooks/use-view.ts';
import { FilterBar } from '../parts/list/filter-bar.tsx';
import { LiveBar } from '../parts/list/live-bar.tsx';
import { RunSearch } from '../parts/list/run-search.tsx';
import { RunTable } from '../parts/list/run-table.tsx';
import { SavedViews } from '../parts/list/saved-views.tsx';
import { Shortcuts } from '../parts/list/shortcuts.tsx';
import { BulkChanges } from '../parts/change/bulk-changes.tsx';
import { BulkBar } from '../parts/change/bulk-bar.tsx';
import { ExportMenu } from '../parts/change/export-menu.tsx';
import { FailureGroups } from '../parts/overview/failure-groups.tsx';
import { RunOverview } from '../parts/overview/run-overview.tsx';
import { UpstreamBudget } from '../parts/overview/upstream-budget.tsx';
import { RunPanel } from '../parts/run/run-panel.tsx';
import { useRunSelection } from '../parts/selection.ts';
import { useSetting } from '../parts/setting.tsx';
import type { RunListSlot } from '../parts/slot.ts';
import { useFilteredView } from '../parts/use-filtered-view.ts';
import { useRunFocus } from './use-run-focus.ts';

/** The page: the list and what is around it, and the open run beside it. */
export function Page({
  address,
  prefix,
  pageSize,
}: {
  readonly address: Address | undefined;
  readonly prefix: string | undefined;
  readonly pageSize: number | undefined;
}) {
  const { has, messages } = useSetting();
  const { isKnown, forgoTimes, ...shown } = useFilteredView(useRunView(address, prefix));
  const { view, filter } = shown;
  const list = useRuns(
    isKnown
      ? { filter, sort: view.sort, isLive: has('live'), ...(pageSize !== undefined && { pageSize }) }
      : null,
  );
  if (hasTimes(filter) && list.problems.some(({ code }) => code === 'NOT_SUPPORTED')) forgoTimes();
  useViewerAfter(list.problems);
  const selection = useRunSelection(filter);
  const [page, setPage] = useState<HTMLElement | null>(null);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  useRunFocus(page, view.runId);

  const slot: RunListSlot = { ...shown, list, selection, scroller };
  return (
    <BulkChanges {...shown}>
      <div
        className="rh-page"
        data-rh-page=""
        tabIndex={-1}
        data-run={view.runId === null ? 'closed' : 'open'}
        ref={setPage}
      >
        <div className="rh-main" ref={setScroller}>
          <div className="rh-header">
            <h2 className="rh-title">{messages.common.title}</h2>
            {has('search') && <RunSearch {...shown} />}
            <div className="rh-header-end">
              <LiveBar {...slot} />
              {has('export') && <ExportMenu {...slot} />}
            </div>
          </div>
          <RunOverview {...slot} />
          {has('failures') && <FailureGroups {...slot} />}
          <div className="rh-bars">
            {has('views') && <SavedViews {...shown} />}
            {has('filters') && <FilterBar {...slot} />}
          </div>
          <RunTable {...slot} />
          {has('bulk') && <BulkBar {...slot} />}
          <div className="rh-footer">
            <Shortcuts {...slot} root={page} />
            {has('budget') && <UpstreamBudget isReady={list.phase !== 'loading'} />}
          </div>
        </div>
        <OpenRun {...shown} list={list} />
      </div>
    </BulkChanges>
  );
}

function OpenRun({ list, ...shown }: ShownView & Pick<RunListSlot, 'list'>) {
  const { messages } = useSetting();
  const { view, show } = shown;
  if (view.runId === null) return null;
  return (
    <aside className="rh-run-sheet" aria-label={messages.common.openRun}>
      <RunPanel
        id={view.runId}
        {...shown}
        list={list}
        onClose={() => {
          show({ runId: null });
        }}
      />
    </aside>
  );
}

function hasTimes({ createdAfter, createdBefore }: RunFilter): boolean {
  return createdAfter != null || createdBefore != null;
}
