import { afterEach, expect, test } from '@jest/globals';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AddressInfo } from 'node:net';
import { ENDINGS } from '../../src/http/live/viewer.ts';
import { inTime } from '../support/eventually.ts';
import { REFUSED_URL } from '../support/refused-url.ts';

const servers: WebSocketServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Resolves once a subscription has failed. */
function untilFailed(client: Client): Promise<unknown> {
  const failed = new Promise((resolve) => {
    client.subscribe(
      { query: 'subscription { any }' },
      { next: resolve, complete: () => null, error: resolve },
    );
  });
  return inTime('the client to give up', failed);
}

/** How often a client of `graphql-ws` connects to what ends its connections so; it may try twice. */
async function attemptsAt(
  end: (socket: WebSocket) => void,
  options: Partial<ClientOptions> = {},
): Promise<number> {
  const server = new WebSocketServer({ port: 0, handleProtocols: () => 'graphql-transport-ws' });
  servers.push(server);
  let attempts = 0;
  server.on('connection', (socket) => {
    attempts += 1;
    end(socket);
  });
  const client = createClient({
    url: `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    retryAttempts: 1,
    retryWait: () => Promise.resolve(),
    ...options,
  });
  await untilFailed(client);
  return attempts;
}

const closing = (code: number) => (socket: WebSocket) => {
  socket.close(code);
};

test.each(Object.entries(ENDINGS).map(([name, { code }]) => ({ name, code })))(
  'after $code ($name) clients come back, unless they are what is wrong',
  async ({ name, code }) => {
    expect(await attemptsAt(closing(code))).toBe(name === 'MALFORMED' ? 1 : 2);
  },
);

test.each([1009, 1011, 4401, 4406, 4409, 4429, 4500])('after %s they do not', async (code) => {
  expect(await attemptsAt(closing(code))).toBe(1);
});

test.each([
  ['gives up at once', {}, 1],
  ['tries again where it is told that it should', { shouldRetry: () => true }, 2],
])('where there is no gateway, a client %s', async (_what, options, attempts) => {
  let tried = 0;
  const client = createClient({
    url: () => {
      tried += 1;
      return REFUSED_URL.replace(/^http/, 'ws');
    },
    retryAttempts: 1,
    retryWait: () => Promise.resolve(),
    ...options,
  });
  await untilFailed(client);
  expect(tried).toBe(attempts);
});

test.each([
  ['gives up at once', {}, 1],
  ['comes back where it is told that it should', { shouldRetry: () => true }, 2],
])('where its connection breaks, a client %s', async (_what, options, attempts) => {
  const end = (socket: WebSocket) => {
    socket.terminate();
  };
  expect(await attemptsAt(end, options)).toBe(attempts);
});
