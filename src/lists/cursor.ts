import { hash } from 'node:crypto';
import { badInput, type GatewayError } from '../domain/errors.ts';
import { opaqueOf, textIn } from './opaque.ts';
import type { RowKey } from './order.ts';

/** The farthest position in a list: what follows it can still be counted in GraphQL's 32 bits. */
export const MAX_POSITION = 2 ** 31 - 3;

/** Where a row stood in one of the lists that its list is merged of, or in the only one. */
export interface Place {
  /** How many rows of that list came up to it, itself included. */
  readonly upTo: number;
  /** How many rows that list had by upstream's word; null: it did not tell. */
  readonly told: number | null;
}

/** A row, and where it stood when its list was read. */
export interface Anchor extends RowKey {
  /** One for each list that is merged, in their order. */
  readonly places: readonly Place[];
  /** Which of those lists it was of, from 0. */
  readonly list: number;
  /** The time of day then, epoch milliseconds. */
  readonly date: number;
  /** Whose list it was; see `tagOf`. Null: nobody could tell. */
  readonly owner: string | null;
}

/** What cursors are bound to. */
export interface Binding {
  /** The field with its filter and sort. */
  readonly name: string;
  /** How many lists it is merged of. */
  readonly lists: number;
  /** The linked account, as `tagOf` has it. Null: nobody can tell. */
  readonly owner: string | null;
  /** The time of day, epoch milliseconds. */
  readonly now: number;
}

/** Far more than any cursor has. */
const MAX_LENGTH = 1024;
const TAG_LENGTH = 8;

/** What stands for a linked account in cursors: it tells accounts apart, and not what they are called. */
export function tagOf(linkedAccountId: string): string {
  return hash('sha256', linkedAccountId, 'base64url').slice(0, TAG_LENGTH);
}

/**
 * Cursors mark a row of one list, the list being named by its binding. The checksum ties the two together, so that a
 * cursor of another list, or a mangled one, is told apart instead of answering rows from somewhere else. It is no
 * secret and grants nothing: a forged cursor can only say what a page number says.
 */
export function cursorOf(name: string, { places, list, date, time, id, owner }: Anchor): string {
  const text = JSON.stringify([
    date,
    time,
    id,
    owner,
    list,
    ...places.flatMap(({ upTo, told }) => [upTo, told]),
  ]);
  return opaqueOf(name, text);
}

/**
 * The row that a cursor marks. None is from later than now: one that says so was made by a clock that is ahead, or was.
 * @param argument the argument it came in, named in the error
 * @throws BAD_USER_INPUT when the cursor was not made by `cursorOf` for this binding
 */
export function anchorOf({ name, lists, owner, now }: Binding, cursor: string, argument: string): Anchor {
  const anchor = parsed(textIn(cursor, MAX_LENGTH));
  if (anchor?.places.length !== lists || cursor !== cursorOf(name, anchor)) {
    throw notOfThisList(argument);
  }
  checkOwner(anchor, owner, argument);
  return { ...anchor, date: Math.min(anchor.date, now) };
}

/**
 * Checks that a cursor is not of another linked account's list, as far as anybody can tell.
 * @throws BAD_USER_INPUT when it is
 */
export function checkOwner(anchor: Anchor, owner: string | null, argument: string): void {
  if (anchor.owner === null || owner === null || anchor.owner === owner) return;
  throw notOfThisList(argument);
}

/** The same for every cursor that is not good here: nobody learns whose list it is of. */
function notOfThisList(argument: string): GatewayError {
  return badInput(`${argument} is not a cursor of this list with this filter and sort`);
}

function parsed(text: string | null): Anchor | null {
  if (text === null) return null;
  try {
    const [date, time, id, owner, list, ...numbers] = JSON.parse(text) as unknown[];
    const isSound = Number.isSafeInteger(date) && Number.isSafeInteger(time) && typeof id === 'string';
    if (!isSound || !isCount(list) || (owner !== null && typeof owner !== 'string')) return null;
    const places = placesOf(numbers);
    return places && { id, time: time as number, places, list, date: date as number, owner };
  } catch {
    return null;
  }
}

function placesOf(numbers: readonly unknown[]): Place[] | null {
  const places: Place[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    const [upTo, told = null] = numbers.slice(index, index + 2);
    if (!isCount(upTo) || upTo > MAX_POSITION + 1 || (told !== null && !isCount(told))) return null;
    places.push({ upTo, told });
  }
  return places;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
