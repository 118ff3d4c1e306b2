import { z } from 'zod';
import type { Environment, ListElement } from '../../domain/model.ts';
import { badResponse } from '../failure.ts';

/*
 * What all of upstream's shapes are made of, read leniently: both generations of its API, with any field but the id
 * missing, null, of an unexpected type or of an unknown value. Such a field reads as null; numbers and flags may come
 * as text. Only what makes an answer useless, such as a list that is no list, is refused.
 */

export const text = z.string().nullable().catch(null);
const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform(Number);
const anyNumber = z.union([z.number(), decimal]).pipe(z.number());
export const number = anyNumber.nullable().catch(null);
export const integer = anyNumber.pipe(z.int32()).nullable().catch(null);
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
  .nullable()
  .catch(null);
export const identifier = z.union([z.string().min(1), z.number().transform(String)]);
export const optionalId = identifier.nullable().catch(null);
/** ISO 8601 with its zone, or a day; anything looser would be read differently from machine to machine. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;
export const date = z
  .union([z.string().regex(ISO_DATE), z.number()])
  .transform((value) => new Date(value))
  .refine((value) => value.getUTCFullYear() >= 0 && value.getUTCFullYear() <= 9999)
  .nullable()
  .catch(null);

const ENVIRONMENTS: ReadonlyMap<string | null, Environment> = new Map([
  ['test', 'TEST'],
  ['production', 'PRODUCTION'],
]);
export const environment = text.transform((raw) => ENVIRONMENTS.get(raw) ?? null);

/** A list of which an element that cannot be read costs only itself: null is in its place. */
export function elements<T>(element: z.ZodType<T>): z.ZodType<(T | null)[]> {
  return z.array(element.nullable().catch(null));
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
 * As `elements`, of a list that may be so long at the most. A longer one is no element that cannot be read: the whole
 * answer is refused.
 */
export function boundedElements<T>(
  element: z.ZodType<T>,
  atMost: number,
  what: string,
): z.ZodType<(T | null)[]> {
  const counted = z.unknown().transform((list) => {
    refuseLonger(list, atMost, `${what} where ${String(atMost)} are the most that is read`);
    return list;
  });
  return counted.pipe(elements(element));
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
 * @param what the body should be, named in the error
 */
export function reader<T>(shape: z.ZodType<T>, what: string): (body: unknown) => T {
  return (body) => {
    const result = shape.safeParse(body);
    if (result.success) return result.data;
    throw badResponse(`Upstream's answer is not the shape of ${what}`);
  };
}
