import type { ExecutionChangeKind, ExecutionChanges } from '../../src/domain/execution-changes.ts';
import type { Execution, ExecutionStatus } from '../../src/domain/model.ts';
import { BARE_RUN } from './bare-run.ts';

/** When runs of tests begin to be created. */
export const BEGIN_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** The id of a run by its number: the higher, the younger. */
export function idOf(number: number): string {
  return (0x65000000 + number).toString(16).padEnd(24, '0');
}

/** The number of a run. */
export function numberOf({ id }: Pick<Execution, 'id'>): number {
  return Number.parseInt(id.slice(0, 8), 16) - 0x65000000;
}

/** A row of the run of this number, created so many seconds after the first one. */
export function runOf(
  number: number,
  status: ExecutionStatus = 'RUNNING',
  changes: Partial<Execution> = {},
): Execution {
  return {
    ...BARE_RUN,
    id: idOf(number),
    status,
    rawStatus: status,
    createdAt: new Date(BEGIN_MS + number * 1000),
    ...changes,
  };
}

/** What one tick tells, such as `['CREATED', run]`. */
export function frameOf(
  cursor: string,
  ...told: readonly [ExecutionChangeKind, Execution][]
): ExecutionChanges {
  const changes = told.map(([kind, execution]) => ({ kind, execution }));
  return { changes, cursor, asOf: new Date(BEGIN_MS) };
}

/** The same as texts, such as `CREATED 3 RUNNING`. */
export function textsOf({ changes }: Pick<ExecutionChanges, 'changes'>): string[] {
  return changes.map(({ kind, execution }) => `${kind} ${String(numberOf(execution))} ${execution.status}`);
}
