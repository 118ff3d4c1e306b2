import { useLayoutEffect, useMemo } from 'react';
import { isSignedOut } from '../../core/problem.ts';
import { useRun, type ShownRun } from '../../hooks/use-run.ts';
import { Button } from '../base/button.tsx';
import { Skeleton } from '../base/skeleton.tsx';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import { RunBody } from './run-body.tsx';
import { RunBar, type Neighbours } from './run-bar.tsx';
import { KnownHead, type KnownRun } from './known-head.tsx';
import { RunPlaceProvider, type RunPlace } from './run-place.tsx';
import { useFocusKept } from './use-focus-kept.ts';

/** A run to be shown. */
export interface RunProps extends Partial<RunPlace> {
  readonly id: string;
  /** Leaves the run; without it, nothing offers to. */
  readonly onClose?: (() => void) | undefined;
  /** The runs before and after it in the list that it was opened from. */
  readonly neighbours?: Neighbours | undefined;
  /** What the list knows of it, for as long as the run is not there. */
  readonly known?: KnownRun | undefined;
}

/** One run: why it failed, its steps with what they were sent and gave out, and what can be done. While it goes on, it changes as it does. */
export function Run({ id, onClose, neighbours, known, hrefOf = null, onOpen = null }: RunProps) {
  const place = useMemo(() => ({ hrefOf, onOpen }), [hrefOf, onOpen]);
  const { root, keep, ...listeners } = useFocusKept(id);
  return (
    <RunPlaceProvider value={place}>
      <article className="rh-run" ref={root} data-run={id} {...listeners}>
        <RunBar id={id} onClose={onClose} neighbours={neighbours} />
        <RunContent key={id} id={id} onClose={onClose} known={known} onDrawn={keep} />
      </article>
    </RunPlaceProvider>
  );
}

interface ContentProps extends Pick<RunProps, 'id' | 'onClose' | 'known'> {
  /** Called each time that it was drawn. */
  readonly onDrawn: () => void;
}

function RunContent({ id, onClose, known, onDrawn }: ContentProps) {
  const shown = useRun(id);
  useLayoutEffect(onDrawn);
  if (shown.run !== null) return <RunBody run={shown.run} shown={shown} />;
  return (
    <div className="rh-run-absent" data-phase={shown.phase}>
      <RunAbsent id={id} shown={shown} onClose={onClose} known={known} />
    </div>
  );
}

interface AbsentProps extends Pick<RunProps, 'id' | 'onClose' | 'known'> {
  readonly shown: ShownRun;
}

/** The face of a run that is not there: not yet, not for who is signed in, or not to be had. */
function RunAbsent({ id, shown, onClose, known }: AbsentProps) {
  const words = useSetting().messages.run;
  if (shown.phase === 'loading') return <RunSkeleton known={known} />;
  const isSignedOutNow = shown.problems.some(isSignedOut);
  const title = shown.phase === 'missing' ? words.missing : isSignedOutNow ? words.signedOut : words.failed;
  const isTold = known !== undefined && shown.phase === 'failed' && !isSignedOutNow;
  return (
    <>
      {isTold ? (
        <>
          <KnownHead known={known} />
          <p>{title}</p>
        </>
      ) : (
        <h2 className="rh-run-title" tabIndex={-1} data-rh-run-heading="">
          {title}
        </h2>
      )}
      <p>
        <code className="rh-id">{id}</code>
      </p>
      {shown.phase === 'missing' ? (
        <>
          <p className="rh-muted">{words.missingHelp}</p>
          {onClose !== undefined && <Button onClick={onClose}>{words.back}</Button>}
        </>
      ) : (
        <Problems problems={shown.problems} retryAt={shown.retryAt} onRetry={shown.reload} />
      )}
    </>
  );
}

function RunSkeleton({ known }: Pick<RunProps, 'known'>) {
  const { messages } = useSetting();
  return (
    <div className="rh-run-skeleton" aria-busy="true">
      {known === undefined ? (
        <>
          <h2 className="rh-hidden" tabIndex={-1} data-rh-run-heading="">
            {messages.run.loading}
          </h2>
          <Skeleton width="55%" height="24px" />
          <Skeleton width="35%" height="14px" />
        </>
      ) : (
        <KnownHead known={known} />
      )}
      <Skeleton width="100%" height="72px" />
      {['90%', '70%', '80%', '60%', '75%'].map((width) => (
        <Skeleton key={width} width={width} height="20px" />
      ))}
    </div>
  );
}
