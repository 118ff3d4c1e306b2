import type { ExecutionFilter, ExecutionStatus, RunRowFragment } from '../documents/generated.ts';

/** A row of the list. */
export type RunRow = RunRowFragment;

/** Which runs a list has. */
export type RunFilter = ExecutionFilter;

/** The states in which a run goes on. */
const OPEN: readonly ExecutionStatus[] = ['RUNNING', 'STOPPING', 'QUEUED', 'WAITING'];
/** The states in which a run has failed. */
export const FAILED_STATUSES: readonly ExecutionStatus[] = ['ERRORED', 'TIMED_OUT'];

/** Whether the run goes on. `UNKNOWN`, which is newer than the gateway, counts as ended. */
export function isOpen({ status }: Pick<RunRow, 'status'>): boolean {
  return OPEN.includes(status);
}

/** Whether it has failed, and so has a reason. */
export function hasFailed({ status }: Pick<RunRow, 'status'>): boolean {
  return FAILED_STATUSES.includes(status);
}

/** The filter without these parts. */
export function without(filter: RunFilter, ...parts: readonly (keyof RunFilter)[]): RunFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([name]) => !(parts as readonly string[]).includes(name)),
  );
}
