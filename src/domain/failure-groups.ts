import type { FailedRun } from './failure.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Execution, WorkflowRef } from './model.ts';

/** Failed runs whose messages are of one kind. */
export interface FailureGroup {
  readonly fingerprint: string;
  /** The newest run's. */
  readonly message: string | null;
  readonly count: number;
  /** When the oldest run was created, and when the newest was. Null: upstream did not say. */
  readonly firstSeen: Date | null;
  readonly lastSeen: Date | null;
  /** Null where the runs failed at steps of several names. */
  readonly nodeName: string | null;
  /** Null where the runs are of several workflows. */
  readonly workflow: WorkflowRef | null;
  /** The newest run. */
  readonly sample: Execution;
  /** The newest first. */
  readonly executionIds: readonly string[];
}

/**
 * Groups failed runs by their messages: the largest group first, of equal ones the one seen last.
 * @param runs the newest first
 */
export function groupFailures(runs: readonly FailedRun[]): FailureGroup[] {
  const groups = new Map<string, [FailedRun, ...FailedRun[]]>();
  for (const failed of runs) {
    const fingerprint = fingerprintOf(failed.failure.message);
    const same = groups.get(fingerprint);
    if (same === undefined) groups.set(fingerprint, [failed]);
    else same.push(failed);
  }
  const timeOf = ({ lastSeen }: FailureGroup) => lastSeen?.getTime() ?? -Infinity;
  return [...groups]
    .map(([fingerprint, failed]) => groupOf(fingerprint, failed))
    .sort((one, other) => other.count - one.count || timeOf(other) - timeOf(one));
}

function groupOf(fingerprint: string, failed: readonly [FailedRun, ...FailedRun[]]): FailureGroup {
  const [{ run: sample, failure }] = failed;
  const times = failed.flatMap(({ run }) => run.createdAt?.getTime() ?? []);
  const isOneStep = failed.every((other) => other.failure.nodeName === failure.nodeName);
  const isOneWorkflow = failed.every(({ run }) => run.workflow?.id === sample.workflow?.id);
  return {
    fingerprint,
    message: failure.message,
    count: failed.length,
    firstSeen: times.length === 0 ? null : new Date(Math.min(...times)),
    lastSeen: times.length === 0 ? null : new Date(Math.max(...times)),
    nodeName: isOneStep ? failure.nodeName : null,
    workflow: isOneWorkflow ? sample.workflow : null,
    sample,
    executionIds: failed.map(({ run }) => run.id),
  };
}
