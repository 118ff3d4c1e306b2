import type { Environment, ListElement } from '../../domain/model.ts';
import { badResponse } from '../failure.ts';

/*
 * What all of upstream's shapes are made of, read leniently: both generations of its API, with any field but the id
 * missing, null, of an unexpected type or of an unknown value. Such a field reads as null; numbers and flags may come
 * as text. Only what makes an answer useless, such as a list that is no list, is refused. All is read by hand: what zod
 * transforms it keeps, with all that the operation has read, until V8 collects its old generation.
 */

/** Fields as upstream has them: nothing of them is sure. */
export type Wire<Name extends string> = Readonly<Partial<Record<Name, unknown>>>;

/** Whether it has fields: what is a list has none. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
const MAX_INT32 = 2 ** 31 - 1;
/** ISO 8601 with its zone, or a day; anything looser would be read differently from machine to machine. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * A time as upstream writes it, on a day that each month of each year has: rows have several, and reading them by hand
 * takes half as long as having V8 parse them.
 */
const USUAL_TIME =
  /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const ZERO = '0'.charCodeAt(0);
const USUAL_LENGTH = '2026-01-02T03:04:05.678Z'.length;

const ENVIRONMENTS: ReadonlyMap<unknown, Environment> = new Map([
  ['test', 'TEST'],
  ['production', 'PRODUCTION'],
]);

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOf(value: unknown): number | null {
  const read = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
}

export function integerOf(value: unknown): number | null {
  const read = numberOf(value);
  return read !== null && Number.isInteger(read) && read >= -MAX_INT32 - 1 && read <= MAX_INT32 ? read : null;
}

export function flagOf(value: unknown): boolean | null {
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'boolean' ? value : null;
}

export function idOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

export function dateOf(value: unknown): Date | null {
  if (typeof value === 'string' && value.length === USUAL_LENGTH && USUAL_TIME.test(value)) {
    return usualDateOf(value);
  }
  const isText = typeof value === 'string' && ISO_DATE.test(value);
  if (!isText && typeof value !== 'number') return null;
  const read = new Date(value);
  const year = read.getUTCFullYear();
  return year >= 0 && year <= 9999 ? read : null;
}

function usualDateOf(text: string): Date {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const ms = twoDigits(text, 20) * 10 + text.charCodeAt(22) - ZERO;
  return new Date(
    Date.UTC(year, month - 1, day, twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17), ms),
  );
}

/** The number that two digits of a text are. */
function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 11 * ZERO;
}

export function environmentOf(value: unknown): Environment | null {
  return ENVIRONMENTS.get(value) ?? null;
}

/**
 * Refuses a list that is longer than it may be. It costs next to nothing, and reading one that is too long would keep
 * everybody waiting: so it comes before any of the list is read.
 * @param what is in it, for the error
 */
export function refuseLonger(list: unknown, atMost: number, what: string): void {
  if (!Array.isArray(list) || list.length <= atMost) return;
  throw badResponse(`Upstream answered ${String(list.length)} ${what}`);
}

/**
 * A list of which an element that cannot be read costs only itself: null is in its place. Null: it is no list. One that
 * is longer than it may be is refused.
 */
export function boundedListOf<T>(
  list: unknown,
  atMost: number,
  what: string,
  read: (element: unknown) => T | null,
): (T | null)[] | null {
  refuseLonger(list, atMost, `${what} where ${String(atMost)} are the most that is read`);
  return Array.isArray(list) ? list.map((element) => read(element)) : null;
}

/**
 * Puts stand-ins in the places of what could not be read, so that the positions of the others stay right.
 * @param standIn makes one: told the closest element that could be read, if any, and how far behind it this is
 */
export function withStandIns<T extends ListElement>(
  items: readonly (T | null)[],
  standIn: (closest: T | null, distance: number) => T,
): readonly T[] {
  const firstRead = items.findIndex((item) => item !== null);
  let closest = Math.max(0, firstRead);
  return items.map((item, index) => {
    if (item === null) return { ...standIn(items[closest] ?? null, index - closest), isUnreadable: true };
    closest = index;
    return item;
  });
}

/**
 * Builds the reading of a body. It throws UPSTREAM_BAD_RESPONSE when the body has another shape.
 * @param read null: the wrong shape
 * @param what the body should be, named in the error
 */
export function readerBy<T>(read: (body: unknown) => T | null, what: string): (body: unknown) => T {
  return (body) => {
    const value = read(body);
    if (value !== null) return value;
    throw badResponse(`Upstream's answer is not the shape of ${what}`);
  };
}
