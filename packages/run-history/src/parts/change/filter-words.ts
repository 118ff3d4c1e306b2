import type { RunFilter } from '../../core/run.ts';
import { useApplications, useWorkflows } from '../../hooks/use-overview.ts';
import { useSetting } from '../setting.tsx';

/** A filter in words, a line for each of its parts. Names that are not known are said by their ids. */
export function useFilterWords(filter: RunFilter): readonly string[] {
  const { messages, format } = useSetting();
  const words = messages.change.filter;
  const workflows = useWorkflows({ isEnabled: filter.workflowId != null });
  const slugs = filter.applicationSlugs ?? [];
  const applications = useApplications({ isEnabled: slugs.length > 0 });
  const workflowName = workflows.data?.find(({ id }) => id === filter.workflowId)?.name;
  const applicationName = (slug: string) => applications.data?.find((one) => one.slug === slug)?.name ?? slug;
  const { status, source, type, workflowId, executionId, startDate, endDate, createdAfter, createdBefore } =
    filter;
  const lines = [
    (status ?? []).length > 0 &&
      words.status((status ?? []).map((one) => messages.common.status[one]).join(', ')),
    source != null && words.source(words.sources[source] ?? source),
    type != null && words.type(type.toLowerCase()),
    workflowId != null && words.workflow(workflowName ?? workflowId),
    filter.workflowName != null && words.workflowName(filter.workflowName),
    slugs.length > 0 && words.application(slugs.map(applicationName).join(', ')),
    executionId != null && words.run(executionId),
    startDate != null && words.from(`${startDate} (UTC)`),
    endDate != null && words.until(`${endDate} (UTC)`),
    createdAfter != null && words.from(format.moment(createdAfter)),
    createdBefore != null && words.before(format.moment(createdBefore)),
  ].filter((line) => line !== false);
  return lines.length === 0 ? [words.all] : lines;
}
