import { dayOf } from './day.ts';
import { canonicalId } from './id.ts';
import type { Execution, ExecutionFilter } from './model.ts';

/** What a row tells of an argument: that it fits, that it does not, or nothing that is sure. */
export type RowVerdict = 'MATCHES' | 'DIFFERS' | 'CANNOT_TELL';

/** An argument that rows can be held to, as the schema names it. */
export type RowArgument = Exclude<keyof ExecutionFilter, 'statuses'> | 'status';

/** What the catalogue tells besides. */
export interface RowFacts {
  /** The ids of the applications that `applicationSlugs` names; left out: nobody has looked. */
  readonly applicationIds?: ReadonlySet<string>;
}

/**
 * Holds a row to a filter, since upstream may ignore what it does not know.
 * @returns a verdict for each argument that the filter has, in the order in which they are best named
 */
export function verdictsOn(
  filter: ExecutionFilter,
  row: Execution,
  { applicationIds }: RowFacts = {},
): ReadonlyMap<RowArgument, RowVerdict> {
  const { createdAt } = row;
  const day = createdAt === null ? null : dayOf(createdAt);
  const { executionId, workflowId, workflowName, applicationSlugs, statuses, createdAfter, createdBefore } =
    filter;
  const verdicts: readonly (readonly [RowArgument, unknown, () => RowVerdict])[] = [
    ['executionId', executionId, () => sameId(executionId, row.id)],
    ['workflowId', workflowId, () => sameId(workflowId, row.workflow?.id)],
    ['workflowName', workflowName, () => nameVerdict(workflowName ?? '', row.workflow?.name)],
    [
      'applicationSlugs',
      applicationSlugs,
      () => told(applicationIds && row.application?.id, (id) => applicationIds?.has(id) === true),
    ],
    [
      'status',
      statuses,
      // A state that is newer than this gateway may be one that upstream counts among those.
      () => told(row.status, (status) => statuses?.some((one) => one === status) === true, 'UNKNOWN'),
    ],
    ['source', filter.source, () => told(row.source, (source) => source === filter.source)],
    ['type', filter.type, () => told(row.type, (type) => type === filter.type)],
    ['startDate', filter.startDate, () => told(day, (at) => at >= (filter.startDate ?? at))],
    ['endDate', filter.endDate, () => told(day, (at) => at <= (filter.endDate ?? at))],
    ['createdAfter', createdAfter, () => told(createdAt, (at) => !createdAfter || at >= createdAfter)],
    ['createdBefore', createdBefore, () => told(createdAt, (at) => !createdBefore || at < createdBefore)],
  ];
  return new Map(
    verdicts
      .filter(([, wanted]) => wanted !== undefined)
      .map(([argument, , verdict]) => [argument, row.isUnreadable ? 'CANNOT_TELL' : verdict()]),
  );
}

/** The first argument that a row does not fit; null where none is sure not to. */
export function unmatchedBy(filter: ExecutionFilter, row: Execution, facts?: RowFacts): RowArgument | null {
  for (const [argument, verdict] of verdictsOn(filter, row, facts))
    if (verdict === 'DIFFERS') return argument;
  return null;
}

/** The verdict on a value that a row may not have. */
function told<T>(value: T | null | undefined, isWanted: (value: T) => boolean, unclear?: T): RowVerdict {
  if (value === null || value === undefined || value === unclear) return 'CANNOT_TELL';
  return isWanted(value) ? 'MATCHES' : 'DIFFERS';
}

function sameId(wanted: string | undefined, id: string | null | undefined): RowVerdict {
  return told(id, (found) => wanted !== undefined && canonicalId(found) === canonicalId(wanted));
}

/** What makes a text more than its words, where upstream should read it as a pattern. */
const PATTERN = /[\\^$.|?*+()[\]{}]/;

/**
 * Upstream does not document how it compares names. One that holds the whole text fits, and one that shares no word
 * with it does not, however that is done.
 */
function nameVerdict(wanted: string, name: string | null | undefined): RowVerdict {
  if (name === null || name === undefined) return 'CANNOT_TELL';
  const text = name.toLowerCase();
  const words = wanted
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  if (text.includes(wanted.toLowerCase())) return 'MATCHES';
  if (PATTERN.test(wanted) || words.some((word) => text.includes(word))) return 'CANNOT_TELL';
  return 'DIFFERS';
}
