import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { unreadBytes } from '../unread-answers.ts';
import type { Unread } from './viewer.ts';

/** What goes out over a WebSocket. */
export interface Outbox {
  /** Resolves once the text is taken, or nobody is left to take it. */
  readonly send: (text: string) => Promise<void>;
  /** Answers a ping. */
  readonly pong: (data: Buffer) => void;
  /** How much has been sent and not been taken, in bytes. */
  readonly waitingBytes: number;
  readonly unread: () => Unread;
}

/** @param onChange is called whenever `waitingBytes` has changed */
export function createOutbox(socket: WebSocket, client: Socket, onChange: () => void): Outbox {
  let [waitingBytes, taken] = [0, 0];
  /** Counts bytes as waiting until the answer is called. */
  const count = (bytes: number) => {
    waitingBytes += bytes;
    onChange();
    return () => {
      waitingBytes -= bytes;
      taken += 1;
      onChange();
    };
  };
  return {
    send: (text) =>
      new Promise((resolve) => {
        const end = count(Buffer.byteLength(text));
        socket.send(text, () => {
          end();
          resolve();
        });
      }),
    pong: (data) => {
      socket.pong(data, false, count(data.length));
    },
    get waitingBytes() {
      return waitingBytes;
    },
    unread: () => ({ bytes: unreadBytes(client), taken }),
  };
}
