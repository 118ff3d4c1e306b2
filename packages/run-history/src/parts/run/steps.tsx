import { useState } from 'react';
import type { RunStep } from '../../hooks/use-run.ts';
import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';
import { Step } from './step.tsx';
import { foldSteps, type StepFold, type StepState } from './step-state.ts';
import type { OpenSteps } from './use-open-steps.ts';

interface StepsProps {
  readonly runId: string;
  readonly states: readonly StepState[];
  /** The step that the run failed at; null: none. */
  readonly cause: RunStep | null;
  readonly open: OpenSteps;
  /** Opens a step and brings it into view. */
  readonly onShow: (id: string) => void;
}

/** The steps of a run in their order; what there is nothing to tell of is folded. */
export function Steps({ runId, states, cause, open, onShow }: StepsProps) {
  const { messages } = useSetting();
  const [which, setWhich] = useState<'all' | 'failed'>('all');
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [isWhole, setWhole] = useState(false);
  const failed = states.filter(({ isFailed }) => isFailed);
  const rows = which === 'failed' ? failed : foldSteps(states, open.isOpen);
  const shown = rows.flatMap<StepState | StepFold>((row) =>
    'states' in row && isWhole ? row.states : [row],
  );
  const longestMs = Math.max(0, ...states.map(({ step }) => step.durationMs ?? 0));
  const row = (state: StepState) => (
    <Step
      key={state.step.id}
      runId={runId}
      state={state}
      isCause={state.step.id === cause?.id}
      longestMs={longestMs}
      isOpen={open.isOpen(state.step.id)}
      onToggle={open.toggle}
    />
  );
  return (
    <section className="rh-steps" aria-label={messages.run.steps} data-rh-steps="">
      <StepsBar
        states={states}
        failed={failed}
        which={which}
        onChoose={setWhich}
        hasFolds={which === 'all' && rows.some((one) => 'states' in one)}
        isWhole={isWhole}
        onWhole={setWhole}
        onShow={onShow}
      />
      {shown.length === 0 && <p className="rh-muted">{emptyWords(which, messages.run)}</p>}
      <ol className="rh-step-list">
        {shown.map((one) =>
          'states' in one ? (
            <Fold
              key={one.id}
              fold={one}
              isOpen={unfolded.has(one.id)}
              onToggle={() => {
                setUnfolded(toggled(unfolded, one.id));
              }}
            >
              {row}
            </Fold>
          ) : (
            row(one)
          ),
        )}
      </ol>
    </section>
  );
}

function emptyWords(
  which: 'all' | 'failed',
  words: { readonly noSteps: string; readonly noFailedSteps: string },
): string {
  return which === 'failed' ? words.noFailedSteps : words.noSteps;
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface BarProps {
  readonly states: readonly StepState[];
  readonly failed: readonly StepState[];
  readonly which: 'all' | 'failed';
  readonly onChoose: (which: 'all' | 'failed') => void;
  readonly hasFolds: boolean;
  readonly isWhole: boolean;
  readonly onWhole: (isWhole: boolean) => void;
  /** Opens a step and brings it into view. */
  readonly onShow: (id: string) => void;
}

function StepsBar({ states, failed, which, onChoose, hasFolds, isWhole, onWhole, onShow }: BarProps) {
  const { messages, format } = useSetting();
  const words = messages.run;
  const [next, setNext] = useState(0);
  const counts = {
    all: words.allSteps(format.number(states.length)),
    failed: words.failedSteps(format.number(failed.length)),
  };
  return (
    <header className="rh-steps-bar">
      <h3 className="rh-run-section">{words.steps}</h3>
      <div className="rh-run-choice" role="group" aria-label={words.which}>
        {(['all', 'failed'] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="rh-run-choice-item"
            aria-pressed={which === one}
            onClick={() => {
              onChoose(one);
            }}
          >
            {counts[one]}
          </button>
        ))}
      </div>
      <span className="rh-run-gap" />
      {failed.length > 1 && (
        <Button
          data-rh-next-failure=""
          size="small"
          variant="ghost"
          onClick={() => {
            const state = failed[next % failed.length];
            if (state !== undefined) onShow(state.step.id);
            setNext(next + 1);
          }}
        >
          {words.nextFailure}
        </Button>
      )}
      {(hasFolds || isWhole) && (
        <Button
          size="small"
          variant="ghost"
          onClick={() => {
            onWhole(!isWhole);
          }}
        >
          {isWhole ? words.foldSteps : words.showAllSteps}
        </Button>
      )}
    </header>
  );
}

interface FoldProps {
  readonly fold: StepFold;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** Draws a step. */
  readonly children: (state: StepState) => React.ReactNode;
}

function Fold({ fold, isOpen, onToggle, children }: FoldProps) {
  const { messages, format } = useSetting();
  const words = messages.run;
  const ms = fold.states.reduce((sum, { step }) => sum + Math.max(0, step.durationMs ?? 0), 0);
  const count = fold.states.length;
  const skipped = fold.states.filter(({ step }) => step.status === 'SKIPPED').length;
  const retried = fold.states.filter(({ isRecovered }) => isRecovered).length;
  const passed = words.folded({
    completed: count - skipped - retried,
    skipped,
    retried,
    duration: format.duration(ms),
  });
  return (
    <>
      <li className="rh-fold" data-kind={fold.kind} data-open={isOpen ? '' : undefined}>
        <button type="button" className="rh-fold-toggle" aria-expanded={isOpen} onClick={onToggle}>
          {fold.kind === 'coming' ? words.coming(count) : passed}
        </button>
      </li>
      {isOpen && fold.states.map(children)}
    </>
  );
}
