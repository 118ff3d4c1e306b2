import type { RunClient } from '../core/run-client.ts';

const keys = new WeakMap<RunClient, string>();
let count = 0;

/**
 * A React key that is another one for another client. What is keyed by it is put up anew with the client: no state, no
 * answer and no element of one account is left when another signs in.
 */
export function keyOf(client: RunClient): string {
  const known = keys.get(client);
  if (known !== undefined) return known;
  count += 1;
  const key = `client-${String(count)}`;
  keys.set(client, key);
  return key;
}
