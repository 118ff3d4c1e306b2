import { createClient, type Client } from 'graphql-ws';
import type { GatewayOptions } from './gateway-client.ts';

/** One socket for all that is watched; it is there while something is. */
export interface Socket {
  readonly subscribe: Client['subscribe'];
  /** Tells whether the socket stands, now and whenever that changes, until the returned function is called. */
  readonly onConnected: (listener: (isConnected: boolean) => void) => () => void;
}

const MAX_PAUSE_MS = 30_000;

/** Signs in anew whenever it connects: a token that has expired meanwhile is asked for again. */
export function createSocket({ url, getToken }: GatewayOptions): Socket {
  let isConnected = false;
  const listeners = new Set<(isConnected: boolean) => void>();
  const tell = (now: boolean) => {
    if (isConnected === now) return;
    isConnected = now;
    for (const listener of listeners) listener(now);
  };
  const client = createClient({
    url: () => addressOf(url),
    connectionParams: async () => {
      const token = await getToken();
      return token === null ? {} : { authorization: `Bearer ${token}` };
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => pause(Math.min(MAX_PAUSE_MS, 500 * 2 ** retries) * (0.5 + Math.random() / 2)),
    on: {
      connected: () => {
        tell(true);
      },
      closed: () => {
        tell(false);
      },
    },
  });
  return {
    subscribe: (payload, sink) => client.subscribe(payload, sink),
    onConnected: (listener) => {
      listeners.add(listener);
      listener(isConnected);
      return () => listeners.delete(listener);
    },
  };
}

function addressOf(url: string): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  const address = new URL(url, location?.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
