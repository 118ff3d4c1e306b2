import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endRequestTrace } from '../request-trace.ts';
import { unreadBytes } from '../unread-answers.ts';
import type { Framing } from './framing.ts';
import { ENDINGS, type Ending, type Transport, type Viewer } from './viewer.ts';
import type { Viewers } from './viewers.ts';

/** An answer that goes on for as long as somebody watches. */
export interface Stream {
  /** Resolves once the text is taken, or nobody is left to take it. */
  readonly send: (text: string) => Promise<void>;
  /** Ends it with a last text. */
  readonly finish: (text: string) => void;
  /** Ends it early. */
  readonly end: (ending: Ending) => void;
  readonly isClosed: () => boolean;
}

/** What streams are opened with. */
export interface StreamOptions {
  readonly transport: Transport;
  readonly framing: Framing;
  /** Is called once it is closed, be it by the client. */
  readonly onClosed: () => void;
  /** A message has been sent. */
  readonly onSent: () => void;
}

/** Opens a stream as the answer to a request. Fastify has no more to do with it. */
export function openStream(
  request: FastifyRequest,
  reply: FastifyReply,
  viewers: Viewers,
  { transport, framing, onClosed, onSent }: StreamOptions,
): Stream {
  const { raw } = reply;
  const { socket } = request.raw;
  const waiting = new Set<() => void>();
  let [waitingBytes, taken] = [0, 0];
  /** The code that its end will be counted with; null: nothing has ended it here. */
  let code: number | null = null;

  const write = (text: string): Promise<void> =>
    new Promise((resolve) => {
      if (raw.destroyed || raw.writableEnded) {
        resolve();
        return;
      }
      const bytes = Buffer.byteLength(text);
      const settle = () => {
        if (!waiting.delete(settle)) return;
        waitingBytes -= bytes;
        taken += 1;
        viewers.hold(viewer, waitingBytes);
        resolve();
      };
      waiting.add(settle);
      waitingBytes += bytes;
      viewers.hold(viewer, waitingBytes);
      raw.write(text, settle);
    });
  const finish = (text: string, withCode: number, onDone: () => void) => {
    if (raw.writableEnded) return;
    code ??= withCode;
    raw.end(text, onDone);
  };
  const viewer: Viewer = {
    transport,
    unread: () => ({ bytes: unreadBytes(socket), taken }),
    beat: () => {
      if (waitingBytes === 0) void write(framing.beat);
    },
    end: (ending) => {
      if (ending.code === ENDINGS.SLOW.code) {
        // It reads nothing, so that there is nothing to say.
        code ??= ending.code;
        socket.destroy();
      } else {
        // The connection would be kept for another request, and stopping would wait for it.
        finish(framing.farewell(ending) ?? '', ending.code, () => {
          socket.destroySoon();
        });
      }
    },
    cut: () => {
      socket.destroy();
    },
  };

  reply.hijack();
  request.streamStatus = STATUS;
  endRequestTrace(request, STATUS);
  void reply.headers({
    'content-type': framing.contentType,
    'cache-control': 'no-store',
    // Or nginx would keep the events until it has a buffer full of them.
    'x-accel-buffering': 'no',
  });
  raw.writeHead(STATUS, reply.getHeaders() as OutgoingHttpHeaders);
  const leave = viewers.join(viewer);
  const close = () => {
    for (const settle of waiting) settle();
    leave(code ?? GONE_AWAY);
    onClosed();
  };
  if (raw.destroyed) close();
  else raw.once('close', close);
  void write(framing.opening);
  return {
    send: (text) => {
      onSent();
      return write(text);
    },
    finish: (text) => {
      finish(text, DONE, () => undefined);
    },
    end: viewer.end,
    isClosed: () => raw.destroyed || raw.writableEnded,
  };
}

const STATUS = 200;
/** Codes of WebSocket: all was said; and the other end has gone away. */
const DONE = 1000;
const GONE_AWAY = 1001;
