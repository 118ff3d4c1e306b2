import type { ExecutionChange } from '../domain/execution-changes.ts';
import type { Execution } from '../domain/model.ts';
import type { Metrics } from '../observability/metrics.ts';

/** Longer ones say something of clocks, or of what was found late, and nothing of the way from upstream to here. */
const MOST_MS = 600_000;

/**
 * How long ago a run became what it is, in milliseconds; null where upstream does not tell.
 * @param kind what has happened to it
 * @param date the time of day now, epoch milliseconds
 */
function lagOf(
  kind: 'CREATED' | 'UPDATED' | 'ENDED',
  { createdAt, updatedAt, completedAt }: Execution,
  date: number,
): number | null {
  const since = { CREATED: createdAt, UPDATED: updatedAt, ENDED: completedAt }[kind];
  if (since === null) return null;
  const lagMs = date - since.getTime();
  return lagMs >= 0 && lagMs <= MOST_MS ? lagMs : null;
}

/** Counts what so many viewers are told of a run, and how long after it has happened. */
export function countTold(
  { live }: Pick<Metrics, 'live'>,
  { kind, execution }: ExecutionChange,
  viewers: number,
  date: number,
): void {
  live.told(kind, viewers);
  const lagMs = kind === 'PRESENT' ? null : lagOf(kind, execution, date);
  if (lagMs !== null) live.lagged(lagMs);
}
