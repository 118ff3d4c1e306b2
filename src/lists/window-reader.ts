import { badInput } from '../domain/errors.ts';
import type { Connection } from './connection.ts';
import type { Anchor } from './cursor.ts';
import { isOlder, type RowKey } from './order.ts';
import { pageCovering, type Page, type PageRequest } from './page.ts';
import type { RowWindow } from './window.ts';

/** A list that can be asked for numbered pages only. */
export interface RowList<T> {
  /** Names the list, for cursors. */
  readonly binding: string;
  /** What its rows are told by; null: they have no cursors. */
  readonly keyOf: ((row: T) => RowKey) | null;
  /** How it is ordered by creation time; null: nobody knows, and a row that has gone is taken to be where it was. */
  readonly order: 'ASC' | 'DESC' | null;
  /** Whether it can only be read from its start, as one that is merged of several. */
  readonly fromStart: boolean;
  /** Asks for one numbered page. Answers from before `since`, epoch milliseconds, do not count. */
  readonly read: (request: PageRequest, since?: number) => Promise<Page<T>>;
}

/** A page that was read, and the position of its first row. */
interface Read<T> extends Page<T> {
  readonly start: number;
}

/** How many reads may be made to find a row again in a list that has changed. */
const MAX_READS = 8;

/**
 * Reads a window of a list. The rows are always those of a single answer of upstream, and next to the row of the
 * cursor in it: so nothing is repeated or left out, however many rows have arrived in front meanwhile. It takes one
 * read, or two where the row of the cursor has moved out of the page that it was on, or where the end is asked for.
 * @throws BAD_USER_INPUT when the row of the cursor cannot be found any more within some more reads
 */
export async function readConnection<T>(window: RowWindow, list: RowList<T>): Promise<Connection<T>> {
  const { from, size } = window;
  if (from === 'end') return cut(await readEnd(size, list), window, list);
  if (typeof from === 'number') {
    const page = await readRows(list, from, size);
    return cut(connectionOf(page, from, size, size, list), window, list);
  }
  return cut(await readBeside(from.side, from.anchor, size, list), window, list);
}

async function readRows<T>(list: RowList<T>, from: number, count: number, since?: number): Promise<Read<T>> {
  const request = list.fromStart ? { number: 1, size: Math.max(1, from + count) } : pageCovering(from, count);
  return { ...(await list.read(request, since)), start: (request.number - 1) * request.size };
}

function connectionOf<T>(
  { items, start, total, at }: Read<T>,
  from: number,
  count: number,
  size: number,
  { binding, keyOf }: RowList<T>,
): Connection<T> {
  const rows = items.slice(from - start, from - start + count);
  return { items: rows, from, count, size, total, at, binding, keys: keyOf && rows.map(keyOf) };
}

/** Whether a page holds all of these rows that there are. */
function holds<T>({ items, start, total }: Read<T>, from: number, count: number): boolean {
  return start <= from && Math.min(from + count, total) <= start + items.length;
}

/** The last rows. The first read tells how many there are; more may have arrived by the second. */
async function readEnd<T>(size: number, list: RowList<T>): Promise<Connection<T>> {
  let page = await readRows(list, 0, size);
  for (let reads = 1; reads < MAX_READS; reads++) {
    const from = Math.max(0, page.total - size);
    if (holds(page, from, size)) return connectionOf(page, from, page.total - from, size, list);
    page = await readRows(list, from, size, page.at);
  }
  throw changedTooMuch('last');
}

/** The rows on one side of a row, which is looked for where it was, then where it must have gone. */
async function readBeside<T>(
  side: 'after' | 'before',
  anchor: Anchor,
  size: number,
  list: RowList<T>,
): Promise<Connection<T>> {
  const search = createSearch(anchor, size);
  let guess = anchor.position;
  let since: number | undefined;
  for (let reads = 0; reads < MAX_READS; reads++) {
    const start = side === 'after' ? guess : Math.max(0, guess - size);
    const end = side === 'after' ? guess + size : guess;
    const page = await readRows(list, start, end + 1 - start, since);
    // Going back to an older answer would be going round in circles.
    since = Math.max(anchor.at, page.at);
    const position = positionIn(page, anchor, list);
    if (typeof position === 'object') {
      const from = side === 'after' ? position.next : Math.max(0, position.at - size);
      const wanted = side === 'after' ? size : position.at - from;
      if (holds(page, from, wanted)) return connectionOf(page, from, wanted, size, list);
      guess = position.at;
    } else if (position !== 'unknown') {
      guess = search(guess, position, page);
    }
  }
  throw changedTooMuch(side);
}

/** Looks for a row page by page: says where it may be once it is known on which side of a page it is. */
function createSearch(anchor: Anchor, size: number) {
  let [low, high] = [0, Infinity];
  let step = size;
  let isFirst = true;
  return (guess: number, side: 'in front' | 'behind', page: Read<unknown>): number => {
    if (side === 'behind') low = page.start + page.items.length;
    else high = Math.min(page.start - 1, page.total);
    // What has arrived since has most likely pushed it on by as much.
    const moved = anchor.position + page.total - anchor.total;
    if (isFirst && moved >= low && moved <= high && moved !== guess) {
      isFirst = false;
      return moved;
    }
    const middle = (low + high) / 2;
    const next = side === 'behind' ? Math.min(low + step, middle) : Math.max(high - step, middle);
    step *= 4;
    return Math.max(0, Math.floor(next));
  };
}

/** Where a row is, and what comes next to it; both are the same where the row has gone. */
interface Position {
  readonly at: number;
  readonly next: number;
}

/** Finds a row in a page: by itself, or where it would be by its creation time; or tells where else it must be. */
function positionIn<T>(
  page: Read<T>,
  anchor: Anchor,
  { keyOf, order }: RowList<T>,
): Position | 'in front' | 'behind' | 'unknown' {
  const { items, start, total, at } = page;
  const keys = keyOf === null ? [] : items.map(keyOf);
  const found = keys.findIndex(({ id }) => id === anchor.id);
  if (found >= 0) return { at: start + found, next: start + found + 1 };
  if (order === null) return { at: anchor.position, next: anchor.position + 1 };
  // An answer from before the row was there cannot tell where it belongs.
  if (at < anchor.at) return 'unknown';
  const inFront = keys.filter((key) => comesBefore(key, anchor, order)).length;
  if (inFront === 0 && start > 0) return 'in front';
  if (inFront === items.length && start + items.length < total) return 'behind';
  return { at: start + inFront, next: start + inFront };
}

function comesBefore(key: RowKey, anchor: RowKey, order: 'ASC' | 'DESC'): boolean {
  return order === 'ASC' ? isOlder(key, anchor) : isOlder(anchor, key);
}

/** Leaves what lies between the window's bounds. */
function cut<T>(connection: Connection<T>, { floor, ceiling }: RowWindow, list: RowList<T>): Connection<T> {
  const { items, keys, from } = connection;
  const skipped = floor === null ? 0 : rowsUpTo(connection, floor, list.order, 'next');
  const kept = ceiling === null ? Infinity : rowsUpTo(connection, ceiling, list.order, 'at');
  if (skipped === 0 && kept >= items.length) return connection;
  const rows = items.slice(skipped, kept);
  return {
    ...connection,
    items: rows,
    keys: keys?.slice(skipped, kept) ?? null,
    from: from + skipped,
    count: rows.length,
  };
}

/** How many of the rows come before a row that may be anywhere; with `next`, itself included. */
function rowsUpTo(
  { items, from, keys: rowKeys }: Connection<unknown>,
  anchor: Anchor,
  order: RowList<unknown>['order'],
  bound: keyof Position,
): number {
  const keys = rowKeys ?? [];
  const found = keys.findIndex(({ id }) => id === anchor.id);
  if (found >= 0) return bound === 'next' ? found + 1 : found;
  if (order !== null) return keys.filter((key) => comesBefore(key, anchor, order)).length;
  const position = anchor.position - from + (bound === 'next' ? 1 : 0);
  return Math.min(items.length, Math.max(0, position));
}

function changedTooMuch(argument: string) {
  return badInput(`The list has changed too much for ${argument}: start anew, or narrow the filter`);
}
