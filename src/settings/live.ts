import { whole } from './readers.ts';
import { limit, setting, type ValuesOf } from './setting.ts';

const REFUSED = '`OVERLOADED` of that operation';
const CLOSED = 'closed with 1013';

/** Those who watch, over WebSocket, server-sent events or multipart. */
export const LIVE_SETTINGS = {
  LIVE_MAX_VIEWERS: limit(
    whole(0, 1_000_000),
    '10000',
    'How many connections may be watching at once. `MAX_CONNECTIONS` counts them, too.',
    '503, `OVERLOADED`',
  ),
  LIVE_MAX_OPERATIONS: limit(
    whole(1, 1_000_000),
    '20000',
    'How many operations may be open over them at once.',
    REFUSED,
  ),
  LIVE_MAX_OPERATIONS_PER_CALLER: limit(
    whole(1, 1_000_000),
    '5000',
    'How many of them may be of the same credentials and linked account.',
    REFUSED,
  ),
  LIVE_MAX_OPERATIONS_PER_CONNECTION: limit(
    whole(1, 10_000),
    '100',
    'How many of them may be open over one connection.',
    REFUSED,
  ),
  LIVE_MAX_CONNECTIONS_PER_CALLER: limit(
    whole(1, 1_000_000),
    '5000',
    'How many WebSockets may be of the same credentials and linked account, or of people who have not signed in.',
    CLOSED,
  ),
  LIVE_INIT_TIMEOUT_MS: limit(
    whole(1, 600_000),
    '5000',
    'How long a client may take to say `connection_init` once its WebSocket is open.',
    'closed with 4408',
  ),
  LIVE_BEAT_MS: setting(
    whole(1000, 12_000),
    '10000',
    'How often a viewer is sent a sign of life. A WebSocket that leaves two pings without an answer is cut.',
  ),
  LIVE_UNREAD_TIMEOUT_MS: limit(
    whole(1000, 600_000),
    '15000',
    'How long a viewer may take no byte of what is sent to it, to within a second.',
    CLOSED,
  ),
  LIVE_MAX_UNREAD_BYTES: limit(
    whole(1024, 2 ** 40),
    '67108864',
    'How much may wait for all viewers together to take it.',
    'those who have been slow the longest are closed with 1013',
  ),
};

/** The same by its names in the code. */
export function liveOf(values: ValuesOf<typeof LIVE_SETTINGS>) {
  return {
    maxViewers: values.LIVE_MAX_VIEWERS,
    maxOperations: values.LIVE_MAX_OPERATIONS,
    maxOperationsPerCaller: values.LIVE_MAX_OPERATIONS_PER_CALLER,
    maxOperationsPerConnection: values.LIVE_MAX_OPERATIONS_PER_CONNECTION,
    maxConnectionsPerCaller: values.LIVE_MAX_CONNECTIONS_PER_CALLER,
    initTimeoutMs: values.LIVE_INIT_TIMEOUT_MS,
    beatMs: values.LIVE_BEAT_MS,
    unreadTimeoutMs: values.LIVE_UNREAD_TIMEOUT_MS,
    maxUnreadBytes: values.LIVE_MAX_UNREAD_BYTES,
  };
}
