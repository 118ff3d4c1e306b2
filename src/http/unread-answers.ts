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
 * Looks after an answer that has been sent. `Socket.setTimeout` would do it by itself, but takes what has gone at once, when
 * it was sent, for a sign of life at the end of the time, and begins anew.
 * @param timeoutMs how long the client may take no byte of it
 * @param giveUp is called, once, when it has taken none for so long
 * @returns what ends the looking
 */
export function watchUnread(socket: Socket, timeoutMs: number, giveUp: () => void): () => void {
  let known = UNSEEN;
  const timer = setInterval(() => {
    known = afterLook(known, unreadBytes(socket));
    if (!isLate(known)) return;
    clearInterval(timer);
    giveUp();
  }, timeoutMs / LOOKS);
  timer.unref();
  return () => {
    clearInterval(timer);
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
