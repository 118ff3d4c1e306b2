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

/** Why somebody could not watch. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string) {
    super(`A viewer was refused with ${code}`);
    this.code = code;
  }
}

/** Somebody who watches a list over a WebSocket. */
export interface Viewer {
  /** Resolves when it has been told the state; rejects with `Refused`. */
  readonly opened: Promise<void>;
  close(): void;
}

/** What a viewer is made from. */
export interface ViewerOptions {
  readonly url: string;
  readonly list: WatchedList;
  /** A message that tells of changes, as it came. The viewers of one list get the same bytes. */
  readonly onFrame: (text: string) => void;
  /** The gateway has closed the connection, or told an error, with this code. */
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
  let isOpen = false;
  let isLeaving = false;
  const send = (message: unknown) => {
    socket.send(JSON.stringify(message));
  };
  const trouble = (code: string) => {
    if (isLeaving) return;
    isLeaving = true;
    clearTimeout(impatience);
    socket.close();
    if (isOpen) onTrouble(code);
    else reject(new Refused(code));
  };
  const impatience = setTimeout(() => {
    trouble('NOT_TOLD');
  }, OPEN_MS);
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
    if (isLeaving) return;
    isOpen = true;
    clearTimeout(impatience);
    resolve(undefined);
    onFrame(text);
  });
  socket.on('error', ({ message }) => {
    trouble(message);
  });
  socket.on('close', (code) => {
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
