import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** The headers that somebody can sign in with. */
const NAMES = ['authorization', 'x-api-key', 'linked_account_id', 'linked-account-id'] as const;

/** All values of each of them as text: they are bytes, which Node.js hands over as one character each. */
export function signInHeadersOf(request: IncomingMessage): Partial<Record<(typeof NAMES)[number], string[]>> {
  const found: Partial<Record<(typeof NAMES)[number], string[]>> = {};
  for (const name of NAMES) {
    if (request.headers[name] !== undefined) found[name] = valuesOf(request, name).map(utf8Of);
  }
  return found;
}

/**
 * All values of a header, in order.
 * @param wanted its name in lower case
 */
export function valuesOf({ rawHeaders }: IncomingMessage, wanted: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === wanted.length && name.toLowerCase() === wanted) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

const ASCII = /^[\0-\x7f]*$/;

function utf8Of(value: string): string {
  if (ASCII.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
