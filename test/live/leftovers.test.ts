import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { DEMO, startGateway, stopAll, type Gateway } from '../support/gateway.ts';
import { metricOf } from '../support/live-metrics.ts';
import { closeSockets, openSocket, type LiveSocket } from '../support/live-socket.ts';
import { closeStreams, openEvents, openParts } from '../support/live-streams.ts';
import { createRandom, type Random } from '../support/random.ts';

afterEach(async () => {
  closeSockets();
  closeStreams();
  await stopAll();
});

const NOBODY = '0'.repeat(24);
const DOCUMENTS = [
  'subscription { executionsChanged { cursor changes { kind execution { id status } } } }',
  'subscription { executionsChanged(filter: { status: [RUNNING] }) { cursor } }',
  `subscription { executionChanged(id: "${NOBODY}") { id } }`,
  'subscription { bulkJobChanged(id: "none") { id } }',
  'subscription { upstreamBudgetChanged { maximum } }',
  '{ executions(page: { size: 1 }) { nodes { id } } }',
  '{ __typename }',
  'subscription { nonsense }',
  '{',
];
const IDS = ['a', 'b', 'c', '__proto__'];
/** What is left of those who have gone, once the gateway knows. */
const LEFT = [
  'live_operations',
  'live_connections',
  'live_unread_bytes',
  'operations',
  'live_feeds',
  'live_runs',
];

/** A gateway that stops reading soon after nobody watches. */
const startBrisk = () => startGateway({ env: { LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' } });

/** What there is of defects, and of those who have gone, once nothing of them should be left. */
async function leftIn(gateway: Gateway): Promise<string[]> {
  let left: string[] = [];
  await eventually(
    () => `nothing to be left of ${left.join(', ')}`,
    async () => {
      const values = await Promise.all(LEFT.map((name) => metricOf(gateway, name)));
      left = LEFT.filter((_name, nth) => values[nth] !== 0);
      return left.length === 0;
    },
  );
  return gateway.logs.filter((line) => line.includes('unexpected error'));
}

/** Says a few things at once, so that they come in one piece. */
function sayTogether({ socket }: LiveSocket, messages: readonly object[]): void {
  const raw = (socket as unknown as { readonly _socket: { cork(): void; uncork(): void } })._socket;
  raw.cork();
  for (const message of messages) socket.send(JSON.stringify(message));
  raw.uncork();
}

/** What a client may say: often what keeps to the protocol, at times not. */
function messageFrom(random: Random, breaks: boolean): object {
  const id = random.pick(IDS);
  if (breaks) return { id, type: random.pick(['next', 'error', 'connection_init', 'nonsense', 'subscribe']) };
  if (random.chance(0.1)) return { type: random.pick(['ping', 'pong']), payload: { id } };
  return { id, type: 'complete' };
}

/** So many messages, in which an id is free whenever it is used. */
function conversationFrom(random: Random, length: number): object[] {
  const open = new Set<string>();
  return Array.from({ length }, () => {
    const id = random.pick(IDS);
    if (random.chance(0.4)) return messageFrom(random, false);
    const isOpen = open.has(id);
    if (isOpen) open.delete(id);
    else open.add(id);
    return isOpen
      ? { id, type: 'complete' }
      : { id, type: 'subscribe', payload: { query: random.pick(DOCUMENTS) } };
  });
}

describe('of a WebSocket nothing is left', () => {
  test('that used an id again before what it had completed was open', async () => {
    const gateway = await startBrisk();
    const client = await openSocket(gateway.url);
    const [query] = DOCUMENTS;
    const subscribe = { id: 'x', type: 'subscribe', payload: { query } };
    sayTogether(client, [subscribe, { id: 'x', type: 'complete' }, subscribe]);
    expect(await client.next()).toMatchObject({ id: 'x', type: 'next' });
    await eventually('one to be open', async () => (await metricOf(gateway, 'live_operations')) === 1);
    client.complete('x');
    await eventually('none to be open', async () => (await metricOf(gateway, 'live_operations')) === 0);
    client.socket.terminate();
    expect(await leftIn(gateway)).toEqual([]);
  });

  test.each([1, 2, 3, 4])('whatever it said, all at once or not: seed %s', async (seed) => {
    const random = createRandom(seed);
    const gateway = await startBrisk();
    for (let nth = 0; nth < 6; nth++) {
      const client = await openSocket(gateway.url);
      for (const part of Array.from({ length: 5 }, () => conversationFrom(random, random.below(40)))) {
        if (client.socket.readyState !== client.socket.OPEN) break;
        const waits = random.chance(0.5);
        // It is answered, so that there is something to wait for.
        sayTogether(client, [...part, ...(waits ? [{ type: 'ping' }] : [])]);
        if (waits) await Promise.race([once(client.socket, 'message'), once(client.socket, 'close')]);
      }
      if (random.chance(0.3)) sayTogether(client, [messageFrom(random, true)]);
      else if (random.chance(0.5)) client.socket.terminate();
      else client.socket.close();
    }
    closeSockets();
    expect(await leftIn(gateway)).toEqual([]);
  });
});

describe('of a stream nothing is left', () => {
  test.each([5, 6])('in single connection mode, whatever was asked over it: seed %s', async (seed) => {
    const random = createRandom(seed);
    const gateway = await startBrisk();
    const url = `${gateway.url}/graphql/stream`;
    for (let nth = 0; nth < 4; nth++) {
      const token = await (await fetch(url, { method: 'PUT', headers: DEMO })).text();
      const headers = { ...DEMO, 'x-graphql-event-stream-token': token };
      const ask = () => {
        const operationId = random.pick(IDS);
        if (random.chance(0.3)) {
          return fetch(`${url}?operationId=${operationId}`, { method: 'DELETE', headers });
        }
        const body = JSON.stringify({ query: random.pick(DOCUMENTS), extensions: { operationId } });
        return fetch(url, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        });
      };
      await Promise.all(Array.from({ length: 10 }, ask));
      const events = await openEvents(gateway.url, {
        method: 'GET',
        path: '/graphql/stream',
        headers: { 'x-graphql-event-stream-token': token },
      });
      const asking = Array.from({ length: 20 }, ask);
      if (random.chance(0.5)) await Promise.all(asking);
      events.leave();
      await Promise.all(asking);
    }
    expect(await leftIn(gateway)).toEqual([]);
  });

  test.each([7, 8])('for one operation, whenever it is left: seed %s', async (seed) => {
    const random = createRandom(seed);
    const gateway = await startBrisk();
    const watching = Array.from({ length: 30 }, async () => {
      const open = random.pick([openEvents, openParts]);
      const [query, reads] = [random.pick(DOCUMENTS), random.chance(0.5)];
      const stream = await open(gateway.url, { query });
      if (reads) await stream.next();
      stream.leave();
    });
    await Promise.all(watching);
    expect(await leftIn(gateway)).toEqual([]);
  });
});
