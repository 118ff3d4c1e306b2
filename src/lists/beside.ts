import { badInput } from '../domain/errors.ts';
import { isStandInId } from '../domain/id.ts';
import { checkOwner, type Anchor, type Place } from './cursor.ts';
import { comesBefore, isSameSecond, type Order, type RowKey } from './order.ts';
import { endOf, holds, sliceOf, type RowReader, type Rows, type Slice } from './rows.ts';

/** What is looked for, and in which list. */
export interface Search<T> {
  readonly side: 'after' | 'before';
  readonly anchor: Anchor;
  /** Where it stood in this list. */
  readonly place: Place;
  /** Whether it was of this list. */
  readonly isItsOwn: boolean;
  readonly reader: RowReader<T>;
  readonly keyOf: ((row: T) => RowKey) | null;
  readonly order: Order | null;
  /** The linked account of a row, as `tagOf` has it; null: it does not tell. */
  readonly ownerOf: (row: T) => string | null;
}

/** How many reads may be made to find a row again in a list that has changed. */
const MAX_READS = 8;

/**
 * The rows of one list on one side of a row, which is looked for where it was, then where it must have gone. The row
 * may be of another list that is merged with this one: then its creation time says where it would be.
 * @throws BAD_USER_INPUT when it cannot be found any more within some reads, or is of another linked account's list
 */
export async function readBeside<T>(search: Search<T>, size: number): Promise<Slice<T>> {
  const { side, anchor, place, isItsOwn, reader, ownerOf } = search;
  // Of its own list it is read again; of another one, the rows on both sides of where it would be.
  const was = side === 'before' && !isItsOwn ? place.upTo : Math.max(0, place.upTo - 1);
  const next = createGuess(side, was, place.told, size);
  const beyond = isItsOwn ? createBeyond(anchor) : () => null;
  let guess = was;
  let since: number | undefined;
  for (let reads = 0; reads < MAX_READS; reads++) {
    const start = side === 'after' ? guess : Math.max(0, guess - size);
    const end = side === 'after' ? guess + size : guess;
    const rows = await reader.read(start, end + 1 - start, since);
    for (const row of rows.items.slice(0, 1)) checkOwner(anchor, ownerOf(row), side);
    // Going back to an older answer would be going round in circles.
    since = isFromBefore(rows, anchor) ? rows.at + 1 : rows.at;
    const position = positionIn(rows, search, beyond);
    if (typeof position === 'object') {
      const from = side === 'after' ? position.next : Math.max(0, position.at - size);
      const wanted = side === 'after' ? size : position.at - from;
      if (holds(rows, from, wanted)) return sliceOf(rows, from, wanted);
      guess = position.at;
    } else if (position !== 'unknown') {
      guess = next(guess, position, rows);
    }
  }
  throw badInput(`The list has changed too much for ${side}: start anew, or narrow the filter`);
}

/** Looks for a row page by page: says where it may be once it is known on which side of a page it is. */
function createGuess(side: 'after' | 'before', was: number, toldThen: number | null, size: number) {
  // A read is to show rows on both sides of the place: those behind the guess, or those in front of it.
  const shift = side === 'after' ? 1 : 0;
  let [low, high] = [0, Infinity];
  let step = size;
  let isFirst = true;
  return (guess: number, where: 'in front' | 'behind', rows: Rows<unknown>): number => {
    if (where === 'behind') low = endOf(rows) - shift;
    else high = Math.min(rows.from - shift, rows.told ?? Infinity);
    // What has arrived since has most likely pushed it on by as much.
    const moved = rows.told === null || toldThen === null ? guess : was + rows.told - toldThen;
    if (isFirst && moved >= low && moved <= high && moved !== guess) {
      isFirst = false;
      return moved;
    }
    const middle = (low + high) / 2;
    const next = where === 'behind' ? Math.min(low + step, middle) : Math.max(high - step, middle);
    step *= 4;
    return Math.max(0, Math.floor(next));
  };
}

/** In which direction a row is out of sight that may be among these; null: it is not. */
type Beyond = (rows: Rows<unknown>, keys: readonly RowKey[]) => 'in front' | 'behind' | null;

/**
 * Looks for a row among those of its own second, which upstream has in an order of its own: where they go on beyond a
 * page, so may it. Once that leads back to where it came from, the row is gone.
 */
function createBeyond(anchor: RowKey): Beyond {
  let before: ReturnType<Beyond> = null;
  let isGone = false;
  return ({ from, hasMore }, keys) => {
    const [first, last] = [keys[0], keys.at(-1)];
    if (isGone || first === undefined || last === undefined) return null;
    const isBehind = hasMore !== false && isSameSecond(last, anchor);
    const isInFront = from > 0 && isSameSecond(first, anchor);
    const where = isBehind ? 'behind' : isInFront ? 'in front' : null;
    isGone = before !== null && where !== null && where !== before;
    before = where ?? before;
    return isGone ? null : where;
  };
}

/** Where a row is, and what comes next to it; both are the same where it is not in this list. */
interface Position {
  readonly at: number;
  readonly next: number;
}

/** Finds a row in a page: by itself, or where it would be by its creation time; or tells where else it must be. */
function positionIn<T>(
  rows: Rows<T>,
  { anchor, place, isItsOwn, keyOf, order }: Search<T>,
  beyond: Beyond,
): Position | 'in front' | 'behind' | 'unknown' {
  const { items, from, hasMore, told } = rows;
  const keys = keyOf === null ? [] : items.map(keyOf);
  const found = keys.findIndex(({ id }) => id === anchor.id);
  if (found >= 0) return { at: from + found, next: from + found + 1 };
  if (order === null) return { at: Math.max(0, place.upTo - 1), next: place.upTo };
  // What could not be read is told by its place alone, and by how many rows have come in front of it since.
  if (isItsOwn && isStandInId(anchor.id)) {
    const upTo =
      place.upTo + (order === 'DESC' && told !== null && place.told !== null ? told - place.told : 0);
    return { at: Math.max(0, upTo - 1), next: upTo };
  }
  // An answer from before the row was there cannot tell where it belongs.
  if (isFromBefore(rows, anchor)) return 'unknown';
  if (!isItsOwn && isWhereItWas(rows, keys, anchor, place, order))
    return { at: place.upTo, next: place.upTo };
  const where = beyond(rows, keys);
  if (where !== null) return where;
  const inFront = keys.filter((key) => comesBefore(key, anchor, order)).length;
  if (inFront === 0 && from > 0) return 'in front';
  if (inFront === items.length && hasMore !== false) return 'behind';
  return { at: from + inFront, next: from + inFront };
}

/** Whether rows were answered before the row that is looked for was. */
function isFromBefore({ date }: Rows<unknown>, anchor: Anchor): boolean {
  return date < anchor.date;
}

/**
 * Whether a row of another list still belongs where it did: the list is as long as it was, and the rows on both sides
 * of the place fit. Rows of one millisecond have an order of upstream's own, which this keeps to.
 */
function isWhereItWas(
  { from, told }: Rows<unknown>,
  keys: readonly RowKey[],
  { time }: RowKey,
  { upTo, told: toldThen }: Place,
  order: Order,
): boolean {
  if (told === null || told !== toldThen) return false;
  const [last, next] = [keys[upTo - from - 1], keys[upTo - from]];
  if ((last === undefined && upTo > 0) || (next === undefined && upTo < told)) return false;
  const sign = order === 'ASC' ? 1 : -1;
  const isInFront = last === undefined || sign * (time - last.time) >= 0;
  const isBehind = next === undefined || sign * (next.time - time) >= 0;
  return isInFront && isBehind;
}
