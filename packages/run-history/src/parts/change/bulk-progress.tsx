import { Progress } from '@base-ui/react/progress';
import type { BulkKind } from '../../core/bulk-change-state.ts';
import type { BulkJob } from '../../core/job-watch.ts';
import { useSetting } from '../setting.tsx';
import type { BulkChangeNow } from './bulk-changes.tsx';

/** How far a job is, and how many of its runs have which outcome. */
export function BulkProgress({
  kind,
  change,
  job,
}: {
  readonly kind: BulkKind;
  readonly change: BulkChangeNow;
  readonly job: BulkJob;
}) {
  const { messages } = useSetting();
  const { change: words } = messages;
  const done = job.total - job.pending;
  const isOver = change.phase === 'ended';
  const title = isOver ? words[kind].ended(job.succeeded, job.total) : words[kind].running(done, job.total);
  const counts = [
    ['SUCCEEDED', job.succeeded],
    ['REFUSED', job.refused],
    ['FAILED', job.failed],
    ['UNKNOWN', job.unknown],
    ['NOT_DONE', job.items.filter(({ outcome }) => outcome === 'NOT_DONE').length],
  ] as const;
  return (
    <div className="rh-bulk-progress">
      <p className="rh-bulk-count">{title}</p>
      {!isOver && (
        <Progress.Root
          className="rh-job-bar"
          value={done}
          max={Math.max(1, job.total)}
          aria-label={words.progress}
          aria-valuetext={title}
        >
          <Progress.Track className="rh-job-bar-track">
            <Progress.Indicator className="rh-job-bar-length" />
          </Progress.Track>
        </Progress.Root>
      )}
      <ul className="rh-bulk-counts">
        {counts.map(([outcome, count]) =>
          count === 0 ? null : (
            <li key={outcome} data-outcome={outcome}>
              {words.outcome[outcome]} <strong>{count}</strong>
            </li>
          ),
        )}
      </ul>
      {change.phase === 'running' && <p className="rh-bulk-note">{words.goesOn}</p>}
    </div>
  );
}
