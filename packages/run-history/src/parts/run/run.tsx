import { useEffect, useMemo, useRef, type RefObject } from 'react';
import { useRun, type ShownRun } from '../../hooks/use-run.ts';
import { isSignedOut } from '../../core/problem.ts';
import { Button } from '../base/button.tsx';
import { Skeleton } from '../base/skeleton.tsx';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import { RunBody } from './run-body.tsx';
import { RunBar, type Neighbours } from './run-bar.tsx';
import { RunPlaceProvider, type RunPlace } from './run-place.tsx';

/** A run to be shown. */
export interface RunProps extends Partial<RunPlace> {
  readonly id: string;
  /** Leaves the run; without it, nothing offers to. */
  readonly onClose?: (() => void) | undefined;
  /** The runs before and after it in the list that it was opened from. */
  readonly neighbours?: Neighbours | undefined;
}

/** One run: why it failed, its steps with what they were sent and gave out, and what can be done. While it goes on, it changes as it does. */
export function Run({ id, onClose, neighbours, hrefOf = null, onOpen = null }: RunProps) {
  const place = useMemo(() => ({ hrefOf, onOpen }), [hrefOf, onOpen]);
  const root = useRef<HTMLElement>(null);
  useFocusKept(root, id);
  return (
    <RunPlaceProvider value={place}>
      <article className="rh-run" ref={root} data-run={id}>
        <RunBar id={id} onClose={onClose} neighbours={neighbours} />
        <RunContent key={id} id={id} onClose={onClose} />
      </article>
    </RunPlaceProvider>
  );
}

function RunContent({ id, onClose }: Pick<RunProps, 'id' | 'onClose'>) {
  const shown = useRun(id);
  if (shown.run !== null) return <RunBody run={shown.run} shown={shown} />;
  return (
    <div className="rh-run-absent" data-phase={shown.phase}>
      <RunAbsent id={id} shown={shown} onClose={onClose} />
    </div>
  );
}

interface AbsentProps extends Pick<RunProps, 'id' | 'onClose'> {
  readonly shown: ShownRun;
}

/** The face of a run that is not there: not yet, not for who is signed in, or not to be had. */
function RunAbsent({ id, shown, onClose }: AbsentProps) {
  const { messages } = useSetting();
  const words = messages.run;
  if (shown.phase === 'loading') return <RunSkeleton />;
  const isSignedOutNow = shown.problems.some(isSignedOut);
  const title = shown.phase === 'missing' ? words.missing : isSignedOutNow ? words.signedOut : words.failed;
  return (
    <>
      <h2 className="rh-run-title" tabIndex={-1} data-rh-run-heading="">
        {title}
      </h2>
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

function RunSkeleton() {
  const { messages } = useSetting();
  return (
    <div className="rh-run-skeleton" aria-busy="true">
      <h2 className="rh-hidden" tabIndex={-1} data-rh-run-heading="">
        {messages.run.loading}
      </h2>
      <Skeleton width="55%" height="24px" />
      <Skeleton width="35%" height="14px" />
      <Skeleton width="100%" height="72px" />
      {['90%', '70%', '80%', '60%', '75%'].map((width) => (
        <Skeleton key={width} width={width} height="20px" />
      ))}
    </div>
  );
}

/** Takes the focus to the heading where what had it is gone with the run before, and begins at the top. */
function useFocusKept(root: RefObject<HTMLElement | null>, id: string): void {
  const last = useRef(id);
  useEffect(() => {
    if (last.current === id) return;
    last.current = id;
    const tree = root.current?.getRootNode();
    const active = tree instanceof ShadowRoot || tree instanceof Document ? tree.activeElement : null;
    if (active !== null && active !== document.body) return;
    root.current?.querySelector<HTMLElement>('[data-rh-run-heading]')?.focus();
  }, [root, id]);
}
