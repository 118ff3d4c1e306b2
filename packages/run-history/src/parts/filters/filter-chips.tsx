import type { ApplicationOption, WorkflowOption } from '../../hooks/use-overview.ts';
import { DEFAULT_VIEW, type RunView } from '../../core/view.ts';
import { Button } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { hasFilters, NO_FILTERS } from './no-filters.ts';
import { useSetting, type Setting } from '../setting.tsx';
import type { ViewSlot } from '../slot.ts';
import { rangeInWords } from './range-filter.tsx';

/** What a view is narrowed by, one by one, each of which can be taken away. */
export interface FilterChipsProps extends Pick<ViewSlot, 'view' | 'show'> {
  /** By which names are known; what is not among them is shown by its id. */
  readonly workflows: readonly WorkflowOption[];
  readonly applications: readonly ApplicationOption[];
}

interface Chip {
  readonly name: string;
  readonly value: string;
  /** The view without it. */
  readonly without: Partial<RunView>;
}

/** The filters of a view, which can be removed. */
export function FilterChips(props: FilterChipsProps) {
  const setting = useSetting();
  const { messages } = setting;
  const { view, show } = props;
  const chips = chipsOf(props, setting);
  if (chips.length === 0) return null;
  return (
    <ul className="rh-chips" aria-label={messages.filters.active}>
      {chips.map(({ name, value, without }) => (
        <li key={name} className="rh-chip">
          <span className="rh-chip-text">
            <span className="rh-chip-name">{name}</span> {value}
          </span>
          <button
            type="button"
            className="rh-chip-remove"
            aria-label={messages.filters.remove(messages.filters.chip(name, value))}
            onClick={() => {
              show(without);
            }}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
      {(chips.length > 1 || hasFilters(view)) && (
        <li>
          <Button
            size="small"
            variant="ghost"
            onClick={() => {
              show(NO_FILTERS);
            }}
          >
            {messages.filters.clear}
          </Button>
        </li>
      )}
    </ul>
  );
}

function chipsOf({ view, workflows, applications }: FilterChipsProps, setting: Setting): readonly Chip[] {
  const { common, filters, list } = setting.messages;
  const chips: Chip[] = [];
  const add = (name: string, value: string | null, without: Partial<RunView>) => {
    if (value !== null && value !== '') chips.push({ name, value, without });
  };
  const nameOf = (slug: string) => applications.find((one) => one.slug === slug)?.name ?? slug;
  const workflow = workflows.find(({ id }) => id === view.workflowId);
  const isUsual = JSON.stringify(view.range) === JSON.stringify(DEFAULT_VIEW.range);
  add(filters.search.chip, view.search.trim(), { search: '' });
  add(filters.status, view.status.map((status) => common.status[status]).join(', '), { status: [] });
  add(filters.source, view.source && list.source[view.source], { source: null });
  add(filters.type, view.type && filters.types[view.type], { type: null });
  add(filters.workflow, workflow?.name ?? view.workflowId, { workflowId: null });
  add(filters.application, view.applicationSlugs.map(nameOf).join(', '), { applicationSlugs: [] });
  add(filters.range, isUsual ? null : rangeInWords(view.range, setting), { range: DEFAULT_VIEW.range });
  return chips;
}
