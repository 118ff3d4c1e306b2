import type { z } from 'zod';

/** One environment variable: how to read it, what it is when unset (null: nothing), and what it is for. */
export interface Setting<T> {
  readonly read: (value: string) => z.ZodSafeParseResult<T>;
  readonly preset: string | null;
  readonly about: string;
  /** What is answered to a request that goes beyond it; null: it is no limit of requests. */
  readonly error: string | null;
}

export function setting<T>(shape: z.ZodType<T, string>, preset: string, about: string): Setting<T> {
  return { read: (value) => shape.safeParse(value), preset, about, error: null };
}

export function optional<T>(shape: z.ZodType<T, string>, about: string): Setting<T | null> {
  return { read: (value) => shape.safeParse(value), preset: null, about, error: null };
}

/** @param error what is answered to a request that goes beyond it, such as a status and a code */
export function limit<T>(
  shape: z.ZodType<T, string>,
  preset: string,
  about: string,
  error: string,
): Setting<T> {
  return { ...setting(shape, preset, about), error };
}

/** The values of a part of the settings as they were read; null: unset. */
export type ValuesOf<T> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never };
