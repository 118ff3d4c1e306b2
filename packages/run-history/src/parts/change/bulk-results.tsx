import { useState, type MouseEvent } from 'react';
import type { BulkJob } from '../../core/job-watch.ts';
import type { BulkOutcome } from '../../documents/generated.ts';
import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';
import type { BulkDialogProps } from './bulk-dialog.tsx';

/** So many are shown at first. */
const FEW = 50;
/** What needs somebody's eyes comes first. */
const ORDER: readonly BulkOutcome[] = ['UNKNOWN', 'FAILED', 'REFUSED', 'NOT_DONE', 'SUCCEEDED', 'PENDING'];

/** What became of each run, with its new run and the state of that. */
export function BulkResults({
  job,
  started,
  hrefOf,
  onOpenRun,
}: BulkDialogProps & { readonly job: BulkJob }) {
  const { messages } = useSetting();
  const { change: words, common } = messages;
  const [isWhole, setWhole] = useState(false);
  const items = [...job.items].sort(
    (one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome),
  );
  const shown = isWhole ? items : items.slice(0, FEW);
  const link = (id: string) => (
    <a
      href={hrefOf({ runId: id })}
      onClick={(event: MouseEvent) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        onOpenRun(id);
      }}
    >
      {id}
    </a>
  );
  const why = (outcome: BulkOutcome, code: string | null) => {
    if (outcome === 'FAILED') return code === null ? null : (common.problem[code] ?? code);
    return words.explained[outcome] ?? null;
  };
  return (
    <div className="rh-bulk-results">
      <ul aria-label={words.results}>
        {shown.map(({ executionId, outcome, newExecutionId, code }) => {
          const status = newExecutionId === null ? undefined : started.get(newExecutionId);
          return (
            <li key={executionId} data-outcome={outcome}>
              <span className="rh-bulk-run">{link(executionId)}</span>
              <span className="rh-bulk-outcome">{words.outcome[outcome]}</span>
              {newExecutionId !== null && (
                <span className="rh-bulk-new">
                  {words.newRun} {link(newExecutionId)}
                  {status !== undefined && <Status run={{ status, rawStatus: null }} />}
                </span>
              )}
              {why(outcome, code) !== null && <span className="rh-bulk-why">{why(outcome, code)}</span>}
            </li>
          );
        })}
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
