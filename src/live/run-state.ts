import { createHash } from 'node:crypto';
import { hasEnded, type Execution } from '../domain/model.ts';

/** What a row shows that changes while its run goes on. Two rows of one state have nothing to tell of each other. */
export function stateOf(row: Execution): string {
  const { status, rawStatus, name, updatedAt, completedAt, durationMs } = row;
  return JSON.stringify([status, rawStatus, name, updatedAt, completedAt, durationMs]);
}

const MARK_LENGTH = 6;

/** A short text that stands for a longer one: two of a few hundred are the same once in a million. */
export function markOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, MARK_LENGTH);
}

/** Whether a run has ended: its state says so, or, where that is newer than this gateway, the time of its end. */
export function isOver({ status, completedAt }: Pick<Execution, 'status' | 'completedAt'>): boolean {
  return hasEnded(status) || (status === 'UNKNOWN' && completedAt !== null);
}

/** Whether a run is likely to change soon. One that waits may do so for days. */
export function isUnderWay({ status }: Pick<Execution, 'status'>): boolean {
  return status === 'RUNNING' || status === 'STOPPING';
}

/** A newer row of a run; what it does not tell is as it was. */
export function mergeRows(before: Execution, row: Execution): Execution {
  const merged = Object.entries(row).map(([key, value]) => [
    key,
    (value as unknown) ?? before[key as keyof Execution],
  ]);
  return Object.fromEntries(merged) as Execution;
}

/**
 * Whether a row says something newer of its run than another one. Nothing goes back from an end, and a row that was
 * written earlier comes of an answer that is behind.
 */
export function isNewerState(before: Execution, row: Execution): boolean {
  if (isOver(before)) return false;
  const isBehind = row.updatedAt !== null && before.updatedAt !== null && row.updatedAt < before.updatedAt;
  return !isBehind && stateOf(row) !== stateOf(before);
}
