import type { BulkKind, BulkSelection } from '../../core/bulk-change-state.ts';
import type { ExecutionStatus } from '../../documents/generated.ts';

/** The states in which a run can be changed so. */
const ALLOWED: Readonly<Record<BulkKind, readonly ExecutionStatus[]>> = {
  RERUN: ['ERRORED', 'STOPPED', 'TIMED_OUT'],
  STOP: ['RUNNING'],
};

/** Whether a run in that state can be changed so. Of a state that is newer than the gateway, only upstream can tell. */
export function isChangeable(kind: BulkKind, status: ExecutionStatus): boolean {
  return ALLOWED[kind].includes(status) || status === 'UNKNOWN';
}

/** A selection without the states that the gateway would refuse the whole of it for; null: nothing is left. */
export function narrowed(
  kind: BulkKind,
  of: BulkSelection,
): { readonly of: BulkSelection; readonly isNarrowed: boolean } | null {
  if ('ids' in of) return of.ids.length === 0 ? null : { of, isNarrowed: false };
  const { status } = of.filter;
  if (status == null || status.length === 0) return { of, isNarrowed: true };
  const left = status.filter((one) => ALLOWED[kind].includes(one));
  return left.length === 0
    ? null
    : { of: { filter: { ...of.filter, status: left } }, isNarrowed: left.length < status.length };
}
