import { badInput } from './errors.ts';

// What upstream's ids look like, and how it reads them. These are facts of upstream, not choices made here.

/** An id of upstream's own making: a MongoDB ObjectId. Other ids are possible, and taken as they are. */
const OBJECT_ID = /^[0-9a-f]{24}$/i;

/** The one spelling of an id: upstream reads those of its own making in either case. */
export function canonicalId(id: string): string {
  return OBJECT_ID.test(id) ? id.toLowerCase() : id;
}

/** When an id was made, epoch milliseconds, whole seconds: upstream's own ids begin with it. Null: it does not tell. */
export function timeOfId(id: string): number | null {
  return OBJECT_ID.test(id) ? Number.parseInt(id.slice(0, 8), 16) * 1000 : null;
}

/** Whether this can be the id of a linked account: 1 to 256 characters, none of them a control character or half of one. */
export function isLinkedAccountId(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(value) && value.trim() === value;
}

/** Whether this can be the slug of an application: `monday.com` has a dot. */
export function isSlug(slug: string): boolean {
  return /^[A-Za-z0-9_.-]{1,128}$/.test(slug);
}

/** The id of a stand-in for what could not be read: no id of upstream's can be it. */
export function standInId(closest: { readonly id: string } | null, distance: number): string {
  return `?${closest?.id ?? ''}?${String(distance)}`;
}

/** Whether it is the id of a stand-in. In another page of the same list it may be another one. */
export function isStandInId(id: string): boolean {
  return id.startsWith('?');
}

// What this gateway lets into a path, and the ids that it makes itself. These are rules of its own.

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

/** Whether a slug is safe in a path: one that is nothing but a dot or two is not. */
export function isPathSlug(slug: string): boolean {
  return isSlug(slug) && slug !== '.' && slug !== '..';
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

/** Whether this can be the id of a bulk job, which this gateway gives out: a UUID. Others are not looked up. */
export function isJobId(id: string): boolean {
  return /^[0-9a-f-]{36}$/.test(id);
}
