import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually, inTime } from '../support/eventually.ts';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, connectSocket, openSocket, type LiveSocket } from '../support/live-socket.ts';
import { clientOf, closeClients, closing, requestOf } from '../support/slow-clients.ts';
import { closeStreams, openEvents, openParts } from '../support/live-streams.ts';
import { documentIdOf, persistedQueryOf, trusting } from '../support/manifest.ts';

afterEach(async () => {
  closeSockets();
  closeStreams();
  closeClients();
  await stopAll();
});

const BUDGET = 'subscription { upstreamBudgetChanged { maximum } }';
const REFUSED = { type: 'error', payload: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 1000 } }] };

/** How many viewers have been closed, by transport and code. */
async function closes(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.matchAll(/^\w+_live_closed_total\{transport="(\w+)",code="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries(
    [...lines].map(([, transport, code, count]) => [`${transport ?? ''} ${code ?? ''}`, Number(count)]),
  );
}

/** A value of the gateway's metrics. */
async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^refold_gateway_${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

/** Lets the gateway look after its viewers so many times, a second apart. */
async function look(clock: FakeClock, times: number): Promise<void> {
  for (let nth = 0; nth < times; nth++) {
    await clock.until((due) => due.includes(1000));
    clock.advance(1000);
    // What it has sent is answered.
    for (let turn = 0; turn < 3; turn++) await setImmediate();
  }
}

describe('operations that are open', () => {
  test('are so many over one connection: one more is refused, and the connection stays', async () => {
    const { url } = await startGateway({ env: { LIVE_MAX_OPERATIONS_PER_CONNECTION: '2' } });
    const client = await openSocket(url);
    for (const id of ['1', '2']) {
      client.subscribe(id, BUDGET);
      expect(await client.next()).toMatchObject({ id, type: 'next' });
    }
    client.subscribe('3', BUDGET);
    expect(await client.next()).toMatchObject({ id: '3', ...REFUSED });
    client.complete('1');
    client.subscribe('4', BUDGET);
    expect(await client.next()).toMatchObject({ id: '4', type: 'next' });
  });

  test('are so many of one caller, on whatever transport', async () => {
    const { url } = await startGateway({ env: { LIVE_MAX_OPERATIONS_PER_CALLER: '2' } });
    const client = await openSocket(url);
    client.subscribe('1', BUDGET);
    await client.next();
    const events = await openEvents(url, { query: BUDGET });
    await events.next();

    expect((await openParts(url, { query: BUDGET })).status).toBe(503);
    const refused = await openEvents(url, { query: BUDGET });
    expect(await refused.next()).toMatchObject({
      data: { errors: [{ extensions: { code: 'OVERLOADED' } }] },
    });
    client.subscribe('2', BUDGET);
    expect(await client.next()).toMatchObject({ id: '2', ...REFUSED });
    const other = await openSocket(url, OTHER);
    other.subscribe('1', BUDGET);
    expect(await other.next()).toMatchObject({ type: 'next' });

    events.leave();
    await eventually('room', async () => (await gauge(url, 'live_operations')) === 2);
    client.subscribe('3', BUDGET);
    expect(await client.next()).toMatchObject({ id: '3', type: 'next' });
  });

  test('are so many in all', async () => {
    const { url } = await startGateway({ env: { LIVE_MAX_OPERATIONS: '1' } });
    const client = await openSocket(url);
    client.subscribe('1', BUDGET);
    await client.next();
    const other = await openSocket(url, OTHER);
    other.subscribe('1', BUDGET);
    expect(await other.next()).toMatchObject(REFUSED);
  });

  test('10,000 at once over one connection are refused but for as many, and all of them are told', async () => {
    const { url } = await startGateway();
    const client = await openSocket(url);
    const told: Record<string, number> = {};
    const done = new Promise<void>((resolve) => {
      client.socket.on('message', (data: Buffer) => {
        const { type } = JSON.parse(data.toString()) as { type: string };
        told[type] = (told[type] ?? 0) + 1;
        if ((told['next'] ?? 0) + (told['error'] ?? 0) === 10_000) resolve();
      });
    });
    for (let nth = 0; nth < 10_000; nth++) client.subscribe(String(nth), BUDGET);
    await inTime('all of them to be told of', done);
    expect(told).toMatchObject({ next: 100, error: 9900 });
    expect(await gauge(url, 'live_operations')).toBe(100);
    client.socket.terminate();
    await eventually('all to be over', async () => (await gauge(url, 'live_operations')) === 0);
  });

  test('do not begin without end: what is said meanwhile waits unread', async () => {
    const gate = await startGate();
    const { url } = await startGateway({ upstreamUrl: gate.url });
    const client = await openSocket(url);
    for (let page = 1; page <= 40; page++) {
      client.subscribe(String(page), `{ executions(page: { number: ${String(page)} }) { totalCount } }`);
    }
    await gate.until(() => gate.held.length === 16);
    // Another connection is served meanwhile.
    const other = await openSocket(url, DEMO_SESSION);
    other.subscribe('1', '{ __typename }');
    expect(await other.next()).toMatchObject({ type: 'next' });
    expect(gate.held).toHaveLength(16);
    gate.held[0]?.answer();
    await gate.until(() => gate.held.length === 17);
    client.socket.terminate();
    await gate.until(() => gate.held.every(({ isWaiting }) => !isWaiting));
    expect(gate.held).toHaveLength(17);
  });

  test('are not in progress once their first result is there', async () => {
    const { url, query } = await startGateway({ env: { MAX_OPERATIONS_IN_PROGRESS: '1' } });
    const client = await openSocket(url);
    client.subscribe('1', BUDGET);
    await client.next();
    await (await openEvents(url, { query: BUDGET })).next();
    await (await openParts(url, { query: BUDGET })).next();
    expect(await gauge(url, 'operations_in_progress')).toBe(0);
    expect((await query('{ __typename }')).status).toBe(200);
  });
});

describe('overload', () => {
  const probe = { isBusy: false, waitedMs: 0, memoryShare: 0 };

  test('refuses operations of connections that are there, and new ones', async () => {
    let load = probe;
    const { url } = await startGateway({ loadProbe: () => load });
    const client = await openSocket(url);
    load = { isBusy: true, waitedMs: 100, memoryShare: 0 };
    client.subscribe('1', BUDGET);
    expect((await client.closed).code).toBe(1013);
    await expect(connectSocket(url)).rejects.toMatchObject({ status: 503 });
    expect((await openEvents(url, { query: BUDGET })).status).toBe(503);
    expect((await openParts(url, { query: BUDGET })).status).toBe(503);
  });
});

describe('overload, for whoever watches already,', () => {
  test('lets further subscriptions in, and refuses what is asked for once', async () => {
    let load = { isBusy: false, waitedMs: 0, memoryShare: 0 };
    const { url } = await startGateway({ loadProbe: () => load });
    const client = await openSocket(url);
    client.subscribe('1', BUDGET);
    await client.next();
    load = { isBusy: true, waitedMs: 100, memoryShare: 0 };
    client.subscribe('2', BUDGET);
    expect(await client.next()).toMatchObject({ id: '2', type: 'next' });
    client.subscribe('3', '{ __typename }');
    expect(await client.next()).toMatchObject({ id: '3', ...REFUSED });
  });

  test('also by the ids of their documents', async () => {
    let load = { isBusy: false, waitedMs: 0, memoryShare: 0 };
    const once = 'query Once { __typename }';
    const { url } = await startGateway({ loadProbe: () => load, env: await trusting([BUDGET, once]) });
    const client = await openSocket(url);
    const ask = (id: string, payload: object) => {
      client.say({ id, type: 'subscribe', payload });
    };
    ask('1', { documentId: documentIdOf(BUDGET) });
    await client.next();
    load = { isBusy: true, waitedMs: 100, memoryShare: 0 };
    ask('2', { query: '', extensions: persistedQueryOf(BUDGET) });
    expect(await client.next()).toMatchObject({ id: '2', type: 'next' });
    ask('3', { documentId: documentIdOf(once) });
    expect(await client.next()).toMatchObject({ id: '3', ...REFUSED });
    ask('4', { documentId: 'unknown' });
    expect(await client.next()).toMatchObject({ id: '4', ...REFUSED });
  });
});

test('a crowd of messages over one connection keeps no other waiting until all of it is answered', async () => {
  const { url } = await startGateway();
  const [crowd, other] = [await openSocket(url), await openSocket(url)];
  const order: string[] = [];
  const answered = new Promise<void>((resolve) => {
    for (const { socket } of [crowd, other]) {
      socket.on('message', (data: Buffer) => {
        const { id, type } = JSON.parse(data.toString()) as { id: string; type: string };
        if (type === 'complete') order.push(id);
        if (order.length === 201) resolve();
      });
    }
  });
  for (let nth = 0; nth < 200; nth++) crowd.subscribe(String(nth), '{ __typename }');
  other.subscribe('other', '{ __typename }');
  await inTime('all answers', answered);
  expect(order.indexOf('other')).toBeLessThan(100);
});

test('connections are so many of one caller: one more is closed with 1013, and others are let in', async () => {
  const { url } = await startGateway({ env: { LIVE_MAX_CONNECTIONS_PER_CALLER: '1' } });
  const first = await openSocket(url);
  const second = await connectSocket(url);
  second.say({ type: 'connection_init', payload: DEMO });
  expect((await second.closed).code).toBe(1013);
  await openSocket(url, OTHER);
  first.socket.close();
  await first.closed;
  await eventually('room', () =>
    openSocket(url).then(
      () => true,
      () => false,
    ),
  );
});

test.each<[number, string, (client: LiveSocket) => void]>([
  [
    1002,
    'frames that are not masked',
    ({ socket }) => {
      socket.send('{}', { mask: false });
    },
  ],
  [
    1007,
    'text that is none',
    ({ socket }) => {
      socket.send(Buffer.from([0xff]), { binary: false });
    },
  ],
  [
    1009,
    'a message that is too large',
    ({ socket }) => {
      socket.send('x'.repeat(2_000_000));
    },
  ],
])(
  'a connection that breaks the protocol of WebSocket counts as closed with %s: %s',
  async (code, _what, say) => {
    const { url } = await startGateway();
    const client = await openSocket(url);
    say(client);
    await client.closed;
    await eventually('it to be counted', async () => Object.keys(await closes(url)).length > 0);
    expect(await closes(url)).toEqual({ [`websocket ${String(code)}`]: 1 });
  },
);

describe('who has not signed in', () => {
  test('is closed with 1013 after a minute in which nothing was asked', async () => {
    const clock = createFakeClock();
    const { url } = await startGateway({ clock });
    const [idle, signedIn] = [await openSocket(url, {}), await openSocket(url)];
    await clock.until((due) => due.includes(60_000));
    clock.advance(59_999);
    idle.subscribe('1', '{ __typename }');
    await idle.next();
    await idle.next();
    clock.advance(1);
    await clock.until((due) => due.includes(60_000));
    clock.advance(60_000);
    expect((await idle.closed).code).toBe(1013);
    signedIn.subscribe('1', BUDGET);
    expect(await signedIn.next()).toMatchObject({ type: 'next' });
  });
});

describe('who does not read', () => {
  const OUTPUT = { text: 'x'.repeat(1_000_000) };
  const BIG = '{ executions { nodes { nodes { output(maxBytes: 1048576) } } } }';
  const readingNothing = async (url: string): Promise<LiveSocket> => {
    const client = await openSocket(url);
    client.socket.pause();
    for (let id = 0; id < 40; id++) client.subscribe(String(id), BIG);
    return client;
  };

  test('is closed with 1013 after a while, over WebSocket', async () => {
    const clock = createFakeClock();
    const { url } = await startOver([failedRun(1, OUTPUT)], { clock });
    let closed = 0;
    // Who begins to read three seconds later is cut before it comes to the code.
    await eventually('the code to be read in time', async () => {
      const client = await readingNothing(url);
      await eventually('what waits', async () => (await gauge(url, 'live_unread_bytes')) > 1_000_000);
      await look(clock, 14);
      expect((await closes(url))['websocket 1013'] ?? 0).toBe(closed);
      await look(clock, 3);
      client.socket.resume();
      const { code } = await client.closed;
      closed += 1;
      return code === 1013;
    });
    expect(await closes(url)).toEqual({ 'websocket 1013': closed });
  });

  test('is cut, over server-sent events', async () => {
    const clock = createFakeClock();
    const { url } = await startOver([failedRun(1, { text: 'x'.repeat(4_000_000) })], {
      clock,
      env: { UPSTREAM_MAX_RESPONSE_BYTES: '20000000', MAX_RESPONSE_BYTES: '20000000' },
    });
    const fields = Array.from({ length: 20 }, (_none, nth) => `o${String(nth)}: output(maxBytes: 1048576)`);
    const query = `{ executions { nodes { nodes { ${fields.join(' ')} } } } }`;
    const client = clientOf(url, requestOf(query).replace('host', 'accept: text/event-stream\r\nhost'));
    await eventually('what waits', async () => (await gauge(url, 'live_unread_bytes')) > 1_000_000);
    await look(clock, 16);
    await closing(client);
    expect(await closes(url)).toEqual({ 'sse 1013': 1 });
  });

  test('makes room for others, the slowest first', async () => {
    const { url } = await startOver([failedRun(1, OUTPUT)], { env: { LIVE_MAX_UNREAD_BYTES: '8000000' } });
    for (let nth = 0; nth < 3; nth++) await readingNothing(url);
    await eventually(
      'the slowest to be closed',
      async () => (await closes(url))['websocket 1013'] !== undefined,
    );
    const reader = await openSocket(url);
    reader.subscribe('1', '{ __typename }');
    expect(await reader.next()).toMatchObject({ type: 'next' });
  });
});

describe('who does not answer', () => {
  test('to pings is cut', async () => {
    const clock = createFakeClock();
    const { url } = await startGateway({ clock });
    const client = await openSocket(url, DEMO, { autoPong: false });
    const other = await openSocket(url);
    await look(clock, 40);
    expect((await client.closed).code).toBe(1006);
    other.subscribe('1', '{ __typename }');
    expect(await other.next()).toMatchObject({ type: 'next' });
    expect(await closes(url)).toEqual({ 'websocket 1006': 1 });
  });
});

describe('when the gateway stops', () => {
  test('viewers are moved, and nobody new comes in before that', async () => {
    const clock = createFakeClock();
    const { url, app, query } = await startGateway({ clock, env: { SHUTDOWN_DELAY_MS: '5000' } });
    const client = await openSocket(url);
    client.subscribe('1', BUDGET);
    await client.next();
    const events = await openEvents(url, { query: BUDGET });
    await events.next();

    const stopped = app.stop();
    await expect(connectSocket(url)).rejects.toMatchObject({ status: 503 });
    expect((await openEvents(url, { query: BUDGET })).status).toBe(503);
    expect((await openParts(url, { query: BUDGET })).status).toBe(503);
    expect((await query('{ __typename }')).status).toBe(200);
    clock.advance(5000);

    expect((await client.closed).code).toBe(1012);
    expect(await events.next()).toBeNull();
    expect(events.text()).not.toContain('complete');
    await stopped;
  });

  test('a crowd is moved one part after the other, in time', async () => {
    const clock = createFakeClock();
    const { url, app } = await startGateway({ clock, env: { SHUTDOWN_TIMEOUT_MS: '10000' } });
    const clients = await Promise.all(Array.from({ length: 65 }, () => openSocket(url)));
    let moved = 0;
    const codes = clients.map(async ({ closed }) => {
      const { code } = await closed;
      moved += 1;
      return code;
    });
    const stopped = app.stop();
    await eventually('the first part', () => moved === 20);
    let parts = 1;
    await eventually(
      () => `the other parts, after ${String(moved)}`,
      () => {
        if (clock.due().some((ms) => ms <= 140)) {
          parts += 1;
          clock.advance(140);
        }
        return moved === clients.length;
      },
    );
    expect(parts).toBeGreaterThan(2);
    await stopped;
    expect(new Set(await Promise.all(codes))).toEqual(new Set([1012]));
  });

  test('who does not leave is cut when the time is up', async () => {
    const clock = createFakeClock();
    const { url, app } = await startGateway({ clock });
    const client = await openSocket(url);
    client.socket.pause();
    const stopped = app.stop();
    await clock.until((due) => due.includes(10_000));
    clock.advance(10_000);
    await stopped;
    client.socket.resume();
    await once(client.socket, 'close');
    expect(client.socket.readyState).toBe(client.socket.CLOSED);
  });
});
