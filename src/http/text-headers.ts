import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** All values of each header as text: they are bytes, which Node.js hands over as one character each. */
export function textHeadersOf({ headersDistinct }: IncomingMessage): NodeJS.Dict<string[]> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, values?.map(utf8Of)]),
  );
}

function utf8Of(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
