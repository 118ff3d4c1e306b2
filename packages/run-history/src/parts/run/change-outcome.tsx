import { useState, type ReactNode } from 'react';
import type { Change, Changer } from '../../hooks/use-change.ts';
import { useRunStrip } from '../../hooks/use-overview.ts';
import type { RunDetail } from '../../hooks/use-run.ts';
import { Button, IconButton } from '../base/button.tsx';
import { Icon, type IconName } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';
import { Aftermath } from './aftermath.tsx';
import { RunLink, useRunPlace } from './run-place.tsx';

const ICONS: Readonly<Record<Change['phase'], IconName>> = {
  idle: 'info',
  sending: 'clock',
  done: 'check',
  refused: 'info',
  unknown: 'warning',
  failed: 'error',
};

/** What became of running a run again: what is sent but not answered is said to be so. */
export function RerunOutcome({ run, change }: { readonly run: RunDetail; readonly change: Changer }) {
  const { messages } = useSetting();
  const { onOpen } = useRunPlace();
  const words = messages.run;
  const { newRunId } = change;
  const said = {
    sending: words.rerunSending,
    done: words.rerunDone,
    refused: words.rerunRefused,
    unknown: words.rerunUnknown,
    failed: words.rerunFailed,
  };
  return (
    <Outcome change={change} said={said}>
      {newRunId !== null && (
        <>
          <p>
            <RunLink id={newRunId} className="rh-id rh-link">
              {newRunId}
            </RunLink>{' '}
            {onOpen !== null && (
              <Button
                size="small"
                onClick={() => {
                  onOpen(newRunId);
                }}
              >
                {words.follow}
              </Button>
            )}
          </p>
          <Aftermath key={newRunId} before={run} newRunId={newRunId} />
        </>
      )}
      {change.phase === 'unknown' && run.workflow !== null && (
        <NewRuns run={run} workflowId={run.workflow.id} />
      )}
    </Outcome>
  );
}

/** What became of asking a run to stop. */
export function StopOutcome({ change, onLook }: { readonly change: Changer; readonly onLook: () => void }) {
  const { messages } = useSetting();
  const words = messages.run;
  const said = {
    sending: words.stopSending,
    done: words.stopDone,
    refused: words.stopRefused,
    unknown: words.stopUnknown,
    failed: words.stopFailed,
  };
  return (
    <Outcome change={change} said={said}>
      {change.phase === 'unknown' && (
        <Button size="small" onClick={onLook}>
          {words.lookAgain}
        </Button>
      )}
    </Outcome>
  );
}

interface OutcomeProps {
  readonly change: Changer;
  readonly said: Readonly<Record<Exclude<Change['phase'], 'idle'>, string>>;
  readonly children: ReactNode;
}

function Outcome({ change, said, children }: OutcomeProps) {
  const { messages } = useSetting();
  const { phase, refusal, problems } = change;
  const [problem] = problems;
  const words = messages.common;
  return (
    <div className="rh-outcome" role="status" data-phase={phase}>
      {phase !== 'idle' && (
        <>
          <Icon name={ICONS[phase]} />
          <div className="rh-outcome-body">
            <p>
              {said[phase]}{' '}
              {phase === 'failed' &&
                problem !== undefined &&
                (words.problem[problem.code] ?? words.otherProblem)}
            </p>
            {refusal !== null && <p className="rh-muted">{messages.run.upstreamSays(refusal)}</p>}
            {children}
          </div>
          {phase !== 'sending' && (
            <IconButton size="small" icon="close" label={words.dismiss} onClick={change.reset} />
          )}
        </>
      )}
    </div>
  );
}

/** Looks for a run that may or may not have been started. */
function NewRuns({ run, workflowId }: { readonly run: RunDetail; readonly workflowId: string }) {
  const { messages, format } = useSetting();
  const [isLooking, setLooking] = useState(false);
  const { data, phase, isAsking, reload } = useRunStrip(workflowId, 20, { isEnabled: isLooking, freshMs: 0 });
  const words = messages.run;
  const since = (data ?? []).filter(
    ({ id, createdAt }) =>
      id !== run.id && createdAt !== null && run.createdAt !== null && createdAt > run.createdAt,
  );
  return (
    <div className="rh-new-runs">
      <Button
        size="small"
        disabled={isAsking}
        onClick={() => {
          if (isLooking) reload();
          setLooking(true);
        }}
      >
        {isAsking ? words.looking : words.look}
      </Button>
      {isLooking && !isAsking && phase === 'failed' && <p>{words.lookFailed}</p>}
      {isLooking && !isAsking && data !== null && (
        <>
          <p>{since.length === 0 ? words.lookNothing : words.lookFound}</p>
          <ul>
            {since.map((one) => (
              <li key={one.id}>
                <RunLink id={one.id} className="rh-id rh-link">
                  {one.id}
                </RunLink>{' '}
                <Status run={one} /> <span className="rh-muted">{format.short(one.createdAt)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
