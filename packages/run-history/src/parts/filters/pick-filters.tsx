import { FILTER_SOURCES, FILTER_TYPES } from '../../core/view.ts';
import type { ApplicationOption, WorkflowOption } from '../../hooks/use-overview.ts';
import type { Asked } from '../../hooks/use-asked.ts';
import { WorkflowIcon } from '../list/workflow-icon.tsx';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import type { ViewSlot } from '../slot.ts';
import { Choices } from './choices.tsx';
import { FilterPopover } from './filter-popover.tsx';
import { toggled } from './status-filter.tsx';

type FilterProps = Pick<ViewSlot, 'view' | 'show'> & { readonly isIgnored: boolean };

/** How many workflows are asked for. */
const MANY = 100;

/** Chooses what started the runs. */
export function SourceFilter({ view, show, isIgnored }: FilterProps) {
  const { messages } = useSetting();
  return (
    <OneOf
      name={messages.filters.source}
      value={view.source}
      choices={FILTER_SOURCES.map((value) => ({ value, label: messages.list.source[value] }))}
      isIgnored={isIgnored}
      onChange={(source) => {
        show({ source });
      }}
    />
  );
}

/** Chooses whether somebody has waited for the runs. */
export function TypeFilter({ view, show, isIgnored }: FilterProps) {
  const { messages } = useSetting();
  return (
    <OneOf
      name={messages.filters.type}
      value={view.type}
      choices={FILTER_TYPES.map((value) => ({ value, label: messages.filters.types[value] }))}
      isIgnored={isIgnored}
      onChange={(type) => {
        show({ type });
      }}
    />
  );
}

function OneOf<Value extends string>(props: {
  readonly name: string;
  readonly value: Value | null;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly isIgnored: boolean;
  readonly onChange: (value: Value | null) => void;
}) {
  const { name, value, choices, isIgnored, onChange } = props;
  return (
    <FilterPopover name={name} count={value === null ? 0 : 1} isIgnored={isIgnored}>
      {(close) => (
        <Choices
          name={name}
          choices={choices}
          chosen={value === null ? [] : [value]}
          onToggle={(chosen) => {
            onChange(chosen === value ? null : (chosen as Value));
            close();
          }}
        />
      )}
    </FilterPopover>
  );
}

/** What can be chosen of the linked account, asked for when somebody looks. */
interface Options<Option> {
  readonly asked: Asked<readonly Option[]>;
  readonly onFirstOpen: () => void;
}

/** Chooses a workflow, by its name. */
export function WorkflowFilter({
  view,
  show,
  isIgnored,
  asked,
  onFirstOpen,
}: FilterProps & Options<WorkflowOption>) {
  const { messages } = useSetting();
  const name = messages.filters.workflow;
  const options = asked.data ?? [];
  return (
    <FilterPopover
      name={name}
      count={view.workflowId === null ? 0 : 1}
      isIgnored={isIgnored}
      onFirstOpen={onFirstOpen}
    >
      {(close) => (
        <Choices
          name={name}
          isSearchable
          chosen={view.workflowId === null ? [] : [view.workflowId]}
          choices={options.map(({ id, name: label, icon }) => ({
            value: id,
            label: label ?? id,
            mark: <WorkflowIcon icon={icon} name={label ?? id} />,
          }))}
          onToggle={(id) => {
            show({ workflowId: id === view.workflowId ? null : id });
            close();
          }}
        >
          <Rest asked={asked} isCut={options.length >= MANY} />
        </Choices>
      )}
    </FilterPopover>
  );
}

/** Chooses applications, by their names. */
export function ApplicationFilter({
  view,
  show,
  isIgnored,
  asked,
  onFirstOpen,
}: FilterProps & Options<ApplicationOption>) {
  const { messages } = useSetting();
  const name = messages.filters.application;
  const options = (asked.data ?? []).flatMap(({ slug, name: label, icon }) =>
    slug === null ? [] : [{ slug, label: label ?? slug, icon }],
  );
  return (
    <FilterPopover
      name={name}
      count={view.applicationSlugs.length}
      isIgnored={isIgnored}
      onFirstOpen={onFirstOpen}
    >
      {() => (
        <Choices
          name={name}
          isSearchable
          chosen={view.applicationSlugs}
          choices={options.map(({ slug, label, icon }) => ({
            value: slug,
            label,
            mark: <WorkflowIcon icon={icon} name={label} />,
          }))}
          onToggle={(slug) => {
            show({ applicationSlugs: toggled(view.applicationSlugs, slug) });
          }}
        >
          <Rest asked={asked} isCut={false} />
        </Choices>
      )}
    </FilterPopover>
  );
}

function Rest({ asked, isCut }: { readonly asked: Asked<unknown>; readonly isCut: boolean }) {
  const { messages } = useSetting();
  return (
    <>
      {asked.data === null && asked.problems.length === 0 && (
        <p className="rh-filter-choices-none" role="status">
          {messages.common.loading}
        </p>
      )}
      {isCut && <p className="rh-filter-choices-none">{messages.filters.moreThere}</p>}
      <Problems problems={asked.problems} onRetry={asked.reload} />
    </>
  );
}
