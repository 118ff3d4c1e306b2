import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DEMO, OTHER, startGateway, startServer, stopAll } from '../support/gateway.ts';
import { countOf, posts, RERUN, startOverRunning, STOP, type Data } from '../support/changes.ts';
import { startGate } from '../support/gate.ts';
import { FAILED } from '../support/sandbox.ts';

afterEach(stopAll);

const LIST = '{ executions { totalCount nodes { id } } }';

interface Listed {
  readonly executions: { readonly totalCount: number; readonly nodes: readonly { readonly id: string }[] };
}

/** A server that does this with each connection; answers its address and how many there were. */
async function startRaw(handle: (socket: Socket) => void) {
  const seen = { connections: 0 };
  const server = createServer((socket) => {
    seen.connections += 1;
    socket.on('error', () => undefined);
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { seen, port, close: () => new Promise((resolve) => server.close(resolve)) };
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 200\r\n';

describe('a connection that breaks', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['at once', (socket) => socket.destroy()],
    ['with a reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['when the request is there', (socket) => socket.once('data', () => socket.destroy())],
    ['in the first line', (socket) => socket.once('data', () => socket.end('HTTP/1.1 20'))],
    ['in the headers', (socket) => socket.once('data', () => socket.end(HEAD.slice(0, 40)))],
    ['behind the headers', (socket) => socket.once('data', () => socket.end(`${HEAD}\r\n`))],
    ['in the body', (socket) => socket.once('data', () => socket.end(`${HEAD}\r\n{"status":"succ`))],
    ['with something else than HTTP', (socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n'))],
  ])('%s leaves the outcome of a rerun unknown, and is the only one', async (_what, handle) => {
    const { seen, port, close } = await startRaw(handle);
    const { query } = await startGateway({ upstreamUrl: `http://127.0.0.1:${String(port)}` });
    const { errors } = await query<Data>(RERUN, { id: FAILED });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
    expect(seen.connections).toBe(1);
    await close();
  });

  test.each(['http', 'https'])(
    'before anything was sent has no outcome: %s to a closed port',
    async (scheme) => {
      const { port, close } = await startRaw(() => undefined);
      await close();
      const { query } = await startGateway({ upstreamUrl: `${scheme}://127.0.0.1:${String(port)}` });
      const { errors } = await query<Data>(RERUN, { id: FAILED });
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
      expect(errors[0]?.extensions).not.toHaveProperty('outcome');
    },
  );

  test('before it is secure has no outcome', async () => {
    const { seen, port, close } = await startRaw((socket) => socket.once('data', () => socket.end('no TLS')));
    const { query } = await startGateway({ upstreamUrl: `https://127.0.0.1:${String(port)}` });
    const { errors } = await query<Data>(RERUN, { id: FAILED });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(errors[0]?.extensions).not.toHaveProperty('outcome');
    expect(seen.connections).toBe(1);
    await close();
  });
});

test('while upstream counts as down nothing is sent, and there is no outcome', async () => {
  const gateway = await startOverRunning();
  gateway.sandbox.addFault({ match: { method: 'POST' }, status: 503, times: 100 });
  for (let round = 0; round < 5; round++) await gateway.query<Data>(RERUN, { id: FAILED });
  const { errors } = await gateway.query<Data>(RERUN, { id: FAILED });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(errors[0]?.extensions).not.toHaveProperty('outcome');
  expect(posts(gateway)).toHaveLength(5);
});

describe('what is remembered', () => {
  const CACHED = { CACHE_LIST_MS: '600000', CACHE_RUNNING_MS: '600000', CACHE_TERMINAL_MS: '600000' };

  test('is forgotten by a rerun: the next list has the new run', async () => {
    const gateway = await startOverRunning({ env: CACHED });
    const { query } = gateway;
    await query<Data>(LIST);
    expect((await query<Data>(LIST)).extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
    const { data } = await query<Data>(RERUN, { id: FAILED });
    const after = await query<Listed>(LIST);
    expect(after.extensions.upstream.calls).toBe(1);
    expect(after.data.executions).toMatchObject({ totalCount: 22 });
    expect(after.data.executions.nodes[0]?.id).toBe(data.change.executionId);
  });

  test('is forgotten by a rerun of unknown outcome, too', async () => {
    const gateway = await startOverRunning({ env: CACHED });
    await gateway.query<Data>(LIST);
    gateway.sandbox.addFault({ match: { method: 'POST' }, reset: true });
    await gateway.query<Data>(RERUN, { id: FAILED });
    expect((await gateway.query<Listed>(LIST)).data.executions.totalCount).toBe(22);
  });

  test('is forgotten by a stop: the execution is answered as it is', async () => {
    const { query, id } = await startOverRunning({ env: CACHED });
    const ONE = 'query ($id: ID!) { execution(id: $id) { status } }';
    expect((await query<Data>(ONE, { id })).data.execution.status).toBe('RUNNING');
    expect((await query<Data>(STOP, { id })).data.change.execution.status).toBe('STOPPING');
    expect((await query<Data>(ONE, { id })).data.execution.status).toBe('STOPPING');
  });

  test('of another account stays, and so does its data', async () => {
    const { query } = await startOverRunning({ env: CACHED });
    const before = await query<Listed>(LIST, {}, OTHER);
    await query<Data>(RERUN, { id: FAILED });
    const after = await query<Listed>(LIST, {}, OTHER);
    expect(after.data).toEqual(before.data);
    expect(after.extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
  });
});

describe('a client that goes away during a rerun', () => {
  const leave = (endpoint: string) => {
    const client = new AbortController();
    const asked = fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...DEMO },
      body: JSON.stringify({ query: RERUN, variables: { id: FAILED } }),
      signal: client.signal,
    });
    return { asked, client };
  };

  test('leaves one rerun at the most', async () => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, hang: 'before-headers', times: 3 });
    const before = await countOf(gateway);
    const { asked, client } = leave(gateway.endpoint);
    await gateway.sandbox.until(() => posts(gateway).some(({ status }) => status === 'hang'));
    client.abort();
    await expect(asked).rejects.toThrow('aborted');
    expect((await gateway.query<Listed>(LIST)).data.executions.totalCount).toBe(before + 1);
    expect(posts(gateway)).toHaveLength(1);
  });

  test('does not make upstream count as down, however many do', async () => {
    const gate = await startGate();
    const { endpoint, query } = await startGateway({ upstreamUrl: gate.url });
    const clients = Array.from({ length: 10 }, () => leave(endpoint));
    await gate.until(() => gate.held.length === 10);
    for (const { client } of clients) client.abort();
    await Promise.all(clients.map(({ asked }) => expect(asked).rejects.toThrow('aborted')));
    await gate.until(() => gate.held.every(({ isWaiting }) => !isWaiting));
    const asking = query<Data>(LIST);
    await gate.until(() => gate.held.length === 11);
    gate.held[10]?.answer();
    expect((await asking).errors).toEqual([]);
  });
});

test('a change gets a connection of its own, which is not kept', async () => {
  const seen: { method: string | undefined; socket: Socket; connection: string | undefined }[] = [];
  const url = await startServer((request, response) => {
    const { method, socket, headers } = request;
    seen.push({ method, socket, connection: headers.connection });
    const bodies = { GET: '{"docs":[],"totalDocs":0}', POST: '{"status":"success","id":"new"}' };
    response.end(method === 'POST' ? bodies.POST : bodies.GET);
  });
  const { query } = await startGateway({ upstreamUrl: url });
  await query<Data>(LIST);
  await query<Data>(LIST);
  await query<Data>(RERUN, { id: FAILED });
  await query<Data>(LIST);
  expect(seen.map(({ method, connection }) => [method, connection])).toEqual([
    ['GET', 'keep-alive'],
    ['GET', 'keep-alive'],
    ['POST', 'close'],
    ['GET', 'keep-alive'],
    ['GET', 'keep-alive'],
  ]);
  const [kept, again, own, ...later] = seen.map(({ socket }) => socket);
  expect(again).toBe(kept);
  expect(own).not.toBe(kept);
  expect(later).not.toContain(own);
});
