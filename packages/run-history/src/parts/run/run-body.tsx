import { useEffect, useRef } from 'react';
import { useRerun, useStop, type Changer } from '../../hooks/use-change.ts';
import type { RunDetail, RunStep, ShownRun } from '../../hooks/use-run.ts';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import { RerunOutcome, StopOutcome } from './change-outcome.tsx';
import { Facts } from './facts.tsx';
import { Failure } from './failure.tsx';
import { Lineage } from './lineage.tsx';
import { RunHead } from './run-head.tsx';
import { causeOf, statesOf } from './step-state.ts';
import { Steps } from './steps.tsx';
import { Strip } from './strip.tsx';
import { useOpenSteps } from './use-open-steps.ts';
import { useShownStep } from './use-shown-step.ts';

const NONE: readonly RunStep[] = [];

interface BodyProps {
  readonly run: RunDetail;
  readonly shown: ShownRun;
}

/** A run that is there: why it failed first, then its steps, then all else. */
export function RunBody({ run, shown }: BodyProps) {
  const rerun = useRerun();
  const stop = useStop();
  useReloadAfter(rerun, shown.reload);
  useReloadAfter(stop, shown.reload);
  const steps = run.nodes ?? NONE;
  const cause = causeOf(run, steps);
  const states = statesOf(steps);
  const open = useOpenSteps(states, cause);
  const { root, show } = useShownStep(cause?.id ?? null);
  const openAndShow = (id: string) => {
    open.open(id);
    show(id);
  };
  return (
    <div className="rh-run-body" ref={root}>
      <RunHead run={run} live={shown.live} rerun={rerun} stop={stop} />
      <RerunOutcome run={run} change={rerun} />
      <StopOutcome change={stop} onLook={shown.reload} />
      <Problems problems={shown.problems} asOf={shown.asOf} retryAt={shown.retryAt} onRetry={shown.reload} />
      <Failure
        run={run}
        cause={cause}
        isLooking={shown.isAsking}
        onLookAgain={shown.reload}
        onShow={openAndShow}
      />
      {run.nodes === null ? (
        <NoSteps />
      ) : (
        <Steps runId={run.id} states={states} cause={cause} open={open} onShow={openAndShow} />
      )}
      <Lineage run={run} />
      {run.workflow !== null && <Strip run={run} workflowId={run.workflow.id} />}
      <Facts run={run} />
    </div>
  );
}

/** Upstream tells nothing of the steps; `Problems` says why. */
function NoSteps() {
  return <p className="rh-muted">{useSetting().messages.run.noSteps}</p>;
}

/** Looks at the run once a change of it is done. */
function useReloadAfter({ phase }: Changer, reload: () => void): void {
  const last = useRef(phase);
  useEffect(() => {
    if (last.current === phase) return;
    last.current = phase;
    if (phase === 'done') reload();
  }, [phase, reload]);
}
