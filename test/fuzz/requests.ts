import { CANARIES } from './canaries.ts';

/** The caller that most inputs come from. */
export const CALLER = { 'x-api-key': CANARIES.apiKey, linked_account_id: 'demo@example.com' };

/** A request as bytes, with the headers that every one needs. */
export function rawPost(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = CALLER,
  path = '/graphql',
): Buffer {
  const bytes = Buffer.from(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: gateway.example',
    'content-type: application/json',
    `content-length: ${String(bytes.length)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** A GraphQL request as bytes. */
export function post(
  query: string,
  variables: unknown = {},
  headers: Readonly<Record<string, string>> = CALLER,
) {
  return rawPost(JSON.stringify({ query, variables }), headers);
}
