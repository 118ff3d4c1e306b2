import { createClient } from 'graphql-ws';
import { addressOf } from './address.ts';
import type { Transport } from './live.ts';
import type { SignIn } from './sign-in.ts';

/** How often a sign of life is asked for, and how long one is waited for, before the connection counts as lost. */
const KEEP_ALIVE_MS = 15_000;
const LIFE_SIGN_MS = 10_000;
/** How long the connection stays without anything to watch: another filter follows soon. */
const IDLE_MS = 3000;

/** One WebSocket for all that is watched; it is there while something is. It signs in anew whenever it connects. */
export function createSocket(url: string, signIn: SignIn): Transport {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: () => {
      const address = addressOf(url);
      address.protocol = address.protocol.replace('http', 'ws');
      return address.href;
    },
    connectionParams: signIn,
    retryAttempts: 0,
    keepAlive: KEEP_ALIVE_MS,
    lazyCloseTimeout: IDLE_MS,
    on: {
      // A connection that breaks without a word, as when a computer wakes up elsewhere, is noticed by its silence.
      ping: (isReceived) => {
        if (isReceived) return;
        silence = setTimeout(() => {
          client.terminate();
        }, LIFE_SIGN_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(silence);
      },
      closed: () => {
        clearTimeout(silence);
      },
    },
  });
  return {
    subscribe: (question, { connected, ...sink }) => {
      const unlisten = client.on('connected', connected);
      const leave = client.subscribe(question, sink);
      return () => {
        unlisten();
        leave();
      };
    },
  };
}
