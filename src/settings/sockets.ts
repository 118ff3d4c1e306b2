import { whole } from './readers.ts';
import { limit, type ValuesOf } from './setting.ts';

const CLOSED = 'the connection is closed';

/** What one connection may take up, and all of them. */
export const SOCKET_SETTINGS = {
  MAX_CONNECTIONS: limit(
    whole(1, 1_000_000),
    '10000',
    'How many clients may be connected at once.',
    'closed before it is read',
  ),
  REQUEST_TIMEOUT_MS: limit(
    whole(1, 600_000),
    '15000',
    'How long a client may take to send a request, head and body.',
    '408, `BAD_REQUEST`',
  ),
  MAX_PIPELINED_REQUESTS: limit(
    whole(1, 10_000),
    '16',
    'How many requests a client may send over one connection before the first of them is answered, or at once. They are answered one by one.',
    CLOSED,
  ),
  UNREAD_TIMEOUT_MS: limit(
    whole(1, 600_000),
    '15000',
    'How long a client may take no byte of an answer that is sent to it, to within a fifteenth.',
    CLOSED,
  ),
  MAX_SOCKET_BYTES: limit(
    whole(1, 2 ** 40),
    '67108864',
    'How much may be held for all clients together, of requests that still arrive and answers that are still unread.',
    'closed are those who have been slow the longest',
  ),
};

/** The same by its names in the code. */
export function socketsOf(values: ValuesOf<typeof SOCKET_SETTINGS>) {
  return {
    maxConnections: values.MAX_CONNECTIONS,
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    maxPipelined: values.MAX_PIPELINED_REQUESTS,
    unreadTimeoutMs: values.UNREAD_TIMEOUT_MS,
    maxBytes: values.MAX_SOCKET_BYTES,
  };
}
