import type { BulkRequest, BulkKind } from '../domain/bulk.ts';
import { badInput } from '../domain/errors.ts';
import type { ExecutionFilter, KnownStatus } from '../domain/model.ts';
import { isPathId } from '../domain/id.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { hashOf } from './record.ts';

/** Which executions somebody wants changed, before it is known which ones those are. */
export interface Targets {
  /** The same for the same executions and the same change. */
  readonly requestHash: string;
  /** The ids; rejects with BAD_USER_INPUT when there are more than may be. */
  match(upstream: Upstream): Promise<readonly string[]>;
}

/** The statuses that each change is for; upstream refuses the others. */
const STATUSES: Readonly<Record<BulkKind, readonly KnownStatus[]>> = {
  RERUN: ['ERRORED', 'STOPPED', 'TIMED_OUT'],
  STOP: ['RUNNING'],
};

/**
 * Reads which executions are meant.
 * @param maxSize how many that may be
 * @throws BAD_USER_INPUT naming what is wrong
 */
export function readTargets({ kind, ids, filter }: BulkRequest, maxSize: number): Targets {
  if (ids !== null && filter !== null) throw badInput('ids and filter exclude each other');
  if (ids !== null) {
    const distinct = readIds(ids, maxSize);
    return {
      requestHash: hashOf(JSON.stringify([kind, 'ids', distinct.toSorted()])),
      match: () => Promise.resolve(distinct),
    };
  }
  if (filter === null) throw badInput('ids or filter must be given');
  const narrowed = { ...filter, statuses: readStatuses(kind, filter) };
  return {
    requestHash: hashOf(JSON.stringify([kind, 'filter', Object.entries(narrowed).sort()])),
    match: async ({ execution }) => {
      const { items, total } = await execution.list(narrowed, 'DESC', { number: 1, size: maxSize });
      if (total > maxSize) throw tooMany('filter matches', total, maxSize);
      return items.map(({ id }) => id);
    },
  };
}

function readIds(ids: readonly string[], maxSize: number): string[] {
  const distinct = [...new Set(ids)];
  if (distinct.length === 0) throw badInput('ids must have at least one');
  if (!distinct.every(isPathId)) {
    throw badInput('ids may only have letters, digits, - and _, and at most 128 of them each');
  }
  if (distinct.length > maxSize) throw tooMany('ids has', distinct.length, maxSize);
  return distinct;
}

function readStatuses(kind: BulkKind, { statuses }: ExecutionFilter): readonly KnownStatus[] {
  const allowed = STATUSES[kind];
  if (statuses?.every((status) => allowed.includes(status)) === false) {
    throw badInput(`filter.status may only have ${allowed.join(', ')} here`);
  }
  return statuses ?? allowed;
}

function tooMany(what: string, count: number, maxSize: number) {
  return badInput(
    `${what} ${String(count)} executions, and at most ${String(maxSize)} may be changed at once`,
  );
}
