import { badInput } from '../domain/errors.ts';

/**
 * An id that is safe in a path. Encoding alone is not enough: `..` survives it.
 * @param argument where the id came from, named in the error
 * @throws BAD_USER_INPUT when it has any other character than letters, digits, `-` and `_`, or more than 128
 */
export function pathId(argument: string, id: string): string {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(id)) return id;
  throw badInput(`${argument} may only have letters, digits, - and _, and at most 128 of them`);
}
