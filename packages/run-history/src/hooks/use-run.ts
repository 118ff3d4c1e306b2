import { useMemo } from 'react';
import {
  BudgetChangedDocument,
  RunChangedDocument,
  RunDocument,
  type BudgetFragment,
  type RunQuery,
} from '../documents/generated.ts';
import type { Problem } from '../core/problem.ts';
import { isOpen } from '../core/run.ts';
import { useAsked, type Asked } from './use-asked.ts';
import { useWatched } from './use-watched.ts';

/** One run with its steps. */
export type RunDetail = NonNullable<RunQuery['execution']>;
/** A step of a run. */
export type RunStep = NonNullable<RunDetail['nodes']>[number];

/** A run, as it is now. */
export interface ShownRun {
  /** `missing`: there is no such run for who is signed in. */
  readonly phase: 'loading' | 'ready' | 'missing' | 'failed';
  readonly run: RunDetail | null;
  readonly problems: readonly Problem[];
  readonly asOf: string | null;
  /** Whether it is told when it changes: while the run goes on. */
  readonly live: 'off' | 'on' | 'lost';
  /** Whether an answer is on its way. */
  readonly isAsking: boolean;
  /** When it is asked again by itself, in milliseconds since 1970; null: it is not. */
  readonly retryAt: number | null;
  readonly reload: () => void;
}

/** One run with its steps; while it goes on, it changes as it does. */
export function useRun(id: string): ShownRun {
  const asked = useAsked(RunDocument, { id }, (data) => data.execution, { freshMs: 0 });
  // Never another run, while this one is on its way.
  const first = asked.isEarlier ? null : asked.data;
  const watched = useWatched(RunChangedDocument, first !== null && isOpen(first) ? { id } : null);
  return useMemo(() => {
    const told = watched?.data?.executionChanged ?? null;
    const run = first === null ? null : { ...first, ...told };
    return {
      phase: phaseOf(asked),
      run,
      problems: asked.problems,
      // What is told is read upstream as it is told.
      asOf: told === null ? asked.asOf : null,
      live: watched === null || watched.phase === 'ended' ? 'off' : watched.phase === 'lost' ? 'lost' : 'on',
      isAsking: asked.isAsking,
      retryAt: asked.retryAt,
      reload: asked.reload,
    };
  }, [asked, first, watched]);
}

/** A run that is null without a problem is not there: unknown, or another account's. */
function phaseOf({ phase, problems, isEarlier }: Asked<RunDetail>): ShownRun['phase'] {
  if (phase === 'idle' || isEarlier) return 'loading';
  return phase === 'failed' && problems.length === 0 ? 'missing' : phase;
}

/** What is left of the upstream budget, told once a second at the most; null: nothing was told yet, or `isOn` is false. */
export function useUpstreamBudget(isOn = true): BudgetFragment | null {
  return useWatched(BudgetChangedDocument, isOn ? {} : null)?.data?.upstreamBudgetChanged ?? null;
}
