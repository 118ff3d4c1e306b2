import type { ExecutionStatus, SortDirection } from '../documents/generated.ts';
import type { RunFilter } from './run.ts';

/** The arguments of `executions` that make one list; whatever the page is. */
export interface ListArguments {
  readonly filter?: RunFilter | null | undefined;
  readonly sort?: SortDirection | null | undefined;
}

/** A name for a list: the same for the same filter and order, however they are written. */
export function listKeyOf({ filter, sort }: ListArguments): string {
  const named = Object.entries(filter ?? {})
    .filter(([, value]) => value != null)
    .map(([name, value]) => [name, Array.isArray(value) ? value.map(String).sort() : value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([sort ?? 'DESC', Object.fromEntries(named)]);
}

/** Whether a list with that filter has runs in this state. */
export function hasStatus(filter: RunFilter | null | undefined, status: ExecutionStatus): boolean {
  const statuses = filter?.status ?? [];
  return statuses.length === 0 || statuses.includes(status);
}
