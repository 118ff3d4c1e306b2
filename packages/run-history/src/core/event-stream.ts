import { createClient } from 'graphql-sse';
import { addressOf } from './address.ts';
import type { Transport } from './live.ts';
import type { SignIn } from './sign-in.ts';

/** A connection for each subscription, by server-sent events: for where WebSocket cannot pass. */
export function createEventStream(url: string, signIn: SignIn, fetch: typeof globalThis.fetch): Transport {
  const client = createClient({
    url: () => {
      const address = addressOf(url);
      address.pathname = `${address.pathname.replace(/\/$/, '')}/stream`;
      return address.href;
    },
    headers: signIn,
    retryAttempts: 0,
    fetchFn: fetch,
  });
  return {
    subscribe: (question, { connected, ...sink }) => {
      return client.subscribe(question, {
        ...sink,
        next: (result) => {
          connected();
          sink.next(result);
        },
      });
    },
  };
}
