import type { Contexts } from '../../contexts.ts';
import { badInput } from '../../domain/errors.ts';

/** What is presented to sign in with: lower-case names, and every value under each. */
export type Presented = Parameters<Contexts['signIn']>[0];

/** What a caller signs in with, as headers and `connectionParams` have it. */
const NAMES = ['authorization', 'x-api-key', 'linked_account_id', 'linked-account-id'];

/**
 * What is presented over a WebSocket: the parameters that its connection begins with, by the names of the headers in any
 * case, and the headers of its upgrade, which browsers cannot send. Whatever comes twice stays twice.
 * @throws BAD_USER_INPUT where a value is no text
 */
export function presentedBy(
  params: Readonly<Record<string, unknown>> | undefined,
  headers: Presented,
): Presented {
  const presented = new Map(NAMES.map((name) => [name, [...(headers[name] ?? [])]]));
  for (const [key, value] of Object.entries(params ?? {})) {
    const name = key.toLowerCase();
    const values = presented.get(name);
    if (values === undefined || value === null) continue;
    if (typeof value !== 'string') throw badInput(`${name} must be a text`);
    values.push(value);
  }
  return Object.fromEntries(presented);
}

/** Whether there are credentials at all: what asks for nobody's data needs none. */
export function isSignIn(presented: Presented): boolean {
  return NAMES.some((name) => (presented[name] ?? []).length > 0);
}
