import { hasFailed, isOpen } from '../../core/run.ts';
import type { BulkJob } from '../../core/job-watch.ts';
import type { ExecutionStatus } from '../../documents/generated.ts';
import { useSetting } from '../setting.tsx';
import type { AllMessages } from '../messages.ts';

/** What became of the reruns: whether they fail still. It changes as they end. */
export function AfterRerun({
  job,
  started,
}: {
  readonly job: BulkJob;
  readonly started: ReadonlyMap<string, ExecutionStatus>;
}) {
  const { messages } = useSetting();
  const parts = afterRerun(job, started, messages);
  if (parts.length === 0) return null;
  return (
    <div className="rh-bulk-after" role="status">
      <h3>{messages.change.after.title}</h3>
      <ul>
        {parts.map(({ kind, text }) => (
          <li key={kind} data-kind={kind}>
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How many of the new runs completed, failed, or go on, in words; none where there are no new runs. */
export function afterRerun(
  job: BulkJob,
  started: ReadonlyMap<string, ExecutionStatus>,
  { change: { after } }: AllMessages,
): readonly { readonly kind: string; readonly text: string }[] {
  const statuses = job.items
    .map(({ newExecutionId }) => newExecutionId)
    .filter((id) => id !== null)
    .map((id) => started.get(id) ?? null);
  const kinds = statuses.map((status) => {
    if (status === null) return 'unseen';
    if (isOpen({ status })) return 'open';
    return hasFailed({ status }) ? 'failed' : status === 'COMPLETED' ? 'completed' : 'other';
  });
  return (['completed', 'failed', 'open', 'other', 'unseen'] as const).flatMap((kind) => {
    const count = kinds.filter((one) => one === kind).length;
    return count === 0 ? [] : [{ kind, text: after[kind](count) }];
  });
}
