import { useEffect, useRef, type ReactNode } from 'react';
import type { ExecutionStatus } from '../../documents/generated.ts';
import { Dialog } from '../base/dialog.tsx';
import { useSetting } from '../setting.tsx';
import { AfterRerun } from './after-rerun.tsx';
import type { BulkAsked, BulkChangeNow } from './bulk-changes.tsx';
import { BulkCounted } from './bulk-counted.tsx';
import { BulkFooter } from './bulk-footer.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { BulkResults } from './bulk-results.tsx';
import { BulkTrouble } from './bulk-trouble.tsx';

/** What the parts of the dialog are given. */
export interface BulkDialogProps {
  readonly asked: BulkAsked;
  readonly change: BulkChangeNow;
  /** States of runs that began since. */
  readonly started: ReadonlyMap<string, ExecutionStatus>;
  readonly hrefOf: (part: { readonly runId: string }) => string;
  readonly onOpenRun: (runId: string) => void;
  readonly onClose: () => void;
}

/** A change of many runs, from what it would be about to what became of each. */
export function BulkDialog(props: BulkDialogProps) {
  const { asked, change, onClose } = props;
  const { messages } = useSetting();
  const words = messages.change[asked.kind];
  const { phase, job } = change;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      // A press beside it must not throw away what was counted.
      isDismissible={false}
      title={words.title}
      size={job === null ? 'medium' : 'large'}
      footer={<BulkFooter {...props} />}
    >
      <div className="rh-bulk" data-phase={phase} data-kind={asked.kind}>
        <Stage phase={phase}>
          {phase === 'counting' && <p className="rh-bulk-wait">{messages.change.counting}</p>}
          {phase === 'starting' && <p className="rh-bulk-wait">{messages.change.starting}</p>}
          {(phase === 'counted' || phase === 'idle') && <BulkCounted {...props} />}
          <BulkTrouble change={change} />
          {job !== null && <BulkProgress kind={asked.kind} change={change} job={job} />}
        </Stage>
        {asked.kind === 'RERUN' && job !== null && <AfterRerun job={job} started={props.started} />}
        {job !== null && phase !== 'starting' && <BulkResults {...props} job={job} />}
      </div>
    </Dialog>
  );
}

/** What is said of the phase. It takes the focus when the phase changes, since the button that was pressed is gone then. */
function Stage({
  phase,
  children,
}: {
  readonly phase: BulkChangeNow['phase'];
  readonly children: ReactNode;
}) {
  const stage = useRef<HTMLDivElement>(null);
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === phase) return;
    before.current = phase;
    stage.current?.focus({ preventScroll: true });
  }, [phase]);
  return (
    <div ref={stage} className="rh-bulk-stage" tabIndex={-1} aria-live="polite">
      {children}
    </div>
  );
}
