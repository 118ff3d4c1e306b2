import { useState } from 'react';
import type { RunStep } from '../../hooks/use-run.ts';
import { opensByItself, type StepState } from './step-state.ts';

/** So many are opened by themselves at the most; the one that the run failed at is one of them. */
const MOST_OPENED = 3;

/** Which steps are open. */
export interface OpenSteps {
  readonly isOpen: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly open: (id: string) => void;
}

/**
 * Which steps somebody looks into, by their ids. What failed is open until somebody closes it; what is open stays so,
 * whatever the run does meanwhile.
 */
export function useOpenSteps(states: readonly StepState[], cause: RunStep | null): OpenSteps {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const opened = [...chosen.values()].filter(Boolean).length;
  const fresh = states
    .filter((state) => opensByItself(state) && !chosen.has(state.step.id))
    .sort((one, other) => Number(other.step.id === cause?.id) - Number(one.step.id === cause?.id))
    .slice(0, Math.max(0, MOST_OPENED - opened));
  if (fresh.length > 0) setChosen(new Map([...chosen, ...fresh.map(({ step }) => [step.id, true] as const)]));
  const isOpen = (id: string) => chosen.get(id) === true;
  const set = (id: string, is: boolean) => {
    setChosen(new Map([...chosen, [id, is]]));
  };
  return {
    isOpen,
    toggle: (id) => {
      set(id, !isOpen(id));
    },
    open: (id) => {
      set(id, true);
    },
  };
}
