import { expect } from '@jest/globals';
import type { Gateway } from './gateway.ts';
import { DEMO } from './gateway.ts';
import { JSON_TYPE, post } from './http.ts';

/** So many parts of a document or a value. */
export function many(count: number, part: (nth: number) => string): string {
  return Array.from({ length: count }, (_, nth) => part(nth)).join(' ');
}

/** A field so often, by different names. */
export function aliased(count: number, field: string): string {
  return many(count, (nth) => `a${String(nth)}: ${field}`);
}

/** A value within so many brackets. */
export function nested(levels: number, open: string, inner: string, close: string): string {
  return open.repeat(levels) + inner + close.repeat(levels);
}

/** A chain of fragments, each of which is spread twice in the one before it. */
export function fragmentBomb(count: number, type: string, inner: string): string {
  const links = many(count, (nth) => {
    const next = `...F${String(nth + 1)}`;
    return `fragment F${String(nth)} on ${type} { ${next} ${next} }`;
  });
  return `${links} fragment F${String(count)} on ${type} { ${inner} }`;
}

/** The one error of an answer, as clients see it. */
export interface TheError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What no answer and no log may have. */
const INTERNALS =
  /call stack|RangeError|TypeError|node_modules|\.ts:\d|INTERNAL_SERVER_ERROR|unexpected error/;

/**
 * Sends a body, and holds the answer to what a refusal is: one error with status 400, nothing of the inside, and nothing
 * asked of upstream. A neighbour that asks at the same time is answered.
 */
export async function expectRefusal(gateway: Gateway, body: string): Promise<TheError> {
  const since = gateway.sandbox.requests().length;
  const refusing = post(gateway.endpoint, body, { ...JSON_TYPE, ...DEMO });
  const [{ status, text }, neighbour] = await Promise.all([refusing, gateway.query('{ __typename }')]);
  expect(neighbour.data).toEqual({ __typename: 'Query' });
  const { errors, data } = JSON.parse(text) as {
    data?: unknown;
    errors: readonly {
      readonly message: string;
      readonly locations?: readonly unknown[];
      readonly extensions: { readonly code: string };
    }[];
  };
  expect([status, errors.length, data]).toEqual([400, 1, undefined]);
  expect(text + gateway.logs.join('')).not.toMatch(INTERNALS);
  expect(text.length).toBeLessThan(2000);
  expect(errors[0]?.locations?.length ?? 0).toBeLessThanOrEqual(10);
  expect(gateway.sandbox.requests()).toHaveLength(since);
  return { status, code: errors[0]?.extensions.code ?? '', message: errors[0]?.message ?? '' };
}
