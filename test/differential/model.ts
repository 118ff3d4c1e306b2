import type { World } from './world.ts';
import type { Filter } from './questions.ts';
import { ASKABLE, dayOfTime, DAY_MS, type RawRow } from './raw-rows.ts';
import { toldTotal } from './traits.ts';

/*
 * What is right, worked out from the rows as they are. It shares no code with the gateway, with the sandbox or with
 * the foreign upstream's answers.
 */

/** The runs that match, newest first. */
export function matching(world: World, filter: Filter): RawRow[] {
  return world.rows.filter((row) => matches(world, filter, row));
}

/** The runs that match, in order. */
export function listed(world: World, filter: Filter, sort: 'ASC' | 'DESC'): RawRow[] {
  const rows = matching(world, filter);
  if (sort === 'DESC') return rows;
  const { ignored, ascendingTies } = world.traits;
  // Upstream has its own order for runs of the same time; read from the end of its list they come turned.
  if (ignored.has('sortAsc') || ascendingTies === 'turned') return rows.reverse();
  return rows.sort((one, other) => one.createdAt - other.createdAt);
}

function matches({ traits }: World, filter: Filter, row: RawRow): boolean {
  const { status, source, type, workflowId, workflowName, applicationSlugs, executionId } = filter;
  if (status !== undefined && !status.includes(row.status)) return false;
  if (source !== undefined && source !== row.source) return false;
  if (type !== undefined && type !== row.type) return false;
  if (workflowId !== undefined && workflowId !== row.workflow.id) return false;
  if (workflowName !== undefined) {
    const isSame = workflowName === row.workflow.name;
    const isPart = row.workflow.name.toLowerCase().includes(workflowName.toLowerCase());
    if (traits.names === 'whole' ? !isSame : !isPart) return false;
  }
  if (applicationSlugs !== undefined && !applicationSlugs.includes(row.workflow.application.slug))
    return false;
  if (executionId !== undefined && executionId !== row.id) return false;
  return isInTime(filter, row.createdAt);
}

function isInTime({ startDate, endDate, createdAfter, createdBefore }: Filter, time: number): boolean {
  const day = dayOfTime(time);
  if (startDate !== undefined && day < startDate) return false;
  if (endDate !== undefined && day > endDate) return false;
  if (createdAfter !== undefined && time < Date.parse(createdAfter)) return false;
  return createdBefore === undefined || time < Date.parse(createdBefore);
}

/** Part of a list. */
export interface Stretch {
  /** Position of its first row, 0-based. */
  readonly from: number;
  /** How many rows it has room for. */
  readonly size: number;
}

/**
 * What may be said of how many rows there are, next to some of them: the truth; upstream's word, where neither these
 * rows nor what follows them contradicts it; nothing, where upstream's word is not the truth.
 */
export function isHonestTotal(
  { traits }: World,
  lists: readonly (readonly RawRow[])[],
  { from, size }: Stretch,
  total: number | null,
): boolean {
  const count = lists.reduce((sum, { length }) => sum + length, 0);
  if (total === count) return true;
  if (traits.total === 'exact') return false;
  if (total === null) return true;
  const told = lists.map(({ length }) => [length, toldTotal(traits, length) ?? length] as const);
  const least = told.reduce((sum, words) => sum + Math.min(...words), 0);
  const most = told.reduce((sum, words) => sum + Math.max(...words), 0);
  if (total < least || total > most) return false;
  // Of several lists these rows do not show where each of them ends.
  if (lists.length > 1) return true;
  if (count <= from && from > 0) return total <= from;
  return count > from + size && total > from + size;
}

/** How many runs are in each state; those that cannot be asked for are UNKNOWN. */
export function statesOf(rows: readonly RawRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of rows) {
    const name = ASKABLE.some((one) => one === status) ? status : 'UNKNOWN';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The days from one to another, both included. */
export function daysBetween({ startDate = '', endDate = '' }: Filter): string[] {
  const days: string[] = [];
  for (let day = Date.parse(startDate); day <= Date.parse(endDate); day += DAY_MS) days.push(dayOfTime(day));
  return days;
}
