import type { ReasonFragment } from '../../documents/generated.ts';
import type { RunRow } from '../../core/run.ts';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';
import { MarkedText } from './marked-text.tsx';

/** What a list knows of a run. */
export interface KnownRun {
  readonly run: Pick<RunRow, 'name' | 'workflow' | 'status' | 'rawStatus'>;
  /** Why it failed; null: it has not, or nobody knows. */
  readonly reason: ReasonFragment | null;
}

/** What a run is, how it is and why it failed, as far as the list knows: while the run itself is not there. */
export function KnownHead({ known: { run, reason } }: { readonly known: KnownRun }) {
  const words = useSetting().messages.run;
  return (
    <header className="rh-run-head">
      <h2 className="rh-run-title" tabIndex={-1} data-rh-run-heading="">
        {run.workflow?.name ?? run.name ?? words.untitled}
      </h2>
      <div className="rh-run-meta">
        <Status run={run} />
      </div>
      {reason?.message != null && (
        <p className="rh-run-known-reason">
          {reason.nodeName !== null && `${reason.nodeName}: `}
          <MarkedText text={reason.message} />
        </p>
      )}
    </header>
  );
}
