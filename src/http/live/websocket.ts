import type { WebSocket } from 'ws';
import type { RawRequest } from '../../graphql/limits/request.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Results } from './desk.ts';
import { createCaller, type CallerParts, type Upgrade } from './socket-caller.ts';
import { createOutbox } from './socket-outbox.ts';
import { createProtocol } from './socket-protocol.ts';
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

/** Builds what serves a WebSocket that has been opened, until it is closed. */
export function createSocketService(parts: SocketParts): (socket: WebSocket, upgrade: Upgrade) => void {
  const protocol = createProtocol(parts.logger);

  return (socket, upgrade) => {
    const { viewers, metrics } = parts;
    let [beginning, unanswered] = [0, 0];
    const outbox = createOutbox(socket, upgrade.client, () => {
      viewers.hold(viewer, outbox.waitingBytes);
      regulate();
    });
    /** Listens to the client, or not for now. */
    const regulate = () => {
      const isBusy = beginning >= MAX_BEGINNING || outbox.waitingBytes >= MAX_WAITING_BYTES;
      if (isBusy && socket.readyState === socket.OPEN) socket.pause();
      else if (socket.isPaused) socket.resume();
    };
    const viewer: Viewer = {
      transport: 'websocket',
      unread: outbox.unread,
      end: ({ code, reason }) => {
        if (socket.readyState !== socket.OPEN) return;
        socket.close(code, Buffer.from(reason).subarray(0, MAX_REASON_BYTES));
        // Its answer to that is waited for.
        socket.resume();
      },
      cut: () => {
        socket.terminate();
      },
      beat: () => {
        if (socket.isPaused) return;
        if (unanswered >= MAX_UNANSWERED) socket.terminate();
        else socket.ping();
        unanswered += 1;
      },
    };
    const caller = createCaller(upgrade, parts, viewer.end);
    const connection = {
      init: caller.init,
      ask: (request: RawRequest): Results => {
        beginning += 1;
        regulate();
        return caller.ask(request, () => {
          beginning -= 1;
          regulate();
        });
      },
    };
    const leave = viewers.join(viewer);
    const { hear, closed } = protocol.open(connection, {
      send: (text) => {
        metrics.viewers.sent('websocket');
        return outbox.send(text);
      },
      end: viewer.end,
    });
    socket.on('ping', outbox.pong);
    socket.on('pong', () => {
      unanswered = 0;
    });
    socket.on('message', (data: Buffer, isBinary) => {
      unanswered = 0;
      if (socket.readyState !== socket.OPEN) return;
      if (isBinary) viewer.end(ENDINGS.MALFORMED);
      else hear(data.toString());
    });
    socket.once('close', (code) => {
      leave(code);
      caller.leave();
      closed(code);
    });
  };
}
