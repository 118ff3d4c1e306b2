import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createWatchers } from './eventually.ts';
import { DEMO } from './gateway.ts';
import { createTold, type Resuming, type Told, type ToldChange } from './told.ts';

/** A frame of `executionsChanged`. */
export interface ListFrame {
  readonly changes: readonly ToldChange[];
  readonly cursor: string;
  readonly asOf: string | null;
}

/** Somebody who watches a list over WebSocket, with the stock client. */
export interface ListViewer {
  readonly resuming: Resuming;
  /** The linked account that it acts for. */
  readonly account: string;
  readonly told: Told;
  /** What it was told last; null: nothing yet. */
  readonly last: () => ListFrame | null;
  readonly frames: () => number;
  /** How often it was connected. */
  readonly connections: () => number;
  /** Why it is over, though it has not left; null: it is not. */
  readonly failure: () => unknown;
  leave(): void;
}

/** How somebody watches. */
export interface ListViewing {
  /** Goes on with its last cursor, or with what it began with: stock clients do the latter by themselves. */
  readonly resuming?: Resuming;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whom the headers stand for, where they do not say so. */
  readonly account?: string;
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly after?: string | null;
  /** Is told each change, too. */
  readonly onChange?: (change: ToldChange) => void;
  /** How long to wait before connecting again; the client's own choice unless set. */
  readonly retryWaitMs?: () => number;
}

const WATCH = `subscription ($filter: ExecutionFilter, $after: String) {
  executionsChanged(filter: $filter, after: $after) { asOf cursor changes { kind execution { id status } } }
}`;

const viewers = new Set<ListViewer>();
const watchers = createWatchers();

/** Resolves once something is so of viewers; it is asked again whenever one of them is told something, or gives up. */
export const untilViewers: typeof watchers.until = (what, condition) => watchers.until(what, condition);

/** Lets all leave; for `afterEach` and `onEnd`, before gateways are stopped. */
export function leaveAll(): void {
  for (const viewer of viewers) viewer.leave();
}

/**
 * Resolves once all of them have been told of the list.
 * @throws Error that says why one of them has given up
 */
export async function untilAllWatch(watching: readonly ListViewer[]): Promise<void> {
  const whyNot = () => watching.map(({ failure }) => failure()).find((failure) => failure !== null);
  const isWatching = () => watching.every(({ last }) => last() !== null);
  await untilViewers('all to watch', () => whyNot() !== undefined || isWatching());
  if (whyNot() !== undefined) throw new Error(`One has given up: ${JSON.stringify(whyNot())}`);
}

/** Lets somebody watch. */
export function watchList(url: string, viewing: ListViewing = {}): ListViewer {
  const { resuming = 'anew', headers = DEMO, filter, after = null, retryWaitMs, onChange } = viewing;
  const known: Readonly<Record<string, string | undefined>> = headers;
  const account = viewing.account ?? known['linked_account_id'] ?? '';
  const told = createTold(resuming);
  let last: ListFrame | null = null;
  let [frames, connections] = [0, 0];
  let failure: unknown = null;
  let hasLeft = false;
  let socket: WebSocket | null = null;

  const fail = (why: unknown) => {
    failure ??= why;
    watchers.notify();
  };

  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: headers,
    retryAttempts: Infinity,
    // An upgrade that is refused, by a balancer above all, is no reason to give up.
    shouldRetry: () => true,
    ...(retryWaitMs && { retryWait: () => sleep(retryWaitMs()) }),
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      connected: () => {
        connections += 1;
        told.reconnect();
      },
    },
  });
  const variables = {
    filter,
    // It is read whenever the client subscribes.
    get after() {
      return resuming === 'by cursor' ? (last?.cursor ?? after) : after;
    },
  };
  const leave = client.subscribe<{ executionsChanged: ListFrame }>(
    { query: WATCH, variables },
    {
      next: ({ data, errors }) => {
        if (!data) {
          fail(errors);
          return;
        }
        last = data.executionsChanged;
        frames += 1;
        told.take(last.changes);
        if (onChange) last.changes.forEach(onChange);
        watchers.notify();
      },
      error: fail,
      complete: () => {
        if (!hasLeft) fail(new Error('It was completed'));
      },
    },
  );
  const viewer: ListViewer = {
    resuming,
    account,
    told,
    last: () => last,
    frames: () => frames,
    connections: () => connections,
    failure: () => failure,
    leave: () => {
      hasLeft = true;
      viewers.delete(viewer);
      leave();
      socket?.terminate();
    },
  };
  viewers.add(viewer);
  return viewer;
}
