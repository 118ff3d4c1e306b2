import type { Socket } from 'node:net';

/**
 * How often it is looked whether a client takes its answer, within the time that it may take none. Since the last look
 * before it did, that much more can have passed: so it has a look less.
 */
const LOOKS = 15;

/** What is known of the bytes that wait for a client to take them. */
interface Unread {
  readonly bytes: number;
  /** How many looks in a row have seen none taken. */
  readonly looks: number;
}

/** Nobody has looked yet. */
export const UNSEEN: Unread = { bytes: Infinity, looks: 0 };

/** What is known after another look. */
export function afterLook(known: Unread, bytes: number): Unread {
  return { bytes, looks: bytes < known.bytes ? 0 : known.looks + 1 };
}

/** Whether a client has had its time. */
export function isLate({ looks }: Unread): boolean {
  return looks >= LOOKS - 1;
}

/**
 * Looks after an answer that has been sent.
 * @param giveUp is called, once, when the client has taken none of it for so long
 * @returns what ends the looking
 */
export type WatchUnread = (socket: Socket, giveUp: () => void) => () => void;

/**
 * Builds what looks after answers: one timer for all of them, which runs while there are any. `Socket.setTimeout` would
 * do it by itself, but takes what has gone at once, when it was sent, for a sign of life at the end of the time, and
 * begins anew.
 * @param timeoutMs how long a client may take no byte of an answer
 */
export function createUnreadWatch(timeoutMs: number): WatchUnread {
  const watched = new Set<{ readonly socket: Socket; readonly giveUp: () => void; known: Unread }>();
  let timer: NodeJS.Timeout | null = null;
  const look = () => {
    for (const answer of watched) {
      answer.known = afterLook(answer.known, unreadBytes(answer.socket));
      if (!isLate(answer.known)) continue;
      watched.delete(answer);
      answer.giveUp();
    }
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  return (socket, giveUp) => {
    const answer = { socket, giveUp, known: UNSEEN };
    watched.add(answer);
    timer ??= setInterval(look, timeoutMs / LOOKS).unref();
    return () => {
      watched.delete(answer);
    };
  };
}

/**
 * `writableLength` shrinks once the whole of an answer is taken. How much of it is left only the handle knows; Node.js
 * itself looks there, but does not document it.
 */
export function unreadBytes(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? socket.writableLength;
}
