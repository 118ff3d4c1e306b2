import { setImmediate } from 'node:timers';
import type { WebSocket } from 'ws';

/** What has come over a WebSocket and is not heard yet. */
export interface Inbox {
  /** Takes what has come. */
  readonly put: (text: string) => void;
  /** Goes on, or stops listening: whether it is busy may have changed. */
  readonly regulate: () => void;
}

/** So much of one connection is heard before others have their turn: one piece of it can be hundreds of messages. */
const MAX_HEARD_A_TURN = 4;

/**
 * Has what has come heard one by one. While that is busy, nothing more is read: the client has to wait, and not the
 * gateway's memory.
 */
export function createInbox(socket: WebSocket, isBusy: () => boolean, hear: (text: string) => void): Inbox {
  const waiting: string[] = [];
  let isHearing = false;
  /** Since the event loop was last left. */
  let heard = 0;
  const isOpen = () => socket.readyState === socket.OPEN;
  const mayHear = () => heard < MAX_HEARD_A_TURN && !isBusy();
  const count = () => {
    heard += 1;
    if (heard > 1) return;
    setImmediate(() => {
      heard = 0;
      regulate();
    });
  };
  const regulate = () => {
    // What is heard can change whether it is busy: that is seen below.
    if (isHearing) return;
    isHearing = true;
    while (isOpen() && mayHear()) {
      const text = waiting.shift();
      if (text === undefined) break;
      count();
      hear(text);
    }
    isHearing = false;
    if (!isOpen()) waiting.length = 0;
    else if (!mayHear()) socket.pause();
    else if (socket.isPaused) socket.resume();
  };
  return {
    put: (text) => {
      waiting.push(text);
      regulate();
    },
    regulate,
  };
}
