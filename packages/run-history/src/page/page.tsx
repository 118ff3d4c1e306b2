import { useMemo, useState } from 'react';
import { filterOf } from '../core/view.ts';
import { useRuns } from '../hooks/use-runs.ts';
import { useRunView, type Address, type ShownView } from '../hooks/use-view.ts';
import { FilterBar } from '../parts/list/filter-bar.tsx';
import { LiveBar } from '../parts/list/live-bar.tsx';
import { RunSearch } from '../parts/list/run-search.tsx';
import { RunTable } from '../parts/list/run-table.tsx';
import { SavedViews } from '../parts/list/saved-views.tsx';
import { Shortcuts } from '../parts/list/shortcuts.tsx';
import { BulkBar } from '../parts/overview/bulk-bar.tsx';
import { ExportMenu } from '../parts/overview/export-menu.tsx';
import { FailureGroups } from '../parts/overview/failure-groups.tsx';
import { RunOverview } from '../parts/overview/run-overview.tsx';
import { UpstreamBudget } from '../parts/overview/upstream-budget.tsx';
import { RunPanel } from '../parts/run/run-panel.tsx';
import { useRunSelection } from '../parts/selection.ts';
import { useSetting } from '../parts/setting.tsx';
import type { LateSlot, RunListSlot, ViewSlot } from '../parts/slot.ts';
import { useRunFocus } from './run-focus.ts';

/** The page: the list and what is around it, and the open run beside it. */
export function Page({ address }: { readonly address: Address | undefined }) {
  const { has, messages } = useSetting();
  const shown = useFilteredView(useRunView(address));
  const { view, filter } = shown;
  const list = useRuns({ filter, sort: view.sort, isLive: has('live') });
  const selection = useRunSelection(filter);
  const [page, setPage] = useState<HTMLElement | null>(null);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  useRunFocus(page, view.runId);

  const slot: RunListSlot = { ...shown, list, selection, scroller };
  const late: LateSlot = { ...shown, isReady: list.phase !== 'loading' };
  return (
    <div className="rh-page" data-run={view.runId === null ? 'closed' : 'open'} ref={setPage}>
      <Shortcuts {...slot} root={page} />
      <section className="rh-main" ref={setScroller} aria-label={messages.common.title}>
        <header className="rh-header">
          <h2 className="rh-title">{messages.common.title}</h2>
          {has('search') && <RunSearch {...shown} />}
          <div className="rh-header-end">
            {has('live') && <LiveBar {...slot} />}
            {has('export') && <ExportMenu {...slot} />}
          </div>
        </header>
        <RunOverview {...late} />
        {has('failures') && <FailureGroups {...late} selection={selection} />}
        <div className="rh-bars">
          {has('views') && <SavedViews {...shown} />}
          {has('filters') && <FilterBar {...late} />}
          {has('bulk') && <BulkBar {...slot} />}
        </div>
        <RunTable {...slot} />
        <footer className="rh-footer">{has('budget') && <UpstreamBudget isReady={late.isReady} />}</footer>
      </section>
      <OpenRun {...shown} />
    </div>
  );
}

function OpenRun(shown: ShownView) {
  const { messages } = useSetting();
  const { view, show } = shown;
  if (view.runId === null) return null;
  return (
    <aside className="rh-run-sheet" aria-label={messages.common.openRun}>
      <RunPanel
        key={view.runId}
        id={view.runId}
        {...shown}
        onClose={() => {
          show({ runId: null });
        }}
      />
    </aside>
  );
}

/** The view with its filter. Presets go by the time of the last choice, so that a list does not change by itself. */
function useFilteredView(shown: ShownView): ViewSlot {
  const { timeZone } = useSetting();
  const [nowMs, setNowMs] = useState(Date.now);
  return useMemo(() => {
    const filter = filterOf(shown.view, nowMs, false, timeZone);
    const show: ShownView['show'] = (part, how) => {
      if (Object.keys(part).some((name) => name !== 'runId')) setNowMs(Date.now());
      shown.show(part, how);
    };
    return { ...shown, filter, show };
  }, [shown, nowMs, timeZone]);
}
