import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually, inTime } from '../support/eventually.ts';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { startGate } from '../support/gate.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { rawConversation } from '../support/raw-request.ts';
import { clientOf, closeClients, closedFor, closing, headOf, requestOf } from '../support/slow-clients.ts';

afterEach(async () => {
  closeClients();
  await stopAll();
});

function pageRequest(number: number): string {
  return requestOf(`{ executions(page: { number: ${String(number)} }) { totalCount } }`);
}

describe('a request that does not come to its end', () => {
  test.each([
    ['nothing', ''],
    ['half a head', 'POST /graphql HTTP/1.1\r\nhost: gateway\r\nx-slow: '],
    ['half a body', `${headOf(100)}{"query":`],
  ])('%s is answered with 408 and let go of', async (_case, said) => {
    const { url } = await startGateway({ env: { REQUEST_TIMEOUT_MS: '60' } });

    const answer = await rawConversation(url, said);

    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(answer.headers.get('connection')).toBe('close');
  });

  test('is looked for often enough to be gone within 15 seconds', async () => {
    const servers: (Server & { connectionsCheckingInterval?: number })[] = [];
    const note = (message: unknown) => servers.push((message as { server: Server }).server);
    subscribe('http.server.request.start', note);
    const { url } = await startGateway();
    await fetch(`${url}/health/live`);
    unsubscribe('http.server.request.start', note);

    const [server] = servers;
    const lookMs = server?.connectionsCheckingInterval ?? NaN;
    expect((server?.requestTimeout ?? NaN) + lookMs).toBeLessThanOrEqual(15_000);
    expect((server?.headersTimeout ?? NaN) + lookMs).toBeLessThanOrEqual(15_000);
  });
});

describe('requests of one connection', () => {
  test('are answered one by one', async () => {
    const gate = await startGate();
    const { url } = await startGateway({ upstreamUrl: gate.url });
    const client = clientOf(url, pageRequest(1) + pageRequest(2) + pageRequest(3));
    await gate.until(() => gate.held.length === 1);
    clientOf(url, pageRequest(9));
    await gate.until(() => gate.held.length === 2);

    gate.held[0]?.answer();
    await gate.until(() => gate.held.length === 3);
    gate.held[2]?.answer();
    await gate.until(() => gate.held.length === 4);
    gate.held[3]?.answer();
    client.end();

    expect(gate.held.map(({ page }) => page)).toEqual(['1', '9', '2', '3']);
    const answered = await inTime('the answers', text(client));
    expect(answered.match(/"totalCount":\d/g)).toEqual([
      '"totalCount":1',
      '"totalCount":3',
      '"totalCount":4',
    ]);
  });

  test('are not taken without end: then it is closed, and what it had begun is called off', async () => {
    const gate = await startGate();
    const env = { MAX_PIPELINED_REQUESTS: '3' };
    const { url } = await startGateway({ upstreamUrl: gate.url, env });

    const within = clientOf(url, [7, 8, 9].map(pageRequest).join(''));
    await gate.until(() => gate.held.length === 1);
    const beyond = clientOf(url, [1, 2, 3, 4].map(pageRequest).join(''));
    await closing(beyond);

    await gate.until(() => gate.held.every(({ page, isWaiting }) => isWaiting === (page === '7')));
    expect(within.closed).toBe(false);
    expect(await closedFor(url)).toEqual({ pipelined: 1 });
  });
});

describe('requests that are sent ahead and answered at once', () => {
  const AT_ONCE = requestOf('{ __typename }');

  test('are answered, so many', async () => {
    const { url } = await startGateway();
    const client = clientOf(url, AT_ONCE.repeat(16));
    client.end();
    const answered = await inTime('the answers', text(client));
    expect(answered.match(/HTTP\/1\.1 200 /g)).toHaveLength(16);
  });

  test('are not taken without end: then it is closed', async () => {
    const { url } = await startGateway();
    await closing(clientOf(url, AT_ONCE.repeat(1000)));
    expect(await closedFor(url)).toEqual({ pipelined: 1 });
  });

  test('are counted anew once they are answered', async () => {
    const { url } = await startGateway();
    const client = clientOf(url).resume();
    for (let nth = 0; nth < 40; nth++) {
      client.write(AT_ONCE);
      await inTime('an answer', once(client, 'data'));
    }
    expect(client.closed).toBe(false);
  });
});

describe('answers that nobody reads', () => {
  const OUTPUT = { text: 'x'.repeat(1_000_000) };
  const BIG = requestOf('{ executions { nodes { nodes { output(maxBytes: 1048576) } } } }');

  test('close the connection, and no more is done for it', async () => {
    const { url, take } = await startOver([failedRun(1, OUTPUT)], { env: { UNREAD_TIMEOUT_MS: '60' } });

    const client = clientOf(url, BIG.repeat(16));
    await eventually('the connection to be closed', async () => (await closedFor(url))['unread'] === 1);

    const asked = take().filter((path) => path === '/execution').length;
    expect(asked).toBeLessThan(16);
    expect(client.destroyed).toBe(false);
  });

  test('do not keep from others what is theirs', async () => {
    const { url } = await startOver([failedRun(1, OUTPUT)], { env: { MAX_SOCKET_BYTES: '2500000' } });

    clientOf(url, BIG.repeat(16));
    clientOf(url, BIG.repeat(16));
    clientOf(url, BIG.repeat(16));
    await eventually('the slowest to be closed', async () => ((await closedFor(url))['slow'] ?? 0) > 0);

    expect((await rawConversation(url, BIG.replace('host', 'connection: close\r\nhost'))).status).toBe(200);
  });
});

describe('bodies that do not come', () => {
  /** A client that has sent the head of a request, and knows that it has been read. */
  const announce = async (url: string): Promise<Socket> => {
    const client = clientOf(url, headOf(2000).replace('host', 'expect: 100-continue\r\nhost'));
    await inTime('the word to go on', once(client.resume(), 'data'));
    return client;
  };

  test('make room for those that do, the slowest first', async () => {
    const { url } = await startGateway({ env: { MAX_SOCKET_BYTES: '5000' } });

    const first = await announce(url);
    const closed = closing(first);
    const second = await announce(url);
    const third = await announce(url);
    await closed;
    second.write(JSON.stringify({ query: '{ __typename }' }).padEnd(2000));

    const [answer] = (await inTime('an answer', once(second, 'data'))) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    expect(third.closed).toBe(false);
    expect(await closedFor(url)).toEqual({ slow: 1 });
  });
});

test('connections beyond their number are closed unread, until others leave', async () => {
  const { url, endpoint, sandbox } = await startGateway({ env: { MAX_CONNECTIONS: '2' } });
  const idle = clientOf(url);
  const other = clientOf(url);
  await Promise.all([once(idle, 'connect'), once(other, 'connect')]);

  const refused = clientOf(url, requestOf('{ executions { totalCount } }'));
  await closing(refused);
  expect(sandbox.requests()).toEqual([]);

  idle.destroy();
  await eventually('room for another', () =>
    fetch(endpoint, { method: 'POST', body: requestOf('{ __typename }') }).then(
      ({ status }) => status > 0,
      () => false,
    ),
  );
});
