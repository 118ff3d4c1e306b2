import { memo, useState, type CSSProperties } from 'react';
import type { ReasonFragment } from '../../documents/generated.ts';
import type { Recovery } from '../../core/recovery.ts';
import type { RunRow } from '../../core/run.ts';
import { inPlace } from '../in-place.ts';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';
import { RunDetails } from './run-details.tsx';
import { RunDuration } from './run-duration.tsx';
import { WorkflowIcon } from './workflow-icon.tsx';

/** What a row is made of; all of it stays the same while the row does. */
export interface RunTableRowProps {
  readonly run: RunRow;
  /** The position in the list, from 0. */
  readonly index: number;
  /** How far down the list it is, and how high, in CSS pixels. */
  readonly top: number;
  readonly size: number;
  readonly reason: ReasonFragment | null | undefined;
  /** What became of it when it was run again, and by which run. */
  readonly recovery: Recovery;
  readonly rerunId: string | null;
  readonly isSelected: boolean;
  /** Whether it is open beside the list. */
  readonly isShown: boolean;
  readonly canSelect: boolean;
  readonly hrefOf: (id: string) => string;
  readonly open: (id: string) => void;
  readonly select: (id: string, isRange: boolean) => void;
}

/** A run in the list: a link to it, over the whole row. */
export const RunTableRow = memo(function RunTableRow(props: RunTableRowProps) {
  const { run, index, top, size, isSelected, isShown, canSelect, hrefOf, open } = props;
  const changes = useChanges(run.status);
  const { messages } = useSetting();
  const name = run.workflow?.name ?? run.name ?? messages.list.unnamed;
  const place = { '--rh-row-top': `${String(top)}px`, '--rh-row-size': `${String(size)}px` };
  return (
    <div
      role="row"
      className="rh-row"
      aria-rowindex={index + 2}
      aria-current={isShown ? 'true' : undefined}
      data-status={run.status}
      data-selected={isSelected ? '' : undefined}
      data-shown={isShown ? '' : undefined}
      data-changed={changes === 0 ? undefined : changes % 2 === 0 ? 'even' : 'odd'}
      style={place as CSSProperties}
    >
      {canSelect && <SelectCell {...props} name={name} />}
      <div role="cell" className="rh-cell" data-column="status">
        <Status run={run} />
      </div>
      <div role="cell" className="rh-cell" data-column="workflow">
        <WorkflowIcon icon={run.workflow?.icon ?? run.application?.icon ?? null} name={name} />
        <span className="rh-row-names">
          <a
            className="rh-row-link"
            data-run-id={run.id}
            href={hrefOf(run.id)}
            title={name}
            onClick={inPlace(() => {
              open(run.id);
            })}
          >
            {name}
          </a>
          <span className="rh-row-application">{run.application?.name ?? '–'}</span>
        </span>
      </div>
      <LastCells {...props} />
    </div>
  );
});

function SelectCell({ run, name, isSelected, select }: RunTableRowProps & { readonly name: string }) {
  const { messages } = useSetting();
  return (
    <div role="cell" className="rh-cell" data-column="select">
      <label className="rh-row-check">
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={messages.list.selectRun(name)}
          onChange={(event) => {
            select(run.id, (event.nativeEvent as unknown as MouseEvent).shiftKey);
          }}
        />
      </label>
    </div>
  );
}

function LastCells({ run, reason, recovery, rerunId, hrefOf, open }: RunTableRowProps) {
  const { messages, format } = useSetting();
  return (
    <>
      <div role="cell" className="rh-cell" data-column="details">
        <RunDetails {...{ run, reason, recovery, rerunId, hrefOf, open }} />
      </div>
      <div role="cell" className="rh-cell" data-column="source">
        {run.source === null ? '–' : messages.list.source[run.source]}
      </div>
      <div role="cell" className="rh-cell" data-column="started">
        <time dateTime={run.createdAt ?? undefined} title={format.moment(run.createdAt)}>
          {format.short(run.createdAt)}
        </time>
      </div>
      <div role="cell" className="rh-cell" data-column="duration">
        <RunDuration run={run} />
      </div>
    </>
  );
}

/** How often a value has changed while it was seen. */
function useChanges(value: string): number {
  const [seen, setSeen] = useState({ value, changes: 0 });
  if (seen.value !== value) setSeen({ value, changes: seen.changes + 1 });
  return seen.changes;
}
