import { WebSocket, type ClientOptions } from 'ws';
import { inTime } from './eventually.ts';
import { DEMO } from './gateway.ts';

/** A message of `graphql-transport-ws`, as it came. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** How a WebSocket was closed. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A client that says and hears what goes over a WebSocket. */
export interface LiveSocket {
  readonly socket: WebSocket;
  /** Says something: an object as JSON. */
  say(message: object | string | Buffer): void;
  /** The next message that has not been taken yet. */
  next(): Promise<Message>;
  /** Begins the connection; resolves once it is acknowledged. */
  init(params?: Readonly<Record<string, unknown>>): Promise<void>;
  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>): void;
  complete(id: string): void;
  readonly closed: Promise<Closed>;
}

const sockets: WebSocket[] = [];

/** Lets go of all clients; for `afterEach`, before the gateway is stopped. */
export function closeSockets(): void {
  for (const socket of sockets.splice(0)) socket.terminate();
}

/** How a client connects. */
export interface Connecting extends ClientOptions {
  readonly protocols?: readonly string[];
  readonly path?: string;
}

/** A client that has connected, and said nothing yet. Rejects with the status where that is refused. */
export async function connectSocket(url: string, options: Connecting = {}): Promise<LiveSocket> {
  const { protocols = ['graphql-transport-ws'], path = '/graphql', ...rest } = options;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, [...protocols], rest);
  sockets.push(socket);
  const heard: Message[] = [];
  const listeners: ((message: Message) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    const listener = listeners.shift();
    if (listener === undefined) heard.push(message);
    else listener(message);
  });
  const closed = new Promise<Closed>((resolve) => {
    socket.once('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      socket.terminate();
      reject(new Refused(response.statusCode ?? 0));
    });
  });
  const say: LiveSocket['say'] = (message) => {
    socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  };
  const next: LiveSocket['next'] = async () => {
    const known = heard.shift();
    if (known !== undefined) return known;
    const message = new Promise<Message>((resolve, reject) => {
      listeners.push(resolve);
      void closed.then(({ code }) => {
        reject(new Error(`It was closed with ${String(code)}`));
      });
    });
    return inTime('a message', message);
  };
  return {
    socket,
    say,
    next,
    init: async (params) => {
      say({ type: 'connection_init', ...(params && { payload: params }) });
      const { type } = await next();
      if (type !== 'connection_ack') throw new Error(`It was answered with ${type}`);
    },
    subscribe: (id, query, variables) => {
      say({ id, type: 'subscribe', payload: { query, ...(variables && { variables }) } });
    },
    complete: (id) => {
      say({ id, type: 'complete' });
    },
    get closed() {
      return inTime('the WebSocket to be closed', closed);
    },
  };
}

/** Why there is no WebSocket. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The upgrade was answered with ${String(status)}`);
    this.status = status;
  }
}

/** A client that has connected and is let in. */
export async function openSocket(
  url: string,
  params: Readonly<Record<string, unknown>> = DEMO,
  options: Connecting = {},
): Promise<LiveSocket> {
  const client = await connectSocket(url, options);
  await client.init(params);
  return client;
}
