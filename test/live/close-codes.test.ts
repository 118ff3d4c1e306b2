import { afterEach, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import { ENDINGS } from '../../src/http/live/viewer.ts';
import { inTime } from '../support/eventually.ts';

const servers: WebSocketServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** How often a client of `graphql-ws` connects to what ends its connections with this code; it may try twice. */
async function attemptsAt(code: number): Promise<number> {
  const server = new WebSocketServer({ port: 0, handleProtocols: () => 'graphql-transport-ws' });
  servers.push(server);
  let attempts = 0;
  server.on('connection', (socket) => {
    attempts += 1;
    socket.close(code);
  });
  const client = createClient({
    url: `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    retryAttempts: 1,
    retryWait: () => Promise.resolve(),
  });
  const failed = new Promise((resolve) => {
    client.subscribe(
      { query: 'subscription { any }' },
      { next: resolve, complete: () => null, error: resolve },
    );
  });
  await inTime('the client to give up', failed);
  return attempts;
}

test.each(Object.entries(ENDINGS).map(([name, { code }]) => ({ name, code })))(
  'after $code ($name) clients come back, unless they are what is wrong',
  async ({ name, code }) => {
    expect(await attemptsAt(code)).toBe(name === 'MALFORMED' ? 1 : 2);
  },
);

test.each([1009, 1011, 4401, 4406, 4409, 4429, 4500])('after %s they do not', async (code) => {
  expect(await attemptsAt(code)).toBe(1);
});
