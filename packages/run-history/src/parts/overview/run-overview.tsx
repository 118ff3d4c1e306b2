import { useMemo, useState } from 'react';
import type { ExecutionStatus } from '../../documents/generated.ts';
import { dayIn } from '../../core/zone.ts';
import { without } from '../../core/run.ts';
import type { RunRange } from '../../core/view.ts';
import { useRunCounts } from '../../hooks/use-overview.ts';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import type { Bar } from './bars.ts';
import { Legend } from './legend.tsx';
import { OutcomeChart } from './outcome-chart.tsx';
import { ChartHead } from './chart-head.tsx';
import { ChartNotes } from './chart-notes.tsx';
import { RunNumbers } from './run-numbers.tsx';
import { useCountingOn } from './use-counting-on.ts';
import { useFollow, useHappened } from './use-follow.ts';
import { useOutcomes, type Outcomes } from './use-outcomes.ts';

/** The runs of the range in numbers, and a chart of their outcomes that narrows the list. It asks after the list has come. */
export function RunOverview({ view, show, filter, knowsTimes, list }: RunListSlot) {
  const { messages, has } = useSetting();
  // For good: a list that is read anew must not have what stays the same asked for anew.
  const [isReady, setReady] = useState(false);
  if (!isReady && list.phase === 'ready') setReady(true);
  const whole = useMemo(() => without(filter, 'status'), [filter]);
  const counts = useRunCounts(whole, { isEnabled: isReady });
  const outcomes = useOutcomes(filter, isReady && has('chart'));
  const isFollowing = list.phase === 'ready' && list.live === 'on';
  const happened = useHappened({ filter, list });
  // Counts cost an upstream call for each state, and the chart one or two.
  useFollow(counts.reload, { ...happened, isOn: isFollowing }, 20_000);
  useFollow(outcomes.asked.reload, { ...happened, isOn: isFollowing && has('chart') });
  const isGivenUp = useCountingOn(outcomes.asked, outcomes.asked.data?.missing.length ?? 0, outcomes.name);
  useCountingOn(
    counts,
    counts.data?.byStatus.filter(({ count }) => count === null).length ?? 0,
    JSON.stringify(whole),
  );
  const toggle = (status: ExecutionStatus) => {
    const rest = view.status.filter((one) => one !== status);
    show({ status: rest.length < view.status.length ? rest : [...view.status, status] });
  };
  if (list.phase === 'failed') return null;
  const chart = outcomes.asked.data;
  return (
    <section className="rh-overview" aria-label={messages.overview.title}>
      <RunNumbers counts={counts} list={list} />
      {has('chart') && (
        <div className="rh-overview-chart">
          <ChartHead
            outcomes={outcomes}
            legend={<Legend counts={counts.data} shown={view.status} onToggle={toggle} />}
          />
          {chart === null ? (
            <div
              className="rh-chart-skeleton"
              data-phase={outcomes.asked.phase}
              aria-busy={outcomes.asked.isAsking}
            />
          ) : (
            <OutcomeChart
              chart={chart}
              outcomes={outcomes}
              shown={view.status}
              onPick={(bar) => {
                show({ range: rangeOf(bar, outcomes, knowsTimes) });
              }}
            />
          )}
          <ChartNotes asked={outcomes.asked} isGivenUp={isGivenUp} />
        </div>
      )}
    </section>
  );
}

/** The range of a bar: a day; or an hour, where upstream can be asked for one. */
function rangeOf({ start, end }: Bar, { unit, timeZone }: Outcomes, knowsTimes: boolean): RunRange {
  if (unit === 'HOUR' && knowsTimes) {
    return { from: start, to: end ?? new Date(Date.parse(start) + 3_600_000).toISOString() };
  }
  const day = dayIn(unit === 'HOUR' ? 'UTC' : timeZone, Date.parse(start));
  return { from: day, to: day };
}
