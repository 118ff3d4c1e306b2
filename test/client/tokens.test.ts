import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { afterEach, expect, test } from '@jest/globals';
import { createGatewayClient, type Problem } from '@refold-gateway/run-history/core';
import { RunsChangedDocument, RunsDocument } from '@refold-gateway/run-history/documents/generated';
import { createRunFeed } from '../../packages/run-history/src/core/run-feed.ts';
import { startServer, stopAll } from '../support/gateway.ts';
import { inSeconds } from '../support/product.ts';
import { startClient } from '../support/run-client.ts';
import { inTime } from '../support/eventually.ts';

const leaving: (() => void)[] = [];

afterEach(async () => {
  for (const leave of leaving.splice(0)) leave();
  await stopAll();
});

/** A client whose tokens are handed out one after the other; the last one for ever. */
async function startWith(
  kinds: readonly ('old' | 'good' | 'none' | 'failing')[],
  live?: 'websocket' | 'sse',
) {
  const { product, gateway } = await startClient();
  let asked = 0;
  const tokenOf = async (kind: (typeof kinds)[number] | undefined) => {
    if (kind === 'failing') throw new TypeError('Failed to fetch');
    if (kind === 'none') return null;
    return product.tokenOf('demo@example.com', inSeconds(kind === 'old' ? -60 : 3600));
  };
  const client = createGatewayClient({
    url: gateway.endpoint,
    getToken: () => tokenOf(kinds[Math.min(asked++, kinds.length - 1)]),
    ...(live && { live }),
  });
  return { gateway, client, asked: () => asked };
}

/** How a subscription ends, or that it was told something. */
function outcomeOf({ client }: Awaited<ReturnType<typeof startWith>>): Promise<Problem | 'told' | null> {
  return inTime(
    'the subscription',
    new Promise((resolve) => {
      const leave = client.subscribe(
        RunsChangedDocument,
        {},
        {
          next: ({ data }) => {
            if (data !== null) resolve('told');
          },
          end: resolve,
        },
      );
      leaving.push(leave);
    }),
  );
}

test('over HTTP, a token that is refused is asked for once more, and no more than that', async () => {
  const renewed = await startWith(['old', 'good']);
  const { data, problems } = await renewed.client.request(RunsDocument, {});
  expect([data?.executions?.nodes, problems, renewed.asked()]).toEqual([[], [], 2]);

  const refused = await startWith(['old']);
  const answer = await refused.client.request(RunsDocument, {});
  expect(answer.problems.map(({ code }) => code)).toEqual(['UNAUTHENTICATED']);
  expect(refused.asked()).toBe(2);
});

test.each(['websocket', 'sse'] as const)('over %s, too', async (live) => {
  const renewed = await startWith(['old', 'good'], live);
  expect([await outcomeOf(renewed), renewed.asked()]).toEqual(['told', 2]);

  const refused = await startWith(['old'], live);
  expect(await outcomeOf(refused)).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(refused.asked()).toBe(2);
});

/** A gateway that lets each sign-in expire after one event; tells with which tokens and cursors it was asked. */
async function startExpiring() {
  const server = new WebSocketServer({ port: 0, handleProtocols: () => 'graphql-transport-ws' });
  leaving.push(() => {
    server.close();
  });
  const asked: unknown[] = [];
  server.on('connection', (socket) => {
    let authorization: unknown;
    socket.on('message', (data: Buffer) => {
      const { id, type, payload } = JSON.parse(data.toString()) as Sent;
      if (type === 'connection_init') {
        authorization = payload.authorization;
        socket.send(JSON.stringify({ type: 'connection_ack' }));
      }
      if (type !== 'subscribe') return;
      asked.push([authorization, payload.variables?.after]);
      const executionsChanged = { cursor: `cursor ${String(asked.length)}`, asOf: null, changes: [] };
      socket.send(JSON.stringify({ id, type: 'next', payload: { data: { executionsChanged } } }));
      if (asked.length < 3) socket.close(4403, 'The sign-in has expired');
    });
  });
  await once(server, 'listening');
  return { asked, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

interface Sent {
  readonly id: string;
  readonly type: string;
  readonly payload: { readonly authorization?: string; readonly variables?: { readonly after?: string } };
}

test('a token that expires while a list is watched is asked for again, and the list goes on from its cursor', async () => {
  const { url, asked } = await startExpiring();
  let count = 0;
  const client = createGatewayClient({ url, getToken: () => `token ${String((count += 1))}` });
  const told: boolean[] = [];
  await inTime(
    'a third event',
    new Promise<void>((resolve) => {
      const feed = createRunFeed(
        client,
        {},
        {
          told: (_event, isBeginning) => {
            told.push(isBeginning);
            if (told.length === 3) resolve();
          },
          trouble: () => undefined,
          changed: () => undefined,
        },
      );
      feed.start();
      leaving.push(feed.stop);
    }),
  );
  expect(told).toEqual([true, false, false]);
  expect(asked).toEqual([
    ['Bearer token 1', null],
    ['Bearer token 2', 'cursor 1'],
    ['Bearer token 3', 'cursor 2'],
  ]);
});

test('where no token can be had, it says so, sends nothing, and watches once one can be', async () => {
  const failing = await startWith(['failing', 'good']);
  const answer = await failing.client.request(RunsDocument, {});
  expect(answer.problems).toMatchObject([{ code: 'NETWORK', isOutcomeUnknown: false }]);
  expect(failing.gateway.sandbox.requests()).toEqual([]);

  const later = await startWith(['failing', 'good']);
  expect([await outcomeOf(later), later.asked()]).toEqual(['told', 2]);
});

test('nobody is signed in: the gateway is asked once', async () => {
  const nobody = await startWith(['none']);
  const { problems } = await nobody.client.request(RunsDocument, {});
  expect([problems.map(({ code }) => code), nobody.asked()]).toEqual([['UNAUTHENTICATED'], 2]);
});

test.each([
  [503, { 'retry-after': '7' }, 'busy', { code: 'OVERLOADED', retryAfterMs: 7000 }],
  [429, {}, '', { code: 'RATE_LIMITED', retryAfterMs: null, isOutcomeUnknown: false }],
  [502, {}, '<h1>Bad gateway</h1>', { code: 'UNREADABLE', isOutcomeUnknown: true }],
  [404, {}, '{"message":"no"}', { code: 'UNREADABLE', isOutcomeUnknown: false }],
  [200, {}, '[]', { code: 'UNREADABLE', isOutcomeUnknown: true }],
])('what stands in front answers %s: it is read for what it is', async (status, headers, body, expected) => {
  const url = await startServer((_request, response) => response.writeHead(status, headers).end(body));
  const { problems } = await createGatewayClient({ url }).request(RunsDocument, {});
  expect(problems).toMatchObject([expected]);
});

test('an answer that nobody waits for is none', async () => {
  const { client } = await startWith(['good']);
  const aborted = new AbortController();
  const asked = client.request(RunsDocument, {}, aborted.signal);
  aborted.abort();
  expect((await asked).problems).toMatchObject([{ code: 'ABORTED' }]);
});

test('a token that could not be had is asked for anew', async () => {
  const { product, gateway } = await startClient();
  let isAway = true;
  const getToken = () => {
    if (isAway) throw new TypeError('Nobody is signed in yet');
    return product.tokenOf('demo@example.com');
  };
  const client = createGatewayClient({ url: gateway.endpoint, getToken });
  expect((await client.request(RunsDocument, {})).problems).toMatchObject([{ code: 'NETWORK' }]);
  isAway = false;
  expect((await client.request(RunsDocument, {})).problems).toEqual([]);
});
