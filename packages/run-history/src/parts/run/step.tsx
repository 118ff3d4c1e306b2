import { useId } from 'react';
import type { RunStep } from '../../hooks/use-run.ts';
import { useSetting } from '../setting.tsx';
import { stepNameOf } from './step-name.ts';
import { StepPayloads } from './step-payloads.tsx';
import type { StepState } from './step-state.ts';

interface StepProps {
  readonly runId: string;
  readonly state: StepState;
  /** Whether the run failed at it. */
  readonly isCause: boolean;
  /** How long the longest step of the run took. */
  readonly longestMs: number;
  readonly isOpen: boolean;
  readonly onToggle: (id: string) => void;
}

/** A step of a run: a line, and what it was sent and gave out once it is open. */
export function Step({ runId, state, isCause, longestMs, isOpen, onToggle }: StepProps) {
  const { messages, has } = useSetting();
  const { step } = state;
  const words = messages.run;
  const detail = useId();
  // Without anything to look into, a step is a line.
  const opens = has('payloads') || step.isBatch === true;
  const isShown = opens && isOpen;
  return (
    <li
      className="rh-step"
      data-status={step.status}
      data-failed={state.isFailed && !state.isRecovered ? '' : undefined}
      data-open={isShown ? '' : undefined}
      data-cause={isCause ? '' : undefined}
      data-step-id={step.id}
    >
      {opens ? (
        <button
          type="button"
          className="rh-step-toggle"
          aria-expanded={isOpen}
          aria-controls={isOpen ? detail : undefined}
          onClick={() => {
            onToggle(step.id);
          }}
        >
          <StepLine state={state} longestMs={longestMs} />
        </button>
      ) : (
        <div className="rh-step-toggle">
          <StepLine state={state} longestMs={longestMs} />
        </div>
      )}
      {isShown && (
        <div className="rh-step-detail" id={detail}>
          {step.status === 'READY' ? (
            <p className="rh-payload-none">{words.notCome}</p>
          ) : (
            <StepPayloads runId={runId} state={state} />
          )}
        </div>
      )}
    </li>
  );
}

function StepLine({ state, longestMs }: Pick<StepProps, 'state' | 'longestMs'>) {
  const words = useSetting().messages.run;
  const { step, times, nth, isRecovered } = state;
  const name = stepNameOf(step, words);
  return (
    <>
      <span className="rh-step-number">{step.nodeId}</span>
      <span className="rh-step-name">
        <span className="rh-step-title" title={name}>
          {name}
        </span>
        {step.isBatch === true && <span className="rh-tag">{words.batchMark}</span>}
        {times > 1 && <span className="rh-step-note">{words.nthTime(nth, times)}</span>}
        {isRecovered && <span className="rh-step-note">{words.triedAgain}</span>}
      </span>
      <StepStatus step={step} />
      <Attempts state={state} />
      <StepBar state={state} longestMs={longestMs} />
    </>
  );
}

/** The state of a step in words; one that is newer than the gateway is said as upstream spells it. */
function StepStatus({ step: { status, rawStatus } }: { readonly step: RunStep }) {
  const { messages } = useSetting();
  const isNew = status === 'UNKNOWN' && rawStatus !== null;
  return (
    <span className="rh-step-status" data-status={status}>
      <span className="rh-status-mark" aria-hidden="true" />
      {isNew ? rawStatus : messages.run.stepStatus[status]}
    </span>
  );
}

/** Nothing where a step needed no more than the first try. */
function Attempts({ state }: { readonly state: StepState }) {
  const { messages, format } = useSetting();
  const { attempts, maxAttempts } = state.step;
  if (attempts === null || (attempts <= 1 && !state.isFailed)) {
    return <span className="rh-step-attempts" />;
  }
  const words = messages.run;
  return (
    <span className="rh-step-attempts">
      {maxAttempts === null
        ? words.attemptsOf(attempts)
        : words.attempts(format.number(attempts), format.number(maxAttempts))}
    </span>
  );
}

/** How long a step took, beside the others: steps carry no times of their own, so that nothing says when. */
function StepBar({ state, longestMs }: { readonly state: StepState; readonly longestMs: number }) {
  const { messages, format, locale } = useSetting();
  const { step, share } = state;
  const words = messages.run;
  if (step.durationMs === null) return <span className="rh-step-bar" />;
  const percent = new Intl.NumberFormat(locale, { style: 'percent' }).format(share ?? 0);
  const duration = format.duration(step.durationMs);
  const length = longestMs === 0 ? 0 : Math.max(0, step.durationMs) / longestMs;
  return (
    <span className="rh-step-bar" title={words.stepDuration(duration, percent)}>
      <span className="rh-step-track" aria-hidden="true">
        <span
          className="rh-step-length"
          style={{ '--rh-length': length.toFixed(4) } as React.CSSProperties}
        />
      </span>
      <span className="rh-step-duration">{duration}</span>
    </span>
  );
}
