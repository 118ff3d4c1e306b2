import { badInput } from './errors.ts';

/** Whether an id is safe in a path. Encoding alone would not make it so: `..` survives it. */
export function isPathId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,128}$/.test(id);
}

/**
 * An id that is safe in a path.
 * @param argument where the id came from, named in the error
 * @throws BAD_USER_INPUT when it has any other character than letters, digits, `-` and `_`, or more than 128
 */
export function pathId(argument: string, id: string): string {
  if (isPathId(id)) return id;
  throw badInput(`${argument} may only have letters, digits, - and _, and at most 128 of them`);
}

/** Whether a slug is safe in a path: it may have dots, as `monday.com` has, but not be `.` or `..`. */
export function isPathSlug(slug: string): boolean {
  return /^[A-Za-z0-9_.-]{1,128}$/.test(slug) && !/^\.{1,2}$/.test(slug);
}

/**
 * A slug that is safe in a path.
 * @param argument where the slug came from, named in the error
 * @throws BAD_USER_INPUT when it is not
 */
export function pathSlug(argument: string, slug: string): string {
  if (isPathSlug(slug)) return slug;
  throw badInput(`${argument} may only have letters, digits, -, _ and ., and at most 128 of them`);
}
