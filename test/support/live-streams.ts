import { inTime } from './eventually.ts';
import { DEMO } from './gateway.ts';

/** An answer that goes on, read piece by piece. */
export interface LiveStream<Piece> {
  readonly status: number;
  readonly headers: Headers;
  /** The next piece; null: it has ended as it should. Rejects where the connection breaks off. */
  next(): Promise<Piece | null>;
  /** All text so far. */
  text(): string;
  /** Leaves. */
  leave(): void;
}

/** An event of a stream; `comment` is one without a name. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/** How a stream is asked for. */
export interface Asking {
  readonly query?: string;
  /** By what its document is known. */
  readonly documentId?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What it is signed in with. */
  readonly signIn?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
}

const MULTIPART = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json';

const leaving: AbortController[] = [];

/** Leaves all streams; for `afterEach`, before the gateway is stopped. */
export function closeStreams(): void {
  for (const controller of leaving.splice(0)) controller.abort();
}

/** Asks for events: comments are told only where they are asked for. */
export function openEvents(
  url: string,
  asking: Asking,
  withComments = false,
): Promise<LiveStream<StreamEvent>> {
  return open(url, { accept: 'text/event-stream', ...asking.headers }, asking, (text) => {
    const end = text.indexOf('\n\n');
    if (end === -1) return null;
    const piece = eventOf(text.slice(0, end));
    return { used: end + 2, piece: piece.event === 'comment' && !withComments ? undefined : piece };
  });
}

/** Asks for parts: those that are empty are told only where they are asked for. */
export function openParts(url: string, asking: Asking, withBeats = false): Promise<LiveStream<unknown>> {
  return open<unknown>(url, { accept: MULTIPART, ...asking.headers }, asking, (text) => {
    const [, before, after] = /^([^]*?)\r\n--graphql(--\r\n)?/.exec(text) ?? [];
    if (before === undefined) return null;
    const used = before.length + '\r\n--graphql'.length + (after?.length ?? 0);
    const [head, body] = before.split('\r\n\r\n');
    if (body === undefined) return { used, piece: undefined };
    if (head?.trim() !== 'content-type: application/json')
      throw new Error(`No part begins with ${head ?? ''}`);
    return { used, piece: body === '{}' && !withBeats ? undefined : (JSON.parse(body) as unknown) };
  });
}

function eventOf(lines: string): StreamEvent {
  const [, event, data = ''] = /^event: (\w+)\ndata: ?(.*)$/.exec(lines) ?? [];
  if (event === undefined) return { event: 'comment', data: null };
  return { event, data: data === '' ? null : (JSON.parse(data) as unknown) };
}

/** A piece that is there, or is not to be told of; null: it has not come as a whole yet. */
type Cut<Piece> = { readonly used: number; readonly piece: Piece | undefined } | null;

async function open<Piece>(
  url: string,
  headers: Readonly<Record<string, string>>,
  { query, documentId, variables, signIn = DEMO, method = 'POST', path = '/graphql' }: Asking,
  cut: (text: string) => Cut<Piece>,
): Promise<LiveStream<Piece>> {
  const controller = new AbortController();
  leaving.push(controller);
  const isAsked = query !== undefined || documentId !== undefined;
  const asked = isAsked && { body: JSON.stringify({ query, documentId, variables }) };
  const response = await inTime(
    'an answer',
    fetch(`${url}${path}`, {
      method,
      headers: { ...(asked && { 'content-type': 'application/json' }), ...signIn, ...headers },
      signal: controller.signal,
      ...asked,
    }),
  );
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let [all, text] = ['', ''];
  return {
    status: response.status,
    headers: response.headers,
    text: () => all,
    leave: () => {
      controller.abort();
    },
    next: async () => {
      for (;;) {
        const found = cut(text);
        if (found !== null) {
          text = text.slice(found.used);
          if (found.piece !== undefined) return found.piece;
          continue;
        }
        const read = reader && (await inTime('more of a stream', reader.read()));
        if (read?.value === undefined) return null;
        const { value } = read;
        [all, text] = [all + value, text + value];
      }
    },
  };
}
