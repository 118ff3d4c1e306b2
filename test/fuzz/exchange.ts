import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came back. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly head: string; readonly body: string }
  /** The connection ended without an answer. */
  | { readonly kind: 'closed' }
  /** Nothing came for so long that nobody waits any more. */
  | { readonly kind: 'hung' };

/** Sends bytes as they are. */
export interface Exchange {
  /** Over a kept connection: for what is HTTP. */
  ask(request: Buffer): Promise<Reply>;
  /** Over a connection of its own: for what may not be HTTP. */
  askAlone(request: Buffer): Promise<Reply>;
  close(): void;
}

/** Longer than the gateway waits for anything. */
const PATIENCE_MS = 30_000;
const END_OF_HEAD = '\r\n\r\n';

/** Builds a client that adds nothing to what it is given. */
export function createExchange(url: string): Exchange {
  const { hostname, port } = new URL(url);
  const idle: Socket[] = [];
  const open = async () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    // A gateway that has ended refuses it: that is an answer like any other.
    await once(socket, 'connect').catch(() => undefined);
    return socket;
  };
  const ask = async (request: Buffer): Promise<Reply> => {
    const kept = idle.pop();
    const socket = kept ?? (await open());
    const reply = await converse(socket, request);
    if (reply.kind === 'answer' && !/^connection: close/im.test(reply.head) && !socket.destroyed) {
      idle.push(socket);
    } else {
      socket.destroy();
      // The gateway may have closed a kept connection just as it was used.
      if (reply.kind === 'closed' && kept !== undefined) return ask(request);
    }
    return reply;
  };
  return {
    ask,
    askAlone: async (request) => {
      const socket = await open();
      const reply = await converse(socket, request, true);
      socket.destroy();
      return reply;
    },
    close: () => {
      for (const socket of idle) socket.destroy();
    },
  };
}

/** @param isAll whether nothing else is sent over the connection: then nobody waits for the rest of a request */
function converse(socket: Socket, request: Buffer, isAll = false): Promise<Reply> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const settle = (reply: Reply) => {
      clearTimeout(impatience);
      socket.off('data', read).off('close', end);
      resolve(reply);
    };
    const end = () => {
      settle(answerIn(Buffer.concat(chunks), true) ?? { kind: 'closed' });
    };
    const read = (chunk: Buffer) => {
      chunks.push(chunk);
      const answer = answerIn(Buffer.concat(chunks), false);
      if (answer !== null) settle(answer);
    };
    const impatience = setTimeout(() => {
      settle({ kind: 'hung' });
    }, PATIENCE_MS);
    socket.on('data', read).on('close', end);
    if (socket.destroyed) end();
    else if (isAll) socket.end(request);
    else socket.write(request);
  });
}

/** The first answer in these bytes; null while it is not whole. */
function answerIn(bytes: Buffer, isEnd: boolean): Reply | null {
  const headEnd = bytes.indexOf(END_OF_HEAD);
  if (headEnd === -1) return null;
  const head = bytes.subarray(0, headEnd).toString('latin1');
  const status = Number(head.split(' ')[1]);
  const rest = bytes.subarray(headEnd + END_OF_HEAD.length);
  // It says to go on: the answer itself comes after it.
  if (status === 100) return answerIn(rest, isEnd);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  const isWhole =
    length === undefined ? isEnd || status === 204 || endsChunks(head, rest) : rest.length >= Number(length);
  if (!isWhole) return null;
  const body = rest.subarray(0, length === undefined ? undefined : Number(length)).toString('utf8');
  return { kind: 'answer', status, head, body };
}

function endsChunks(head: string, rest: Buffer): boolean {
  return /^transfer-encoding: *chunked/im.test(head) && rest.subarray(-5).toString() === '0\r\n\r\n';
}
