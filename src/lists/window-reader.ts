import { badInput } from '../domain/errors.ts';
import { readBeside } from './beside.ts';
import type { Connection } from './connection.ts';
import type { Anchor } from './cursor.ts';
import { readEnd } from './end.ts';
import { mergeParts, readFirst, totalOf, type RowList } from './merge.ts';
import { comesBefore, type RowKey } from './order.ts';
import { MAX_MERGED_ROWS } from './page.ts';
import { createRowMarks, upTosOf, type BoundList, type MarkedRows } from './row-marks.ts';
import { goesOn, sliceOf, type RowReader, type Slice } from './rows.ts';
import type { RowWindow } from './window.ts';

/** A stretch of a list that may be merged of several. */
interface Stretch<T> extends MarkedRows<T> {
  /** Position of the first, 0-based. */
  readonly from: number;
  readonly count: number;
  readonly hasNext: boolean;
  readonly total: number | null;
}

/**
 * Reads a window of a list. The rows of each of upstream's lists fit each other, and the row of the cursor: so nothing
 * is repeated or left out, however many rows have arrived in front meanwhile. It takes one read of each list, or two
 * where the row of the cursor has moved out of the page that it was on, or where the end is asked for.
 * @throws BAD_USER_INPUT when the row of the cursor cannot be found any more within some more reads, or a numbered
 * page of several lists reaches too far
 */
export async function readConnection<T>(window: RowWindow, list: BoundList<T>): Promise<Connection<T>> {
  const { from, size } = window;
  const stretch =
    typeof from === 'number'
      ? await readFrom(from, size, list)
      : from === 'end'
        ? await readLast(size, list)
        : await readNextTo(from.side, from.anchor, size, list);
  return cut(connectionOf(stretch, size, list), window, list);
}

/** Rows by their position: of several lists, they are read from their start to there. */
async function readFrom<T>(from: number, size: number, list: RowList<T>): Promise<Stretch<T>> {
  const [only, ...others] = list.readers;
  if (only !== undefined && others.length === 0) {
    const slice = sliceOf(await only.read(from, size), from, size);
    const hasNext = slice.items.length > 0 && (await goesOn(only, slice));
    return { ...stretchOf([slice], list), from, count: size, hasNext };
  }
  const end = from + size;
  if (end > MAX_MERGED_ROWS) {
    throw badInput(
      `With several values in filter.status, numbered pages end at row ${String(MAX_MERGED_ROWS)}: ` +
        'go on by cursors, ask for one status, or narrow filter.startDate and filter.endDate',
    );
  }
  const { rows, lists, total } = await readFirst(list, end);
  const nothing = lists.map(() => 0);
  const upTo = upTosOf(rows, nothing);
  const starts = upTo[from - 1] ?? nothing;
  const shown = lists.map((one, nth) => sliceOf(one, 0, upTo[end - 1]?.[nth] ?? 0));
  return {
    rows: rows.slice(from, end),
    from,
    count: size,
    hasNext: rows.length >= end && (rows.length > end || (await anyGoesOn(list, shown))),
    total,
    starts,
    lists,
  };
}

/** The last rows: they are among the last ones of each list. */
async function readLast<T>(size: number, list: RowList<T>): Promise<Stretch<T>> {
  const slices = await Promise.all(list.readers.map((reader) => readEnd(reader, size)));
  return { ...lastOf(stretchOf(slices, list), size), hasNext: false };
}

/** The rows on one side of a row: they are among those on that side of it in each list. */
async function readNextTo<T>(
  side: 'after' | 'before',
  anchor: Anchor,
  size: number,
  list: BoundList<T>,
): Promise<Stretch<T>> {
  const besideIn = (reader: RowReader<T>, nth: number) => {
    const place = anchor.places[nth] ?? { upTo: 0, told: null };
    return readBeside({ ...list, side, anchor, place, isItsOwn: anchor.list === nth, reader }, size);
  };
  const slices = await Promise.all(list.readers.map(besideIn));
  const stretch = stretchOf(slices, list);
  if (side === 'before') return { ...lastOf(stretch, size), hasNext: await anyGoesOn(list, slices) };
  const hasNext = stretch.rows.length > size || (await anyGoesOn(list, slices));
  return { ...stretch, rows: stretch.rows.slice(0, size), count: size, hasNext };
}

/** Whether any of the lists goes on behind a stretch of it. */
async function anyGoesOn<T>({ readers }: RowList<T>, slices: readonly Slice<T>[]): Promise<boolean> {
  const isAtHand = slices.some(
    ({ from, items, rows }) => rows.hasMore === true || rows.from + rows.items.length > from + items.length,
  );
  if (isAtHand) return true;
  const more = await Promise.all(slices.map((slice, nth) => goesOnIn(readers[nth], slice)));
  return more.includes(true);
}

async function goesOnIn<T>(reader: RowReader<T> | undefined, slice: Slice<T>): Promise<boolean> {
  return reader !== undefined && goesOn(reader, slice);
}

/** Stretches of all lists as one: it begins where the first of them does. */
function stretchOf<T>(slices: readonly Slice<T>[], list: RowList<T>): Omit<Stretch<T>, 'hasNext'> {
  const { rows, repeats } = mergeParts(slices, list);
  const lists = slices.map((slice) => slice.rows);
  const total = totalOf(lists);
  const starts = slices.map(({ from }) => from);
  return {
    rows,
    from: starts.reduce((sum, start) => sum + start, 0),
    count: rows.length,
    total: total === null ? null : total - repeats,
    starts,
    lists,
  };
}

/** The last rows of a stretch. */
function lastOf<T>(stretch: Omit<Stretch<T>, 'hasNext'>, size: number): Omit<Stretch<T>, 'hasNext'> {
  const skipped = Math.max(0, stretch.rows.length - size);
  const rows = stretch.rows.slice(skipped);
  const starts = upTosOf(stretch.rows.slice(0, skipped), stretch.starts).at(-1) ?? stretch.starts;
  return { ...stretch, rows, starts, from: stretch.from + skipped, count: rows.length };
}

function connectionOf<T>(stretch: Stretch<T>, size: number, list: BoundList<T>): Connection<T> {
  const { rows, from, count, hasNext, total } = stretch;
  return {
    items: rows.map(({ row }) => row),
    from,
    count,
    size,
    total,
    hasNext,
    marks: createRowMarks(stretch, list),
  };
}

/** Leaves what lies between the window's bounds. */
function cut<T>(connection: Connection<T>, { floor, ceiling }: RowWindow, list: RowList<T>): Connection<T> {
  const { items, marks, from } = connection;
  const skipped = floor === null ? 0 : rowsUpTo(connection, floor, list.order, 'itself included');
  const kept = ceiling === null ? Infinity : rowsUpTo(connection, ceiling, list.order, 'without it');
  if (skipped === 0 && kept >= items.length) return connection;
  const rows = items.slice(skipped, kept);
  return {
    ...connection,
    items: rows,
    from: from + skipped,
    count: rows.length,
    hasNext: connection.hasNext || kept < items.length,
    marks: marks?.slice(skipped, kept) ?? null,
  };
}

/** How many of the rows come up to a row that may be anywhere. */
function rowsUpTo(
  { items, from, marks }: Connection<unknown>,
  anchor: Anchor,
  order: RowList<unknown>['order'],
  bound: 'itself included' | 'without it',
): number {
  const keys: readonly RowKey[] = marks?.read().keys ?? [];
  const itself = bound === 'itself included' ? 1 : 0;
  const found = keys.findIndex(({ id }) => id === anchor.id);
  if (found >= 0) return found + itself;
  if (order !== null) return keys.filter((key) => comesBefore(key, anchor, order)).length;
  const upTo = (anchor.places[0]?.upTo ?? 0) - 1 + itself - from;
  return Math.min(items.length, Math.max(0, upTo));
}
