import { z } from 'zod';
import type { Environment } from '../../domain/model.ts';
import { badResponse } from '../failure.ts';

/*
 * What all of upstream's shapes are made of, read leniently: both generations of its API, with any field but the id
 * missing, null, of an unexpected type or of an unknown value. Such a field reads as null. Only what makes an answer
 * useless, a list that is no list or a row without an id, is refused.
 */

export const text = z.string().nullable().catch(null);
export const number = z.number().nullable().catch(null);
export const integer = z.int32().nullable().catch(null);
export const flag = z.boolean().nullable().catch(null);
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
