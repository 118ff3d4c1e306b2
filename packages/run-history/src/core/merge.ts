import type { ExecutionChangeKind, ExecutionStatus } from '../documents/generated.ts';
import { hasStatus } from './list-key.ts';
import { isOpen, type RunRow } from './run.ts';

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
  /** Whether rows may be missing between those that wait and those that are shown: then the first page tells them. */
  readonly isTorn: boolean;
}

/** How changes are taken. */
export interface Merging {
  /** Whether the newest row comes first. */
  readonly isNewestFirst: boolean;
  /** Whether rows follow those that are shown: then a run beyond the last of them comes with its page. */
  readonly hasMore: boolean;
  /** Whether new rows are shown at once. Where not they wait, so that nothing moves under the reader. */
  readonly showsNew: boolean;
  /** The states that the list has; none: every state. */
  readonly statuses: readonly ExecutionStatus[];
}

/** A list without rows. */
export const NO_ROWS: Rows = { shown: [], waiting: [], isTorn: false };

/**
 * Takes what has happened into the rows. Rows that are known change in place, whatever they are now: no row leaves under
 * the reader's eyes. A run that is new, and matches no longer, stays away. What is told twice, or late, does no harm.
 * Where nothing changes, the same rows are answered.
 */
export function mergeChanges(rows: Rows, changes: readonly RunChange[], merging: Merging): Rows {
  const { isNewestFirst, hasMore, statuses } = merging;
  const told = newestOf(changes.map(({ execution }) => execution));
  const matches = ({ status }: RunRow) => hasStatus({ status: statuses }, status);
  const shown = replaceIn(rows.shown, told);
  const waiting = keepIf(replaceIn(rows.waiting, told), matches);
  const known = new Set([...rows.shown, ...rows.waiting].map(({ id }) => id));
  const last = rows.shown.at(-1);
  const order = orderOf(isNewestFirst);
  const isBeyond = (run: RunRow) => hasMore && last !== undefined && order(run, last) > 0;
  const fresh = [...told.values()].filter((run) => !known.has(run.id) && matches(run) && !isBeyond(run));
  const all = fresh.length === 0 ? waiting : [...waiting, ...fresh].sort(order);
  const isTorn = rows.isTorn || (isNewestFirst && isFarFrom(rows, changes));
  // The last rows of an ordered list push nothing away.
  const showsNew = isNewestFirst ? merging.showsNew && !isTorn : true;
  if (!showsNew || all.length === 0) return sameOr(rows, { shown, waiting: all, isTorn });
  return { shown: [...shown, ...all].sort(order), waiting: [], isTorn };
}

/** Shows the rows that wait. */
export function showWaiting(rows: Rows, isNewestFirst: boolean): Rows {
  if (rows.waiting.length === 0) return rows;
  return { ...rows, shown: [...rows.shown, ...rows.waiting].sort(orderOf(isNewestFirst)), waiting: [] };
}

/** Adds a further page behind the rows; those that are known already stay where they are. */
export function appendPage(rows: Rows, page: readonly RunRow[]): Rows {
  const told = newestOf(page);
  const shown = replaceIn(rows.shown, told);
  const waiting = replaceIn(rows.waiting, told);
  const known = new Set([...shown, ...waiting].map(({ id }) => id));
  return { ...rows, shown: [...shown, ...page.filter(({ id }) => !known.has(id))], waiting };
}

/**
 * Puts the first page, asked for anew, in place of the rows that it covers; what was told of its runs meanwhile stays.
 * `isJoined`: rows of further pages stay behind it, since it reaches them.
 */
export function placeFirstPage(
  rows: Rows,
  page: readonly RunRow[],
  { isNewestFirst, hasMore }: Pick<Merging, 'isNewestFirst' | 'hasMore'>,
): { readonly rows: Rows; readonly isJoined: boolean } {
  const before = new Map([...rows.shown, ...rows.waiting].map((run) => [run.id, run]));
  const first = page.map((run) => newerOf(before.get(run.id), run));
  const last = first.at(-1);
  const order = orderOf(isNewestFirst);
  const behind = last === undefined || !hasMore ? [] : rows.shown.filter((run) => order(run, last) > 0);
  const isJoined = behind.length > 0 && rows.shown.some(({ id }) => id === last?.id);
  return { rows: { shown: isJoined ? [...first, ...behind] : first, waiting: [], isTorn: false }, isJoined };
}

/** The newer of two states of a run. What has ended stays ended, whatever a late answer says. */
function newerOf(known: RunRow | undefined, told: RunRow): RunRow {
  if (known === undefined) return told;
  const hasEnded = (run: RunRow) => !isOpen(run) && run.status !== 'UNKNOWN';
  if (hasEnded(known) !== hasEnded(told)) return hasEnded(told) ? told : known;
  const isOlder = (told.updatedAt ?? '') < (known.updatedAt ?? '');
  if (told.updatedAt !== null && isOlder) return known;
  return JSON.stringify(known) === JSON.stringify(told) ? known : told;
}

function newestOf(runs: readonly RunRow[]): ReadonlyMap<string, RunRow> {
  const newest = new Map<string, RunRow>();
  for (const run of runs) newest.set(run.id, newerOf(newest.get(run.id), run));
  return newest;
}

function replaceIn(rows: readonly RunRow[], told: ReadonlyMap<string, RunRow>): readonly RunRow[] {
  const next = rows.map((row) => {
    const now = told.get(row.id);
    return now === undefined ? row : newerOf(row, now);
  });
  return next.every((row, index) => row === rows[index]) ? rows : next;
}

function keepIf(rows: readonly RunRow[], isKept: (row: RunRow) => boolean): readonly RunRow[] {
  return rows.every(isKept) ? rows : rows.filter(isKept);
}

/**
 * Whether a list that begins again begins beyond the rows that are known: after a long gap, its newest page may not reach
 * them. Runs that go on are no sign, since they are told whatever their age.
 */
function isFarFrom(rows: Rows, changes: readonly RunChange[]): boolean {
  const newest = rows.waiting[0] ?? rows.shown[0];
  if (newest === undefined) return false;
  const order = orderOf(true);
  const ended = changes.filter(({ kind, execution }) => kind === 'PRESENT' && !isOpen(execution));
  return ended.length > 0 && ended.every(({ execution }) => order(execution, newest) < 0);
}

function sameOr(before: Rows, after: Rows): Rows {
  const isSame =
    before.shown === after.shown && before.waiting === after.waiting && before.isTorn === after.isTorn;
  return isSame ? before : after;
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
