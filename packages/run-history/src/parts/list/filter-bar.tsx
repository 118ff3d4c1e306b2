import { useState } from 'react';
import { canFilter, type ListArgument } from '../../core/capability.ts';
import { useApplications, useViewer, useWorkflows } from '../../hooks/use-overview.ts';
import { FilterChips } from '../filters/filter-chips.tsx';
import { ApplicationFilter, SourceFilter, TypeFilter, WorkflowFilter } from '../filters/pick-filters.tsx';
import { RangeFilter } from '../filters/range-filter.tsx';
import { StatusFilter } from '../filters/status-filter.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';

/** Narrows the list. What upstream ignores cannot be chosen, and says so. */
export function FilterBar(slot: RunListSlot) {
  const { messages } = useSetting();
  const { view, show, list } = slot;
  const isReady = list.phase !== 'loading';
  const { data: viewer } = useViewer({ isEnabled: isReady });
  const [isLooking, setLooking] = useState({ workflows: false, applications: false });
  const workflows = useWorkflows({ isEnabled: isReady && (isLooking.workflows || view.workflowId !== null) });
  const applications = useApplications({
    isEnabled: isReady && (isLooking.applications || view.applicationSlugs.length > 0),
  });
  const isIgnored = (argument: ListArgument) => !canFilter(viewer, argument);
  const choice = { view, show };
  return (
    <div className="rh-filters" role="group" aria-label={messages.filters.title}>
      <div className="rh-filters-row">
        <StatusFilter {...slot} isIgnored={isIgnored('filter.status')} />
        <RangeFilter {...choice} knowsTimes={slot.knowsTimes} isIgnored={isIgnored('filter.startDate')} />
        <WorkflowFilter
          {...choice}
          isIgnored={isIgnored('filter.workflowId')}
          asked={workflows}
          onFirstOpen={() => {
            setLooking((before) => ({ ...before, workflows: true }));
          }}
        />
        <ApplicationFilter
          {...choice}
          isIgnored={isIgnored('filter.applicationSlugs')}
          asked={applications}
          onFirstOpen={() => {
            setLooking((before) => ({ ...before, applications: true }));
          }}
        />
        <SourceFilter {...choice} isIgnored={isIgnored('filter.source')} />
        <TypeFilter {...choice} isIgnored={isIgnored('filter.type')} />
      </div>
      <FilterChips {...choice} workflows={workflows.data ?? []} applications={applications.data ?? []} />
    </div>
  );
}
