import type { WebSocket } from 'ws';
import type { Metrics } from '../../observability/metrics.ts';
import { createCaller, type CallerParts, type Upgrade } from './socket-caller.ts';
import { createInbox } from './socket-inbox.ts';
import { createOutbox, type Outbox } from './socket-outbox.ts';
import { openConversation } from './socket-protocol.ts';
import { ENDINGS, type Viewer } from './viewer.ts';
import type { Viewers } from './viewers.ts';

/** What WebSockets are served with. */
export interface SocketParts extends CallerParts {
  readonly viewers: Viewers;
  readonly metrics: Metrics;
}

/** So many operations of one connection may begin at once: what it says beyond that is not read yet. */
const MAX_BEGINNING = 16;
/** So much may wait for a client to take it before it is listened to again. */
const MAX_WAITING_BYTES = 1_048_576;
/** So many pings a client may leave without an answer. */
const MAX_UNANSWERED = 2;
/** What a close frame has room for. */
const MAX_REASON_BYTES = 120;

/** What `ws` closes a connection with, by its errors; with 1002 for all others. */
const BREACHES: Readonly<Record<string, number>> = {
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
};

/** Builds what serves a WebSocket that has been opened, until it is closed. */
export function createSocketService(parts: SocketParts): (socket: WebSocket, upgrade: Upgrade) => void {
  return (socket, upgrade) => {
    let beginning = 0;
    let endedWith: number | null = null;
    const outbox = createOutbox(socket, upgrade.socket, () => {
      parts.viewers.hold(viewer, outbox.waitingBytes);
      inbox.regulate();
    });
    const viewer = createViewer(socket, outbox, (code) => {
      endedWith = code;
    });
    const caller = createCaller(upgrade, parts, viewer.end);
    const conversation = openConversation(
      {
        init: caller.init,
        ask: (request) => {
          beginning += 1;
          return caller.ask(request, () => {
            beginning -= 1;
            inbox.regulate();
          });
        },
      },
      {
        send: (text) => {
          parts.metrics.viewers.sent('websocket');
          return outbox.send(text);
        },
        end: viewer.end,
      },
      parts.logger,
    );
    const isBusy = () => beginning >= MAX_BEGINNING || outbox.waitingBytes >= MAX_WAITING_BYTES;
    const inbox = createInbox(socket, isBusy, conversation.hear);
    const leave = parts.viewers.join(viewer);
    socket.on('ping', outbox.pong);
    // What breaks the protocol of WebSocket has been closed by then.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const { code = '' } = error;
      if (code.startsWith('WS_ERR_')) endedWith ??= BREACHES[code] ?? 1002;
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) viewer.end(ENDINGS.MALFORMED);
      else inbox.put(data.toString());
    });
    socket.once('close', (code) => {
      leave(endedWith ?? code);
      caller.leave();
      conversation.leave();
    });
  };
}

/** @param onEnd is told the code that it is ended with */
function createViewer(socket: WebSocket, outbox: Outbox, onEnd: (code: number) => void): Viewer {
  let unanswered = 0;
  for (const sign of ['pong', 'message']) {
    socket.on(sign, () => {
      unanswered = 0;
    });
  }
  return {
    transport: 'websocket',
    unread: outbox.unread,
    end: ({ code, reason }) => {
      if (socket.readyState !== socket.OPEN) return;
      onEnd(code);
      socket.close(code, Buffer.from(reason).subarray(0, MAX_REASON_BYTES));
      // Its answer to that is waited for.
      socket.resume();
    },
    cut: () => {
      socket.terminate();
    },
    beat: () => {
      // Of a client that is not listened to now, no answer is heard.
      if (socket.isPaused) return;
      if (unanswered >= MAX_UNANSWERED) socket.terminate();
      else socket.ping();
      unanswered += 1;
    },
  };
}
