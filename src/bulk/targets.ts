import type { BulkRequest, BulkKind } from '../domain/bulk.ts';
import { notApplied } from '../domain/capability.ts';
import { badInput, GatewayError, refusesCaller } from '../domain/errors.ts';
import type { Execution, ExecutionFilter, KnownStatus } from '../domain/model.ts';
import { verdictsOn, type RowArgument, type RowFacts } from '../domain/row-check.ts';
import { isPathId } from '../domain/id.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { hashOf } from './record.ts';

/** Which executions somebody wants changed, before it is known which ones those are. */
export interface Targets {
  /** The same for the same executions and the same change. */
  readonly requestHash: string;
  /**
   * The ids; rejects with BAD_USER_INPUT when there are more than may be, and with NOT_SUPPORTED, naming the argument,
   * when any of them may not be what the filter says.
   */
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
    match: async ({ execution, application }) => {
      const { items, total, isAll } = await execution.newest(narrowed, maxSize, { isAsApplied: true });
      if (items.length > 0) checkRows(narrowed, items, await factsFor(narrowed, application));
      if (!isAll || items.length > maxSize) throw tooMany('filter matches', total, maxSize);
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

/** What a change must be sure of. Upstream documents the others in both generations, and rows may not tell them. */
const MUST_BE_TOLD: ReadonlySet<RowArgument> = new Set([
  'executionId',
  'workflowId',
  'workflowName',
  'applicationSlugs',
  'status',
]);

/** Upstream may ignore what it does not know, and would answer other executions, which must not be changed. */
function checkRows(filter: ExecutionFilter, rows: readonly Execution[], facts: RowFacts): void {
  for (const row of rows) {
    for (const [argument, verdict] of verdictsOn(filter, row, facts)) {
      if (verdict === 'DIFFERS') throw notApplied(argument);
      if (verdict === 'CANNOT_TELL' && MUST_BE_TOLD.has(argument)) throw notTold(argument);
    }
  }
}

/** What the catalogue tells of the applications that a filter names: one call, if it names any. */
async function factsFor(
  { applicationSlugs }: ExecutionFilter,
  { list }: Pick<Upstream['application'], 'list'>,
): Promise<RowFacts> {
  if (applicationSlugs === undefined) return {};
  const applications = await list().catch((error: unknown) => {
    throw refusesCaller(error) ? notTold('applicationSlugs') : error;
  });
  const named = applications.filter(({ slug }) => slug !== null && applicationSlugs.includes(slug));
  return { applicationIds: new Set(named.map(({ id }) => id)) };
}

function notTold(argument: RowArgument): GatewayError {
  return new GatewayError(
    'NOT_SUPPORTED',
    `filter.${argument}: nothing tells whether upstream applied it; name the executions by ids`,
  );
}

/** @param count null: nobody knows how many, but too many */
function tooMany(what: string, count: number | null, maxSize: number) {
  return badInput(
    `${what} ${count === null ? 'more' : String(count)} executions, and at most ${String(maxSize)} may be changed at once`,
  );
}
