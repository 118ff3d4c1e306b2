import type { ExecutionNodeStatus } from '../../documents/generated.ts';
import { hasFailed } from '../../core/run.ts';
import type { RunDetail, RunStep } from '../../hooks/use-run.ts';

const FAILED: readonly ExecutionNodeStatus[] = [
  'ERRORED',
  'FAILED',
  'TIMED_OUT',
  'REJECTED',
  'ABORTED',
  'ERRORED_AND_SKIPPED',
  'TERMINATED',
];
/** Of these the last one that was entered is why a run failed. */
const CAUSES: readonly ExecutionNodeStatus[] = ['ERRORED', 'FAILED', 'TIMED_OUT', 'REJECTED', 'ABORTED'];
const PASSED: readonly ExecutionNodeStatus[] = ['SUCCESS', 'SKIPPED'];
/** What is worth folding. */
const LEAST_FOLDED = 3;
/** A step that took as much of the time of all steps is not folded. */
const NOTABLE_SHARE = 0.25;

/** What a step means to its run. */
export interface StepState {
  readonly step: RunStep;
  /** It ended badly. */
  readonly isFailed: boolean;
  /** It failed, and the run went through it again with success. */
  readonly isRecovered: boolean;
  /** How many times the run goes through the same node, and which time this is, from 1. */
  readonly times: number;
  readonly nth: number;
  /** Of the time of all steps, from 0 to 1; null where it is not known. */
  readonly share: number | null;
}

/** Several steps in a row of which there is nothing to tell. */
export interface StepFold {
  readonly kind: 'passed' | 'coming';
  /** Stays the same while the run goes on, and the fold grows or shrinks. */
  readonly id: string;
  readonly states: readonly StepState[];
}

/** What each step means, in their order. */
export function statesOf(steps: readonly RunStep[]): StepState[] {
  const total = steps.reduce((sum, { durationMs }) => sum + Math.max(0, durationMs ?? 0), 0);
  const alike = Map.groupBy(steps, ({ nodeId }) => nodeId);
  return steps.map((step) => {
    const same = alike.get(step.nodeId) ?? [step];
    const nth = same.indexOf(step) + 1;
    const isFailed = FAILED.includes(step.status);
    return {
      step,
      isFailed,
      isRecovered: isFailed && same.slice(nth).some(({ status }) => status === 'SUCCESS'),
      times: same.length,
      nth,
      share: step.durationMs === null || total === 0 ? null : Math.max(0, step.durationMs) / total,
    };
  });
}

/** The step that a run failed at: the last of those that its reason is of; null where it has not failed, or none says so. */
export function causeOf(
  run: Pick<RunDetail, 'status' | 'failure'>,
  steps: readonly RunStep[],
): RunStep | null {
  if (!hasFailed(run)) return null;
  const nodeId = run.failure?.nodeId ?? null;
  return (
    steps.findLast((step) => CAUSES.includes(step.status) && (nodeId === null || step.nodeId === nodeId)) ??
    null
  );
}

/** Whether a step is opened without being asked to: it failed, and nothing made up for it. */
export function opensByItself({ step, isRecovered }: StepState): boolean {
  return !isRecovered && CAUSES.includes(step.status);
}

/**
 * Folds what there is nothing to tell of.
 * @param isOpen whether somebody looks into the step: then it stays as it is
 */
export function foldSteps(
  states: readonly StepState[],
  isOpen: (id: string) => boolean,
): readonly (StepState | StepFold)[] {
  const rows: (StepState | StepFold)[] = [];
  let quiet: StepState[] = [];
  const flush = () => {
    if (quiet.length < LEAST_FOLDED) rows.push(...quiet);
    else rows.push(foldOf(quiet));
    quiet = [];
  };
  for (const state of states) {
    const kind = isOpen(state.step.id) ? null : kindOf(state, states.length);
    const [first] = quiet;
    if (first !== undefined && kindOf(first, states.length) !== kind) flush();
    if (kind === null) rows.push(state);
    else quiet.push(state);
  }
  flush();
  return rows;
}

function foldOf(states: readonly StepState[]): StepFold {
  const [first] = states;
  if (first?.step.status === 'READY') return { kind: 'coming', id: 'coming', states };
  return { kind: 'passed', id: `from ${first?.step.id ?? ''}`, states };
}

function kindOf({ step, share, isRecovered }: StepState, of: number): StepFold['kind'] | null {
  if (step.status === 'READY') return 'coming';
  if (isRecovered) return 'passed';
  const isNotable = share !== null && of > LEAST_FOLDED + 1 && share >= NOTABLE_SHARE;
  return PASSED.includes(step.status) && !isNotable ? 'passed' : null;
}
