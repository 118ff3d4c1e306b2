import {
  RunStepBatchesDocument,
  RunStepDocument,
  type RunStepBatchesQuery,
  type RunStepQuery,
} from '../documents/generated.ts';
import { useAsked, type Asked, type Asking } from './use-asked.ts';

/** What a step was sent and gave out. Large values are `{ truncated, bytes, preview }`; secrets read `[redacted]`. */
export type StepPayload = NonNullable<NonNullable<RunStepQuery['execution']>['node']>;
/** A page of a step's sub-runs. */
export type StepBatches = NonNullable<
  NonNullable<NonNullable<RunStepBatchesQuery['execution']>['node']>['batches']
>;

/** What a step was sent and gave out; asked for when `isEnabled`. */
export function useRunStep(
  runId: string,
  stepId: string,
  { maxBytes = 16_384, ...asking }: Asking & { readonly maxBytes?: number } = {},
): Asked<StepPayload> {
  return useAsked(
    RunStepDocument,
    { id: runId, step: stepId, maxBytes },
    (data) => data.execution?.node ?? null,
    asking,
  );
}

/** Which sub-runs. */
export interface BatchPage {
  /** From 1. */
  readonly number: number;
  readonly size: number;
  /** As upstream spells it; all of them where it is left out. */
  readonly status?: string;
  /** How much of each output is shown; 16,384 unless told otherwise. */
  readonly maxBytes?: number;
}

/** A page of the sub-runs of a batch step, from page 1. */
export function useRunBatches(
  runId: string,
  stepId: string,
  { number, size, status, maxBytes = 16_384 }: BatchPage,
  asking?: Asking,
): Asked<StepBatches> {
  return useAsked(
    RunStepBatchesDocument,
    { id: runId, step: stepId, page: { number, size }, status: status ?? null, maxBytes },
    (data) => data.execution?.node?.batches ?? null,
    asking,
  );
}
