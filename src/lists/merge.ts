import { GatewayError } from '../domain/errors.ts';
import { isStandInId } from '../domain/id.ts';
import { comesBefore, type Order, type RowKey } from './order.ts';
import type { RowReader, Rows } from './rows.ts';

/** A list of rows: one of upstream's, or several that are merged by creation time. */
export interface RowList<T> {
  /** One for each of upstream's lists. No row is in two of them at one moment. */
  readonly readers: readonly RowReader<T>[];
  /** What its rows are told by; null: they have no cursors, and are of one list. */
  readonly keyOf: ((row: T) => RowKey) | null;
  /** How it is ordered by creation time; null: nobody knows, and a row that has gone is taken to be where it was. */
  readonly order: Order | null;
  /** Whether a row is as it will stay: a row that moves from one list to another while they are read is that one. */
  readonly isFinal: (row: T) => boolean;
}

/** A row of a merged list, and which list it is of. */
export interface MergedRow<T> {
  readonly row: T;
  readonly list: number;
  /** Its position there, 0-based. */
  readonly position: number;
}

/** Rows of one list, as far as they are to be merged. */
export interface Part<T> {
  readonly items: readonly T[];
  /** Position of the first, 0-based. */
  readonly from: number;
}

/** Several parts as one list. */
interface Merged<T> {
  readonly rows: readonly MergedRow<T>[];
  /** How many rows were there twice. */
  readonly repeats: number;
  /** The list that has to be read on before more can be merged; null: all are. */
  readonly openAt: number | null;
}

/**
 * The rows of several parts as one list: next is always the one that comes before the heads of all others. Each part
 * keeps its own order. A row that moved from one list to another between two reads is there once, as it ended.
 */
export function mergeParts<T>(
  parts: readonly Part<T>[],
  { keyOf, order, isFinal }: RowList<T>,
  isOpen: (list: number) => boolean = () => false,
): Merged<T> {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) {
    const rows = only.items.map((row, nth) => ({ row, list: 0, position: only.from + nth }));
    return { rows, repeats: 0, openAt: isOpen(0) ? 0 : null };
  }
  const taken = parts.map(() => 0);
  const byId = new Map<string, MergedRow<T>>();
  const keysOf = parts.map(({ items }) => (keyOf === null ? [] : items.map(keyOf)));
  const merged = (openAt: number | null) => {
    const rows = [...byId.values()];
    return { rows, repeats: taken.reduce((sum, count) => sum + count, 0) - rows.length, openAt };
  };
  for (;;) {
    let head: { readonly list: number; readonly key: RowKey } | undefined;
    for (const [list, keys] of keysOf.entries()) {
      const key = keys[taken[list] ?? 0];
      // What an open list goes on with may come in front of all others.
      if (key === undefined && isOpen(list)) return merged(list);
      if (key === undefined) continue;
      if (head === undefined || comesBefore(key, head.key, order ?? 'DESC')) head = { list, key };
    }
    if (head === undefined) return merged(null);
    const { list, key } = head;
    const nth = taken[list] ?? 0;
    taken[list] = nth + 1;
    const part = parts[list];
    const row = part?.items[nth];
    if (part === undefined || row === undefined) continue;
    // What stands for a row that cannot be read may be called alike in two lists.
    const id = isStandInId(key.id) ? `${String(list)} ${key.id}` : key.id;
    if (!byId.has(id) || isFinal(row)) byId.set(id, { row, list, position: part.from + nth });
  }
}

/** The first rows of a list that may be merged of several. */
export interface FirstRows<T> {
  readonly rows: readonly MergedRow<T>[];
  /** What each list is made of, as far as it was read. */
  readonly lists: readonly Rows<T>[];
  /** How many rows there are in all; null: upstream does not tell, or contradicts itself. */
  readonly total: number | null;
  /** Whether these are all. */
  readonly isAll: boolean;
  /** When upstream answered the oldest of them, on the monotonic clock. */
  readonly at: number;
}

/** How far to read. */
export interface FirstOptions {
  /** Whether one call for each list is enough, however few rows come of it. */
  readonly isOneCall?: boolean;
  /** Where there are more rows than this by upstream's word, no more of them are read. */
  readonly most?: number;
  readonly since?: number | undefined;
}

/** How often lists are read anew that change while they are read. */
const MAX_ROUNDS = 4;

/** Reads the first rows: at least so many, as far as there are any. Each list is read on once all of it is shown. */
export async function readFirst<T>(
  list: RowList<T>,
  count: number,
  { isOneCall = false, most = Infinity, since }: FirstOptions = {},
): Promise<FirstRows<T>> {
  let newest = since;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const parts = await Promise.all(list.readers.map((reader) => reader.first(count, newest)));
    const told = parts.reduce((sum, rows) => sum + (rows.told ?? 0), 0);
    for (;;) {
      const merged = mergeParts(parts, list, (nth) => parts[nth]?.hasMore !== false);
      const { rows, openAt } = merged;
      if (openAt === null || rows.length >= count || isOneCall || told > most) {
        return firstRowsOf(merged, parts);
      }
      const [reader, open] = [list.readers[openAt], parts[openAt]];
      const next = reader && open && (await reader.readOn(open, newest));
      if (!next) break;
      parts[openAt] = next;
    }
    newest = Math.max(...parts.map(({ at }) => at + 1));
  }
  throw new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    "Upstream's lists change faster than they can be read: ask again, or for fewer rows",
  );
}

function firstRowsOf<T>({ rows, repeats, openAt }: Merged<T>, lists: readonly Rows<T>[]): FirstRows<T> {
  const total = totalOf(lists);
  return {
    rows,
    lists,
    total: total === null ? null : total - repeats,
    isAll: openAt === null,
    at: Math.min(...lists.map(({ at }) => at)),
  };
}

/** How many rows several lists have together; null where one of them does not tell. */
export function totalOf(lists: readonly Pick<Rows<unknown>, 'total'>[]): number | null {
  return lists.reduce<number | null>(
    (sum, { total }) => (sum === null || total === null ? null : sum + total),
    0,
  );
}
