import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { eventually, inTime } from '../support/eventually.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(200);

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that does this with each connection, the connections that it has had, and a proxy in front of it. */
async function startBehind(serve: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy = await startFaultProxy(`http://127.0.0.1:${String(port)}`);
  ends.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => proxy.stop(),
  );
  return { proxy, sockets };
}

function open({ url }: FaultProxy): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  ends.push(() => socket.destroy());
  return socket;
}

/** What an answer ends with: nothing, or an error's code. */
async function read(socket: Socket): Promise<string | number> {
  const code = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? '');
  return inTime(
    'the end of an answer',
    Promise.race([
      buffer(socket)
        .then((all) => all.length)
        .catch(() => code),
      code,
    ]),
  );
}

test('passes what is said both ways, and the end of it', async () => {
  const { proxy } = await startBehind((socket) => socket.pipe(socket));
  const socket = open(proxy);
  socket.end(TEXT);
  expect((await buffer(socket)).toString()).toBe(TEXT);
  expect(proxy.taken()).toBe(1);
});

test('cuts it into slices, late and at a slow pace, and loses nothing', async () => {
  const { proxy } = await startBehind((socket) => socket.end(TEXT));
  proxy.disturb({ sliceBytes: 1000, latencyMs: 1, jitterMs: 2, bytesPerSecond: 1_000_000, closeDelayMs: 1 });
  const chunks: Buffer[] = [];
  for await (const chunk of open(proxy) as AsyncIterable<Buffer>) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe(TEXT);
  expect(chunks.length).toBeGreaterThan(5);
});

test.each([0, 1, 17, TEXT.length - 1])('cuts an answer off after %i bytes', async (answerBytes) => {
  const { proxy } = await startBehind((socket) => socket.end(TEXT));
  proxy.disturb({ answerBytes });
  expect(await read(open(proxy))).toBe(answerBytes);
});

test('resets a connection once so much of an answer has passed', async () => {
  const { proxy } = await startBehind((socket) => socket.end(TEXT));
  proxy.disturb({ answerBytes: 10, cut: 'reset' });
  expect(await read(open(proxy))).toBe('ECONNRESET');
});

test('cuts a question off, and lets the server have no more of it', async () => {
  const asked: Promise<Buffer>[] = [];
  const { proxy } = await startBehind(
    (socket) => void asked.push(buffer(socket).catch(() => Buffer.alloc(0))),
  );
  proxy.disturb({ questionBytes: 5 });
  const socket = open(proxy);
  socket.write(TEXT);
  await read(socket);
  expect((await asked[0])?.toString()).toBe(TEXT.slice(0, 5));
});

test('takes a connection and lets nothing through while it is a black hole', async () => {
  const { proxy } = await startBehind((socket) => socket.write(TEXT));
  proxy.disturb({ blackHole: true });
  const socket = open(proxy);
  socket.on('data', () => undefined);
  socket.write(TEXT);
  await eventually('both texts to be swallowed', () => proxy.lost() === 2 * TEXT.length);
  expect(socket.bytesRead).toBe(0);
  proxy.disturb({});
  await once(open(proxy), 'data');
  expect(socket.bytesRead).toBe(0);
});

test('refuses whoever is new, and resets those that there are', async () => {
  const { proxy, sockets } = await startBehind((socket) => socket.write('hello'));
  const old = open(proxy);
  await once(old, 'data');
  proxy.disturb({ refuses: true });
  expect(await read(open(proxy))).toBe('ECONNRESET');
  expect(sockets).toHaveLength(1);
  proxy.reset();
  expect(await read(old)).toBe('ECONNRESET');
});
