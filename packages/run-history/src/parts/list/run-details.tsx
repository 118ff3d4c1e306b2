import { useState } from 'react';
import type { ReasonFragment } from '../../documents/generated.ts';
import type { Recovery } from '../../core/recovery.ts';
import { hasFailed, type RunRow } from '../../core/run.ts';
import { useNow } from './now.ts';
import { inPlace } from '../in-place.ts';
import { useSetting } from '../setting.tsx';

const MAX_LENGTH = 280;

/** What a row says besides its columns. */
export interface RunDetailsProps {
  readonly run: RunRow;
  /** Null: upstream tells none. Undefined: it is not known yet. */
  readonly reason: ReasonFragment | null | undefined;
  /** What became of it when it was run again, and by which run; null: that is not known. */
  readonly recovery: Recovery;
  readonly rerunId: string | null;
  readonly hrefOf: (id: string) => string;
  readonly open: (id: string) => void;
}

/** Why a run has failed, whether it was run again, and whether it belongs to another one. */
export function RunDetails(props: RunDetailsProps) {
  const { messages } = useSetting();
  const { run, reason, rerunId } = props;
  return (
    <>
      {rerunId !== null && <RecoveryMark {...props} rerunId={rerunId} />}
      {run.isRerun && <span className="rh-mark">{messages.list.rerun}</span>}
      {run.isChild === true && <span className="rh-mark">{messages.list.child}</span>}
      {hasFailed(run) && <RunReason run={run} reason={reason} />}
    </>
  );
}

function RecoveryMark(props: RunDetailsProps & { readonly rerunId: string }) {
  const { messages } = useSetting();
  const { recovery, rerunId, hrefOf, open } = props;
  return (
    <a
      className="rh-mark"
      data-recovery={recovery}
      href={hrefOf(rerunId)}
      title={messages.list.openRerun}
      onClick={inPlace(() => {
        open(rerunId);
      })}
    >
      {messages.list.recovery[recovery]}
    </a>
  );
}

function RunReason({ run, reason }: Pick<RunDetailsProps, 'run' | 'reason'>) {
  const { messages } = useSetting();
  if (reason === undefined) return <NotTold isKnown={false} />;
  if (reason === null || (reason.message === null && reason.nodeName === null)) {
    return <NoReason key={run.updatedAt} run={run} />;
  }
  const message = (reason.message ?? messages.list.noReason).replaceAll(/\s+/g, ' ');
  const cut = message.length > MAX_LENGTH ? `${message.slice(0, MAX_LENGTH)}…` : message;
  return (
    <span className="rh-row-reason" data-known="true" title={cut}>
      {reason.nodeName !== null && <span className="rh-row-reason-step">{reason.nodeName}: </span>}
      {cut}
    </span>
  );
}

/** How long upstream may take to tell why a run has failed. */
const TO_BE_TOLD_MS = 60_000;

/** There is none. Of a run that has just failed, that is not said yet: its reason comes a little later than its end. */
function NoReason({ run }: Pick<RunDetailsProps, 'run'>) {
  const endedMs = Date.parse(run.completedAt ?? run.updatedAt ?? '');
  const [wasNew] = useState(() => Date.now() - endedMs < TO_BE_TOLD_MS);
  return wasNew ? <NoReasonYet endedMs={endedMs} /> : <NotTold isKnown />;
}

function NoReasonYet({ endedMs }: { readonly endedMs: number }) {
  return <NotTold isKnown={useNow() - endedMs >= TO_BE_TOLD_MS} />;
}

function NotTold({ isKnown }: { readonly isKnown: boolean }) {
  const { messages } = useSetting();
  return (
    <span className="rh-row-reason" data-known="false">
      {isKnown ? messages.list.noReason : messages.list.reasonNotKnown}
    </span>
  );
}
