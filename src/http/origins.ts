import { CLIENT_HEADERS } from './client-name.ts';

/** Other sites whose pages may ask, and what their browsers are told. */
export interface Origins {
  /** Whether an `Origin` is one of them, to the letter. */
  allows(origin: string | undefined): boolean;
  /** What an answer has that goes to a page of this origin, whatever it says. */
  headersFor(origin: string | undefined): Readonly<Record<string, string>>;
}

/** What clients of Apollo tell besides: where a request came from, and what sends it. */
const OF_CLIENTS = [
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'apollographql-library-name',
  'apollographql-library-version',
  ...CLIENT_HEADERS.flat(),
];

const EXPOSED = 'retry-after, x-request-id';

/** What a page may send, for browsers that ask first: what the gateway reads, and what clients add. */
export const PERMISSION = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': [
    'authorization',
    'content-type',
    'x-api-key',
    'linked_account_id',
    'linked-account-id',
    'x-request-id',
    'traceparent',
    'tracestate',
    'baggage',
    ...OF_CLIENTS,
  ].join(', '),
  'access-control-max-age': '600',
};

/** The same for `/graphql/stream`. */
export const STREAM_PERMISSION: typeof PERMISSION = {
  ...PERMISSION,
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': `${PERMISSION['access-control-allow-headers']}, x-graphql-event-stream-token`,
};

/** The same for `/mcp`. */
export const MCP_PERMISSION: typeof PERMISSION = {
  ...PERMISSION,
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': `${PERMISSION['access-control-allow-headers']}, mcp-protocol-version, mcp-method, mcp-name`,
};

/** Cookies are never read, so that no origin is ever allowed to send them along. */
export function createOrigins(list: readonly string[]): Origins {
  const allowed = new Set(list);
  const allows = (origin: string | undefined) => origin !== undefined && allowed.has(origin);
  return {
    allows,
    headersFor: (origin) =>
      origin !== undefined && allows(origin)
        ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED }
        : {},
  };
}

/** Whether an `Origin` is that of pages of this host, whatever their protocol. */
export function isOfHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
