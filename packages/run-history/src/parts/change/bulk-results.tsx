import { useMemo, useState } from 'react';
import type { BulkJob } from '../../core/job-watch.ts';
import type { RunRow } from '../../core/run.ts';
import type { BulkOutcome } from '../../documents/generated.ts';
import { Button } from '../base/button.tsx';
import { inPlace } from '../in-place.ts';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';
import type { BulkDialogProps } from './bulk-dialog.tsx';

/** So many are shown at first. */
const FEW = 50;
/** What needs somebody's eyes comes first. */
const ORDER: readonly BulkOutcome[] = ['UNKNOWN', 'FAILED', 'REFUSED', 'NOT_DONE', 'SUCCEEDED', 'PENDING'];

/** What became of each run, with its new run and the state of that. */
export function BulkResults({ job, ...props }: BulkDialogProps & { readonly job: BulkJob }) {
  const words = useSetting().messages.change;
  const [isWhole, setWhole] = useState(false);
  const rows = useMemo(
    () => new Map((props.asked.rows ?? []).map((row) => [row.id, row])),
    [props.asked.rows],
  );
  const items = [...job.items].sort(
    (one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome),
  );
  const shown = isWhole ? items : items.slice(0, FEW);
  return (
    <div className="rh-bulk-results">
      <ul aria-label={words.results}>
        {shown.map((item) => (
          <Result key={item.executionId} {...props} item={item} row={rows.get(item.executionId)} />
        ))}
      </ul>
      {shown.length < items.length && (
        <Button
          size="small"
          variant="ghost"
          onClick={() => {
            setWhole(true);
          }}
        >
          {words.moreResults(items.length - shown.length)}
        </Button>
      )}
    </div>
  );
}

/** One run: which it is, as far as that is known, what became of it, and its new run. */
function Result({
  item,
  row,
  started,
  ...links
}: Pick<BulkDialogProps, 'started' | 'hrefOf' | 'onOpenRun'> & {
  readonly item: BulkJob['items'][number];
  readonly row: RunRow | undefined;
}) {
  const { messages, format } = useSetting();
  const { change: words, common } = messages;
  const { executionId, outcome, newExecutionId, code } = item;
  const status = newExecutionId === null ? undefined : started.get(newExecutionId);
  const failed = code === null ? null : (common.problem[code] ?? code);
  const why = outcome === 'FAILED' ? failed : (words.explained[outcome] ?? null);
  return (
    <li data-outcome={outcome}>
      <span className="rh-bulk-run">
        {row !== undefined && (
          <span className="rh-bulk-known">
            <strong>{row.workflow?.name ?? row.name ?? messages.list.unnamed}</strong>
            <time dateTime={row.createdAt ?? undefined} title={format.moment(row.createdAt)}>
              {format.short(row.createdAt)}
            </time>
          </span>
        )}
        <RunLink id={executionId} {...links} />
      </span>
      <span className="rh-bulk-outcome">{words.outcome[outcome]}</span>
      {newExecutionId !== null && (
        <span className="rh-bulk-new">
          {words.newRun} <RunLink id={newExecutionId} {...links} />
          {status !== undefined && <Status run={{ status, rawStatus: null }} />}
        </span>
      )}
      {why !== null && <span className="rh-bulk-why">{why}</span>}
    </li>
  );
}

function RunLink({
  id,
  hrefOf,
  onOpenRun,
}: Pick<BulkDialogProps, 'hrefOf' | 'onOpenRun'> & { readonly id: string }) {
  return (
    <a
      href={hrefOf({ runId: id })}
      onClick={inPlace(() => {
        onOpenRun(id);
      })}
    >
      {id}
    </a>
  );
}
