import { useEffect } from 'react';
import {
  ApplicationsDocument,
  RunChartDocument,
  RunCountsDocument,
  RunFailuresDocument,
  RunStripDocument,
  ViewerDocument,
  WorkflowsDocument,
  type ApplicationsQuery,
  type BucketUnit,
  type RunChartQuery,
  type RunCountsQuery,
  type RunFailuresQuery,
  type RunStripQuery,
  type ViewerQuery,
  type WorkflowsQuery,
} from '../documents/generated.ts';
import type { Problem } from '../core/problem.ts';
import type { RunFilter } from '../core/run.ts';
import { useRunHistory } from './provider.tsx';
import { useAsked, type Asked, type Asking } from './use-asked.ts';

/** How many runs match, and how many of them are in each state. */
export type RunCounts = NonNullable<RunCountsQuery['executionCounts']>;
/** How many were created in each hour or day. */
export type RunChart = NonNullable<RunChartQuery['executionCounts']>['buckets'];
/** The newest failed runs, grouped by what went wrong. */
export type RunFailures = NonNullable<RunFailuresQuery['executionFailures']>;
/** A workflow that a list can be narrowed to. */
export type WorkflowOption = NonNullable<WorkflowsQuery['workflows']>['nodes'][number];
/** An application, and whether the linked account's connection to it stands. */
export type ApplicationOption = NonNullable<ApplicationsQuery['applications']>[number];
/** Who is signed in, and what upstream can do for them. */
export type Viewer = ViewerQuery['viewer'];
/** A run of the strip. */
export type StripRun = NonNullable<RunStripQuery['executions']>['nodes'][number];

/** The numbers beside the filters. */
export function useRunCounts(filter: RunFilter, asking?: Asking): Asked<RunCounts> {
  return useAsked(RunCountsDocument, { filter }, (data) => data.executionCounts, asking);
}

/** The chart: one bucket for each hour or day of the filter's range, which needs a beginning. */
export function useRunChart(
  filter: RunFilter,
  { unit, timeZone }: { readonly unit: BucketUnit; readonly timeZone: string },
  asking?: Asking,
): Asked<RunChart> {
  return useAsked(
    RunChartDocument,
    { filter, unit, timeZone },
    (data) => data.executionCounts?.buckets ?? null,
    asking,
  );
}

/** What goes wrong most, among the newest failed runs. */
export function useFailures(filter: RunFilter, asking?: Asking): Asked<RunFailures> {
  return useAsked(RunFailuresDocument, { filter }, (data) => data.executionFailures, asking);
}

/** The first hundred workflows that the linked account can run. */
export function useWorkflows(asking?: Asking): Asked<readonly WorkflowOption[]> {
  return useAsked(WorkflowsDocument, { first: 100 }, (data) => data.workflows?.nodes ?? null, {
    freshMs: 60_000,
    ...asking,
  });
}

/** Every application that is enabled, with the state of the connection to it. */
export function useApplications(asking?: Asking): Asked<readonly ApplicationOption[]> {
  return useAsked(ApplicationsDocument, {}, (data) => data.applications, { freshMs: 60_000, ...asking });
}

/** Who is signed in, the upstream budget, and which filters upstream applies. It costs no upstream call. */
export function useViewer(asking?: Asking): Asked<Viewer> {
  return useAsked(ViewerDocument, {}, (data) => data.viewer, asking);
}

/** Asks anew what upstream can do when it has refused something: the gateway knows better from then on. */
export function useViewerAfter(problems: readonly Problem[]): void {
  const { queries } = useRunHistory();
  const isRefused = problems.some(({ code }) => code === 'NOT_SUPPORTED');
  useEffect(() => {
    if (isRefused) void queries.invalidateQueries({ queryKey: [ViewerDocument.toString()] });
  }, [queries, isRefused]);
}

/** The last runs of a workflow, the newest first. */
export function useRunStrip(workflowId: string, size = 20, asking?: Asking): Asked<readonly StripRun[]> {
  return useAsked(RunStripDocument, { workflowId, size }, (data) => data.executions?.nodes ?? null, asking);
}
