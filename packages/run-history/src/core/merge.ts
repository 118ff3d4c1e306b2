import type { ExecutionChangeKind } from '../documents/generated.ts';
import type { RunRow } from './run.ts';

/** What has happened to a run, as `executionsChanged` tells it. */
export interface RunChange {
  readonly kind: ExecutionChangeKind;
  readonly execution: RunRow;
}

/** The rows of a list, newest or oldest first, and those that wait to be shown. */
export interface Rows {
  readonly shown: readonly RunRow[];
  /** New ones, in the order of the list. */
  readonly waiting: readonly RunRow[];
}

/** How changes are taken. */
export interface Merging {
  /** Whether the newest row comes first. */
  readonly isNewestFirst: boolean;
  /** Whether rows follow those that are shown: then a run beyond the last of them comes with its page. */
  readonly hasMore: boolean;
  /** Whether new rows are shown at once. Where not they wait, so that nothing moves under the reader. */
  readonly showsNew: boolean;
}

/**
 * Takes what has happened into the rows. Rows that are known change in place, whatever they are now: no row leaves under
 * the reader's eyes. What is told twice does no harm. Where nothing changes, the same rows are answered.
 */
export function mergeChanges(rows: Rows, changes: readonly RunChange[], merging: Merging): Rows {
  const told = new Map(changes.map(({ execution }) => [execution.id, execution]));
  const shown = replaceIn(rows.shown, told);
  const waiting = replaceIn(rows.waiting, told);
  const known = new Set([...rows.shown, ...rows.waiting].map(({ id }) => id));
  const last = rows.shown.at(-1);
  const order = orderOf(merging.isNewestFirst);
  const fresh = [...told.values()].filter(
    (run) => !known.has(run.id) && !(merging.hasMore && last !== undefined && order(run, last) > 0),
  );
  const all = fresh.length === 0 ? waiting : [...waiting, ...fresh].sort(order);
  if (!merging.showsNew || all.length === 0) return sameOr(rows, { shown, waiting: all });
  return { shown: [...shown, ...all].sort(order), waiting: [] };
}

/** Shows the rows that wait. */
export function showWaiting({ shown, waiting }: Rows, isNewestFirst: boolean): Rows {
  return { shown: [...shown, ...waiting].sort(orderOf(isNewestFirst)), waiting: [] };
}

/** Adds a further page behind the rows; those that are known already stay where they are. */
export function appendPage(rows: Rows, page: readonly RunRow[]): Rows {
  const known = new Set([...rows.shown, ...rows.waiting].map(({ id }) => id));
  return { ...rows, shown: [...rows.shown, ...page.filter(({ id }) => !known.has(id))] };
}

function replaceIn(rows: readonly RunRow[], told: ReadonlyMap<string, RunRow>): readonly RunRow[] {
  return rows.some(({ id }) => told.has(id)) ? rows.map((row) => told.get(row.id) ?? row) : rows;
}

function sameOr(before: Rows, after: Rows): Rows {
  return before.shown === after.shown && before.waiting === after.waiting ? before : after;
}

/** By creation and, within one millisecond, by id, as the gateway orders them. */
function orderOf(isNewestFirst: boolean) {
  const direction = isNewestFirst ? -1 : 1;
  return (one: RunRow, other: RunRow) =>
    direction * (compare(one.createdAt ?? '', other.createdAt ?? '') || compare(one.id, other.id));
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
