import { createHash } from 'node:crypto';
import { badInput } from '../domain/errors.ts';
import type { RowKey } from './order.ts';

/** The farthest position in a list: what follows it can still be counted in GraphQL's 32 bits. */
export const MAX_POSITION = 2 ** 31 - 3;

/** A row, and where it stood in its list when that was read. */
export interface Anchor extends RowKey {
  /** Its position, 0-based. */
  readonly position: number;
  /** How many rows the list had. */
  readonly total: number;
  /** When, epoch milliseconds. */
  readonly at: number;
}

/** Far more than any cursor has. */
const MAX_LENGTH = 1024;

/**
 * Cursors mark a row of one list, the list being named by `binding`: the field with its filter and sort. The checksum
 * ties the two together, so that a cursor of another list, or a mangled one, is told apart instead of answering rows
 * from somewhere else. It is no secret and grants nothing: a forged cursor can only say what a page number says.
 */
export function cursorOf(binding: string, { position, total, at, time, id }: Anchor): string {
  const text = JSON.stringify([position, total, at, time, id]);
  return Buffer.from(`${checksum(binding, text)}${text}`).toString('base64url');
}

/**
 * The row that a cursor marks.
 * @param argument the argument it came in, named in the error
 * @throws BAD_USER_INPUT when the cursor was not made by `cursorOf` for this binding
 */
export function anchorOf(binding: string, cursor: string, argument: string): Anchor {
  const anchor = cursor.length > MAX_LENGTH ? null : parsed(Buffer.from(cursor, 'base64url').toString());
  if (anchor !== null && cursor === cursorOf(binding, anchor)) return anchor;
  throw badInput(`${argument} is not a cursor of this list with this filter and sort`);
}

function parsed(text: string): Anchor | null {
  try {
    const [position, total, at, time, id] = JSON.parse(text.slice(CHECKSUM_LENGTH)) as unknown[];
    const isSound =
      isCount(position) && isCount(total) && Number.isSafeInteger(at) && Number.isSafeInteger(time);
    if (!isSound || typeof id !== 'string') return null;
    return { position, total, at: at as number, time: time as number, id };
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_POSITION;
}

const CHECKSUM_LENGTH = 12;

function checksum(binding: string, text: string): string {
  return createHash('sha256').update(`${binding}\n${text}`).digest('base64url').slice(0, CHECKSUM_LENGTH);
}
