import { WebSocket } from 'ws';
import type { WatchedList } from './commands.ts';

const QUERY = `subscription Runs($filter: ExecutionFilter) {
  executionsChanged(filter: $filter) {
    changes { kind execution { id status createdAt completedAt workflow { id name icon } } }
    cursor
  }
}`;
/** How long a viewer may take to be told the state. */
const OPEN_MS = 30_000;

/** Somebody who watches a list over a WebSocket. */
export interface Viewer {
  /** Resolves when it has been told the state. */
  readonly opened: Promise<void>;
  close(): void;
}

/** What a viewer is made from. */
export interface ViewerOptions {
  readonly url: string;
  readonly list: WatchedList;
  /** A message that tells of changes, as it came. The viewers of one list get the same bytes. */
  readonly onFrame: (text: string) => void;
  /** A connection that the gateway closed, or an error, by its code. */
  readonly onTrouble: (code: string) => void;
}

interface Message {
  readonly type: string;
  /** Of an error. */
  readonly payload?: readonly Failure[];
}

/** An error as GraphQL tells of it. */
export interface Failure {
  readonly extensions?: { readonly code?: string };
}

/** Opens one: the protocol by hand, so that thousands fit into a process. */
export function openViewer({ url, list, onFrame, onTrouble }: ViewerOptions): Viewer {
  const socket = new WebSocket(url, 'graphql-transport-ws', {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  const { promise: opened, resolve, reject } = Promise.withResolvers<undefined>();
  const impatience = setTimeout(() => {
    trouble('NOT_TOLD');
    socket.terminate();
  }, OPEN_MS);
  let isLeaving = false;
  const send = (message: unknown) => {
    socket.send(JSON.stringify(message));
  };
  const trouble = (code: string) => {
    reject(new Error(`A viewer got ${code}`));
    if (!isLeaving) onTrouble(code);
  };
  const answer = (text: string) => {
    const { type, payload } = JSON.parse(text) as Message;
    if (type === 'ping') send({ type: 'pong' });
    else if (type === 'connection_ack')
      send({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: { filter: list.filter } } });
    else if (type === 'error') trouble(payload?.[0]?.extensions?.code ?? 'NO_CODE');
    else if (type !== 'pong') trouble(type);
  };
  socket.on('open', () => {
    send({ type: 'connection_init', payload: { authorization: `Bearer ${list.token}` } });
  });
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (!text.includes('"next"')) {
      answer(text);
      return;
    }
    resolve(undefined);
    clearTimeout(impatience);
    onFrame(text);
  });
  socket.on('error', ({ message }) => {
    trouble(message);
  });
  socket.on('close', (code) => {
    clearTimeout(impatience);
    trouble(String(code));
  });
  return {
    opened,
    close: () => {
      isLeaving = true;
      socket.close(1000);
    },
  };
}
