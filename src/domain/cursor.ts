import { createHash } from 'node:crypto';
import { badInput } from './errors.ts';

/** The farthest place in a list: what follows it can still be counted in GraphQL's 32 bits. */
export const MAX_INDEX = 2 ** 31 - 3;

/**
 * Cursors mark a place (0-based) in one list, the list being named by `binding`: the field with its filter and
 * sort. The checksum ties the two together, so that a cursor of another list, or a mangled one, is told apart
 * instead of answering rows from somewhere else. It is no secret and grants nothing: a forged cursor can only say
 * what a page number says.
 */
export function cursorAt(binding: string, index: number): string {
  return Buffer.from(`${String(index)}.${checksum(binding, index)}`).toString('base64url');
}

/**
 * The place that a cursor marks.
 * @param argument the argument it came in, named in the error
 * @throws BAD_USER_INPUT when the cursor was not made by `cursorAt` for this binding
 */
export function indexOfCursor(binding: string, cursor: string, argument: string): number {
  const [digits = '', sum] = Buffer.from(cursor.slice(0, 64), 'base64url').toString('latin1').split('.');
  const index = /^\d{1,10}$/.test(digits) ? Number(digits) : Infinity;
  if (index <= MAX_INDEX && sum === checksum(binding, index) && cursor === cursorAt(binding, index)) {
    return index;
  }
  throw badInput(`${argument} is not a cursor of this list with this filter and sort`);
}

function checksum(binding: string, index: number): string {
  return createHash('sha256')
    .update(`${binding}\n${String(index)}`)
    .digest('base64url')
    .slice(0, 12);
}
