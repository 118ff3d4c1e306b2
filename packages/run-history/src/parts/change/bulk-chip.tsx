import { Progress } from '@base-ui/react/progress';
import { useEffect, useRef, type RefObject } from 'react';
import type { BulkKind } from '../../core/bulk-change-state.ts';
import type { ExecutionStatus } from '../../documents/generated.ts';
import { IconButton } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';
import { afterRerun } from './after-rerun.tsx';
import type { BulkChangeNow } from './bulk-changes.tsx';

/** A change while its dialog is closed: how far it is, and afterwards what came of it. */
export function BulkChip({
  kind,
  change,
  started,
  onOpen,
}: {
  readonly kind: BulkKind;
  readonly change: BulkChangeNow;
  readonly started: ReadonlyMap<string, ExecutionStatus>;
  readonly onOpen: () => void;
}) {
  const { messages } = useSetting();
  const { change: words, common } = messages;
  const { phase, job } = change;
  const opener = useRef<HTMLButtonElement>(null);
  useFocusIfLost(opener);
  const isOver = phase === 'ended' || phase === 'failed';
  const done = job === null ? 0 : job.total - job.pending;
  const title =
    job === null
      ? phase === 'starting'
        ? words.starting
        : words.answerLost
      : isOver
        ? words[kind].ended(job.succeeded, job.total)
        : words[kind].running(done, job.total);
  const after = kind === 'RERUN' && job !== null ? afterRerun(job, started, messages) : [];
  return (
    <div className="rh-bulk-chip" data-phase={phase} role="group" aria-label={words[kind].chip}>
      <button ref={opener} type="button" onClick={onOpen}>
        <Icon name={kind === 'RERUN' ? 'rerun' : 'stop'} />
        <span>
          <strong>{title}</strong>
          {isOver && after.length > 0 && <span>{after.map(({ text }) => text).join(', ')}</span>}
          {isOver && (job?.unknown ?? 0) > 0 && (
            <span>
              {words.outcome.UNKNOWN}: {job?.unknown}
            </span>
          )}
        </span>
      </button>
      {isOver ? (
        <IconButton size="small" icon="close" label={common.close} onClick={change.reset} />
      ) : (
        <Progress.Root
          className="rh-job-bar"
          value={job === null ? null : done}
          max={Math.max(1, job?.total ?? 1)}
          aria-label={title}
        >
          <Progress.Track className="rh-job-bar-track">
            <Progress.Indicator className="rh-job-bar-length" />
          </Progress.Track>
        </Progress.Root>
      )}
    </div>
  );
}

/** Takes the focus where the dialog was opened from something that is gone, as the bar of a selection that is used up. */
function useFocusIfLost(target: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const tree = target.current?.getRootNode();
    const active = tree instanceof ShadowRoot || tree instanceof Document ? tree.activeElement : null;
    if (active === null || active === document.body) target.current?.focus();
  }, [target]);
}
