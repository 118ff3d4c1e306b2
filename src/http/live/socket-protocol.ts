import { CloseCode, MessageType, validateMessage, type Message } from 'graphql-ws';
import type { RawRequest } from '../../graphql/limits/request.ts';
import { logDefect, type Logger } from '../../observability/logger.ts';
import { DEFECT_BODY } from '../answer.ts';
import type { Results } from './desk.ts';
import { ENDINGS, type Ending } from './viewer.ts';

/** What a connection asks for. */
export interface Asked {
  /** Whether the connection may go on with these parameters; if not, it is ended. */
  readonly init: (params: Readonly<Record<string, unknown>> | undefined) => Promise<boolean>;
  readonly ask: (request: RawRequest) => Results;
}

/** What a connection is told. */
export interface Told {
  readonly send: (text: string) => Promise<void>;
  readonly end: (ending: Ending) => void;
}

/** A connection that speaks `graphql-transport-ws`. */
export interface Conversation {
  /** Hears a message. Nothing is heard once nobody is there any more. */
  readonly hear: (text: string) => void;
  /** Nobody is there any more: all that has been asked for ends. */
  readonly leave: () => void;
}

/** The endings of clients that break the protocol, as `graphql-ws` words them. */
const BROKEN = {
  EARLY: { code: CloseCode.Unauthorized, reason: 'Unauthorized' },
  TWICE: { code: CloseCode.TooManyInitialisationRequests, reason: 'Too many initialisation requests' },
} as const satisfies Readonly<Record<string, Ending>>;

/**
 * Begins a conversation. `graphql-ws` reads the messages; the operations are held here, by what they are and not by the
 * ids that clients give them: an id may be another operation's as soon as a client has completed the first.
 */
export function openConversation({ init, ask }: Asked, { send, end }: Told, logger: Logger): Conversation {
  const operations = new Map<string, Results>();
  let begun: 'not' | 'beginning' | 'begun' = 'not';
  const say = (message: object) => send(JSON.stringify(message));

  const begin = async (params: Readonly<Record<string, unknown>> | undefined): Promise<void> => {
    begun = 'beginning';
    if (!(await init(params))) return;
    begun = 'begun';
    await say({ type: MessageType.ConnectionAck });
  };

  const complete = (id: string) => {
    void operations.get(id)?.return();
    operations.delete(id);
  };

  /** Tells the results of an operation, each once the one before it is taken. */
  const tell = async (id: string, results: Results): Promise<void> => {
    // Of what the client has completed nothing more is said.
    while (operations.get(id) === results) {
      const { done, value } = await results.next();
      if (operations.get(id) !== results) return;
      if (done !== true && value.data !== undefined) {
        await say({ id, type: MessageType.Next, payload: value });
        continue;
      }
      complete(id);
      const last = done === true ? { type: MessageType.Complete } : failureOf(value.errors ?? []);
      await say({ id, ...last });
    }
  };

  /** A defect ends the operation that meets it, and no other. */
  const fail = async (id: string, results: Results, error: unknown): Promise<void> => {
    logDefect(logger, error);
    if (operations.get(id) !== results) return;
    complete(id);
    await say({ id, ...failureOf(DEFECT_BODY.errors) });
  };

  const subscribe = (id: string, request: RawRequest): Promise<void> => {
    if (operations.has(id)) {
      end({ code: CloseCode.SubscriberAlreadyExists, reason: 'There is an operation with this id' });
      return Promise.resolve();
    }
    const results = ask(request);
    operations.set(id, results);
    return tell(id, results).catch((error: unknown) => fail(id, results, error));
  };

  const listen = async (text: string): Promise<void> => {
    const message = messageOf(text);
    if (message?.type === MessageType.ConnectionInit) {
      if (begun === 'not') await begin(message.payload);
      else end(BROKEN.TWICE);
    } else if (message?.type === MessageType.Subscribe) {
      if (begun === 'begun') await subscribe(message.id, message.payload);
      else end(BROKEN.EARLY);
    } else if (message?.type === MessageType.Complete) {
      complete(message.id);
    } else if (message?.type === MessageType.Ping) {
      await say({ type: MessageType.Pong, ...(message.payload && { payload: message.payload }) });
    } else if (message?.type !== MessageType.Pong) {
      // It is none, or a server's to say.
      end(ENDINGS.MALFORMED);
    }
  };

  return {
    hear: (text) => {
      listen(text).catch((error: unknown) => {
        logDefect(logger, error);
        end(ENDINGS.DEFECT);
      });
    },
    leave: () => {
      for (const id of operations.keys()) complete(id);
    },
  };
}

/** @returns null: it is no message of the protocol */
function messageOf(text: string): Message | null {
  try {
    return validateMessage(withQuery(JSON.parse(text)));
  } catch {
    return null;
  }
}

/** The protocol wants a `query`, be it empty. Who asks by an id alone has none, as over HTTP. */
function withQuery(message: unknown): unknown {
  const { type, payload } = (message ?? {}) as { readonly type?: unknown; readonly payload?: unknown };
  if (type !== MessageType.Subscribe || typeof payload !== 'object' || payload === null) return message;
  const { query, documentId, extensions } = payload as RawRequest;
  if (query !== undefined || (documentId === undefined && extensions === undefined)) return message;
  return { ...(message as object), payload: { ...payload, query: '' } };
}

function failureOf(errors: readonly object[]) {
  return { type: MessageType.Error, payload: errors };
}
