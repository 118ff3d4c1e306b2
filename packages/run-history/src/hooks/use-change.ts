import { useCallback, useRef, useState } from 'react';
import {
  RerunRunDocument,
  StopRunDocument,
  type RerunRunMutation,
  type RerunRunMutationVariables,
  type StopRunMutation,
  type StopRunMutationVariables,
  type TypedDocumentString,
} from '../documents/generated.ts';
import type { Problem } from '../core/problem.ts';
import { useRunHistory } from './provider.tsx';

/** What became of a change of one run. */
export interface Change {
  /**
   * `refused`: its state does not allow it. `unknown`: it was sent, and nobody can tell whether it was done; it is never
   * sent again. `failed`: it was not done.
   */
  readonly phase: 'idle' | 'sending' | 'done' | 'refused' | 'unknown' | 'failed';
  /** The run that was changed; null: none yet. */
  readonly runId: string | null;
  /** The new run of a rerun; null where there is none. */
  readonly newRunId: string | null;
  /** Why it was refused, in the gateway's words; null where it was not. */
  readonly refusal: string | null;
  readonly problems: readonly Problem[];
}

/** A change that can be made, one at a time. */
export interface Changer extends Change {
  /** Changes a run; nothing while another change is on its way. */
  readonly start: (runId: string) => void;
  /** Forgets what became of the last one. */
  readonly reset: () => void;
}

const IDLE: Change = { phase: 'idle', runId: null, newRunId: null, refusal: null, problems: [] };

/** Runs a failed or stopped run again. Each call starts a new run, with all that it does outside. */
export function useRerun(): Changer {
  return useChange<RerunRunMutation, RerunRunMutationVariables>(
    RerunRunDocument,
    ({ rerunExecution: payload }) => ({
      newRunId: payload?.executionId ?? null,
      refusal: payload?.userErrors[0]?.message ?? null,
      isAnswered: payload !== null,
    }),
  );
}

/** Asks a run to stop. */
export function useStop(): Changer {
  return useChange<StopRunMutation, StopRunMutationVariables>(
    StopRunDocument,
    ({ stopExecution: payload }) => ({
      newRunId: null,
      refusal: payload?.userErrors[0]?.message ?? null,
      isAnswered: payload !== null,
    }),
  );
}

interface Outcome {
  readonly newRunId: string | null;
  readonly refusal: string | null;
  readonly isAnswered: boolean;
}

function useChange<Data, Variables extends { readonly id: string }>(
  document: TypedDocumentString<Data, Variables>,
  read: (data: Data) => Outcome,
): Changer {
  const { client } = useRunHistory();
  const [change, setChange] = useState(IDLE);
  const isSending = useRef(false);
  const reader = useRef(read);
  const start = useCallback(
    (runId: string) => {
      if (isSending.current) return;
      isSending.current = true;
      setChange({ ...IDLE, phase: 'sending', runId });
      // Sent once, whoever looks away meanwhile.
      void client.request(document, { id: runId } as Variables).then(({ data, problems }) => {
        isSending.current = false;
        const outcome = data === null ? null : reader.current(data);
        setChange({
          phase: phaseOf(outcome, problems),
          runId,
          newRunId: outcome?.newRunId ?? null,
          refusal: outcome?.refusal ?? null,
          problems,
        });
      });
    },
    [client, document],
  );
  const reset = useCallback(() => {
    setChange(IDLE);
  }, []);
  return { ...change, start, reset };
}

/** A change without any answer may have been done, unless it never left. */
function phaseOf(outcome: Outcome | null, problems: readonly Problem[]): Change['phase'] {
  if (outcome?.isAnswered === true) return outcome.refusal === null ? 'done' : 'refused';
  return problems.some(({ isOutcomeUnknown }) => isOutcomeUnknown) ? 'unknown' : 'failed';
}
