import type { WebSocket } from 'ws';

/** What has come over a WebSocket and is not heard yet. */
export interface Inbox {
  /** Takes what has come. */
  readonly put: (text: string) => void;
  /** Goes on, or stops listening: whether it is busy may have changed. */
  readonly regulate: () => void;
}

/**
 * Has what has come heard one by one. While that is busy, nothing more is read: the client has to wait, and not the
 * gateway's memory.
 */
export function createInbox(socket: WebSocket, isBusy: () => boolean, hear: (text: string) => void): Inbox {
  const waiting: string[] = [];
  let isHearing = false;
  const isOpen = () => socket.readyState === socket.OPEN;
  const regulate = () => {
    // What is heard can change whether it is busy: that is seen below.
    if (isHearing) return;
    isHearing = true;
    while (isOpen() && !isBusy()) {
      const text = waiting.shift();
      if (text === undefined) break;
      hear(text);
    }
    isHearing = false;
    if (!isOpen()) waiting.length = 0;
    else if (isBusy()) socket.pause();
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
