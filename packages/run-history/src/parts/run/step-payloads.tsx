import { useEffect, useRef, useState } from 'react';
import type { RunStep } from '../../hooks/use-run.ts';
import { useRunStep, type StepPayload } from '../../hooks/use-step.ts';
import { Tabs } from '../base/tabs.tsx';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import { StepBatches } from './batches.tsx';
import { moreOf, SIZES } from './cut.ts';
import { Payload } from './payload.tsx';
import { stepNameOf } from './step-name.ts';
import type { StepState } from './step-state.ts';

/** How long what a step gave out counts as fresh: it stays as it is once the step has ended. */
const FRESH_MS = 60_000;

/** What a step was sent and gave out, asked for as it is shown. What failed has its error in front. */
export function StepPayloads({ runId, state }: { readonly runId: string; readonly state: StepState }) {
  const { messages, has } = useSetting();
  const { step, isFailed } = state;
  const [size, setSize] = useState(0);
  const maxBytes = SIZES[size] ?? SIZES[0];
  const asked = useRunStep(runId, step.id, { maxBytes, freshMs: FRESH_MS, isEnabled: has('payloads') });
  useReloadOn(step.status, asked.reload);
  const words = messages.run;
  const more = moreOf(size, asked.isAsking, setSize);
  const part = (id: keyof Omit<StepPayload, 'id'>, label: string, none: string) => ({
    id,
    label,
    content:
      asked.data === null ? (
        <Unread {...asked} />
      ) : (
        <Payload
          key={id}
          value={asked.data[id]}
          name={label}
          fileName={`${runId}-${step.nodeId}-${id}`}
          none={none}
          more={more}
        />
      ),
  });
  const values = has('payloads')
    ? [
        part('output', isFailed ? words.error : words.output, words.noValue),
        part('input', words.input, words.noValue),
        part('requestCurl', words.request, words.noRequest),
      ]
    : [];
  const batches = {
    id: 'batches',
    label: words.batches,
    content: <StepBatches runId={runId} step={step} times={state.times} />,
  };
  const tabs = step.isBatch === true ? [...values, batches] : values;
  return tabs.length === 0 ? null : <Tabs label={words.payloads(stepNameOf(step, words))} tabs={tabs} />;
}

/** Nothing was read: not yet, not any more, or not at all. */
function Unread({ phase, problems, retryAt, reload, isAsking }: ReturnType<typeof useRunStep>) {
  const { messages } = useSetting();
  if (phase === 'failed' && problems.length === 0) {
    return <p className="rh-payload-none">{messages.run.payloadsGone}</p>;
  }
  if (phase === 'failed' && !isAsking)
    return <Problems problems={problems} retryAt={retryAt} onRetry={reload} />;
  return (
    <p className="rh-payload-none" aria-busy="true">
      {messages.common.loading}
    </p>
  );
}

/** Asks again when a step has moved on, since it has more to tell then. */
function useReloadOn(status: RunStep['status'], reload: () => void): void {
  const last = useRef(status);
  useEffect(() => {
    if (last.current === status) return;
    last.current = status;
    reload();
  }, [status, reload]);
}
