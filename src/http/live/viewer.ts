/** How somebody watches. */
export type Transport = 'websocket' | 'sse' | 'multipart';

/** Why a viewer's connection ends: a code of WebSocket's, on other transports too, and a word on it. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/**
 * The endings that are ours. Clients of `graphql-ws` connect again by themselves after all but MALFORMED and 4401, for
 * bad credentials, which they take for final; as they do 4406, 4409 and 4429 of a client that breaks the protocol, and
 * 1009, 1011 and 4500.
 */
export const ENDINGS = {
  EXPIRED: { code: 4403, reason: 'The sign-in has expired' },
  LATE: { code: 4408, reason: 'Connection initialisation timeout' },
  MALFORMED: { code: 4400, reason: 'Invalid message received' },
  MOVED: { code: 1012, reason: 'The gateway stops: connect again' },
  SLOW: { code: 1013, reason: 'What is sent is not read' },
  IDLE: { code: 1013, reason: 'Nobody has signed in, and nothing is asked' },
  BUSY: { code: 1013, reason: 'Try again later' },
  DEFECT: { code: 1013, reason: 'Something went wrong here' },
} as const satisfies Readonly<Record<string, Ending>>;

/** What is known of the bytes that wait for a viewer to take them. */
export interface Unread {
  readonly bytes: number;
  /** How many messages it has taken so far. */
  readonly taken: number;
}

/** Somebody who watches over one connection. */
export interface Viewer {
  readonly transport: Transport;
  readonly unread: () => Unread;
  /** Sends a sign of life. */
  readonly beat: () => void;
  /** Ends the connection, and says why where the transport has a way to. */
  readonly end: (ending: Ending) => void;
  /** Ends it without a word. */
  readonly cut: () => void;
}
