import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { startGate } from '../support/gate.ts';
import {
  DEMO,
  DEMO_SESSION,
  OTHER,
  startGateway,
  startStill,
  stopAll,
  type Answer,
} from '../support/gateway.ts';
import { bearer, createProduct } from '../support/product.ts';
import { rawConversation } from '../support/raw-request.ts';
import { list } from '../support/sandbox.ts';
import { requestOf } from '../support/slow-clients.ts';
import { closeSockets, connectSocket, openSocket, type Connecting } from '../support/live-socket.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const BUDGET = 'subscription { upstreamBudgetChanged { maximum } }';
const ROW = '{ executions(page: { size: 1 }) { nodes { id } } }';
/** What it is answered with. */
const A_ROW = { type: 'next', payload: { data: { executions: { nodes: [{ id: expect.any(String) }] } } } };

describe('operations', () => {
  test('a subscription is answered with its events until it is completed, and its id is free at once', async () => {
    const { url, logs } = await startGateway();
    const client = await openSocket(url);

    client.subscribe('1', BUDGET);
    expect(await client.next()).toMatchObject({
      id: '1',
      type: 'next',
      payload: { data: { upstreamBudgetChanged: { maximum: expect.any(Number) } } },
    });
    client.complete('1');
    client.subscribe('1', '{ __typename }');

    expect(await client.next()).toMatchObject({ type: 'next', payload: { data: { __typename: 'Query' } } });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    await eventually('both lines', () => logs.filter((line) => line.includes('"websocket"')).length === 2);
  });

  test('queries and changes are answered once, and completed', async () => {
    const { url, sandbox } = await startStill();
    const client = await openSocket(url);

    const [{ _id: id } = { _id: '' }] = (await list(sandbox, 'limit=1')).docs;
    client.subscribe('q', ROW);
    expect(await client.next()).toMatchObject({
      type: 'next',
      payload: {
        data: { executions: { nodes: [{ id }] } },
        extensions: { cost: { actual: 1 }, upstream: { calls: 1 } },
      },
    });
    expect(await client.next()).toEqual({ id: 'q', type: 'complete' });
    client.subscribe('m', 'mutation ($id: ID!) { rerunExecution(id: $id) { originalExecutionId } }', { id });
    expect(await client.next()).toMatchObject({
      type: 'next',
      payload: { data: { rerunExecution: { originalExecutionId: id } } },
    });
    expect(await client.next()).toEqual({ id: 'm', type: 'complete' });
  });

  test('one that is completed before its first event is called off, and nothing is said of it', async () => {
    const gate = await startGate();
    const { url } = await startGateway({ upstreamUrl: gate.url });
    const client = await openSocket(url);

    client.subscribe('1', ROW);
    await gate.until(() => gate.held.length === 1);
    client.complete('1');
    await gate.until(() => gate.held.every(({ isWaiting }) => !isWaiting));

    client.subscribe('2', '{ __typename }');
    expect(await client.next()).toMatchObject({ id: '2', type: 'next' });
  });

  test('are called off when the client leaves', async () => {
    const gate = await startGate();
    const { url } = await startGateway({ upstreamUrl: gate.url });
    const client = await openSocket(url);
    client.subscribe('1', ROW);
    await gate.until(() => gate.held.length === 1);
    client.socket.terminate();
    await gate.until(() => gate.held.every(({ isWaiting }) => !isWaiting));
    expect(gate.held).toHaveLength(1);
  });
});

describe('signing in', () => {
  test.each([
    ['the names of headers', DEMO],
    ['any case of letters', { 'X-API-Key': 'tk_demo', LINKED_ACCOUNT_ID: 'demo@example.com' }],
    [
      'the spelling that proxies let through',
      { 'x-api-key': 'tk_demo', 'linked-account-id': 'demo@example.com' },
    ],
    ['a session token', { Authorization: 'Bearer session-demo' }],
  ])('takes %s', async (_case, params) => {
    const { url } = await startGateway();
    const client = await openSocket(url, params);
    client.subscribe('1', ROW);
    expect(await client.next()).toMatchObject(A_ROW);
  });

  test('takes the headers of the upgrade, of clients that can send them', async () => {
    const { url } = await startGateway();
    const client = await openSocket(url, {}, { headers: DEMO_SESSION });
    client.subscribe('1', ROW);
    expect(await client.next()).toMatchObject(A_ROW);
  });

  test.each<[string, Record<string, unknown>, Connecting]>([
    ['two ways at once', { ...DEMO, ...DEMO_SESSION }, {}],
    ['one thing twice, in two cases', { ...DEMO_SESSION, Authorization: 'Bearer session-other' }, {}],
    ['one in the headers, another in the parameters', DEMO_SESSION, { headers: DEMO_SESSION }],
    ['no text', { authorization: { Bearer: 'session-demo' } }, {}],
    ['no bearer token', { authorization: 'Basic abc' }, {}],
    ['a key without its linked account', { 'x-api-key': 'tk_demo' }, {}],
  ])('closes with 4401 where it is %s', async (_case, params, options) => {
    const { url, sandbox } = await startGateway();
    const client = await connectSocket(url, options);
    client.say({ type: 'connection_init', payload: params });
    const { code, reason } = await client.closed;
    expect(code).toBe(4401);
    expect(reason).not.toMatch(/session-demo|tk_demo/);
    expect(sandbox.requests()).toEqual([]);
  });

  test('nobody may ask for what is nobody’s, and for nothing else', async () => {
    const { url } = await startGateway();
    const client = await openSocket(url, {});
    client.subscribe('1', '{ __typename }');
    expect(await client.next()).toMatchObject({ type: 'next' });
    expect(await client.next()).toMatchObject({ type: 'complete' });
    client.subscribe('2', BUDGET);
    expect(await client.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('ends with 4403 when the token does', async () => {
    const clock = createFakeClock();
    const { url } = await startGateway({ clock });
    const exp = Math.floor(clock.date() / 1000) + 3600;
    const claims = Buffer.from(JSON.stringify({ exp })).toString('base64url');
    const client = await openSocket(url, { authorization: `Bearer e30.${claims}.e30` });
    clock.advance(exp * 1000 - clock.date() - 1);
    client.subscribe('1', '{ __typename }');
    expect(await client.next()).toMatchObject({ type: 'next' });
    clock.advance(1);
    expect(await client.closed).toMatchObject({ code: 4403 });
  });
});

describe('the upgrade', () => {
  test.each<[number, string, Connecting]>([
    [400, 'another protocol', { protocols: ['graphql-ws'] }],
    [400, 'no protocol', { protocols: [] }],
    [403, 'a page of another site', { origin: 'https://evil.example' }],
    [403, 'a page of no site', { origin: 'null' }],
    [404, 'another path', { path: '/elsewhere' }],
    [200, 'a route that is no WebSocket', { path: '/health/live' }],
    [400, 'an old version', { protocolVersion: 8 }],
    [400, 'no sound host', { headers: { host: 'a b' } }],
  ])('is answered with %s for %s', async (status, _case, options) => {
    const { url } = await startGateway();
    await expect(connectSocket(url, options)).rejects.toMatchObject({ status });
  });

  test('is granted to pages of CORS_ORIGINS and of the same host', async () => {
    const { url } = await startGateway({ env: { CORS_ORIGINS: 'https://app.example.com' } });
    await connectSocket(url, { origin: 'https://app.example.com' });
    await connectSocket(url, { origin: url });
    await expect(connectSocket(url, { origin: 'https://app.example.com:444' })).rejects.toMatchObject({
      status: 403,
    });
  });

  test('is asked for a WebSocket alone: other protocols are ignored', async () => {
    const { url } = await startGateway();
    const question = requestOf('{ __typename }');
    const upgrade = 'connection: close, upgrade\r\nupgrade: h2c\r\nhost';
    const answer = await rawConversation(url, question.replace('host', upgrade));
    expect(answer.status).toBe(200);
  });

  test('is refused to those beyond their number, until others leave', async () => {
    const { url } = await startGateway({ env: { LIVE_MAX_VIEWERS: '1' } });
    const first = await openSocket(url);
    await expect(connectSocket(url)).rejects.toMatchObject({ status: 503 });
    first.socket.close();
    await first.closed;
    await eventually('room', () =>
      connectSocket(url).then(
        () => true,
        () => false,
      ),
    );
  });
});

test('a WebSocket has a request id, and one line in the log once it is over', async () => {
  const { url, logs } = await startGateway();
  const client = await openSocket(url, DEMO, { headers: { 'x-request-id': 'ws-1' } });
  client.subscribe('1', '{ __typename }');
  await client.next();
  await client.next();
  client.socket.close(1000);
  await client.closed;
  const lines = () => logs.map((line) => JSON.parse(line) as { msg: string; requestId?: string });
  await eventually('its line', () => lines().some(({ msg }) => msg === 'request'));
  expect(lines().filter(({ requestId }) => requestId?.startsWith('ws-1'))).toMatchObject([
    { msg: 'operation', requestId: 'ws-1.1', transport: 'websocket', codes: [], results: 1 },
    { msg: 'request', requestId: 'ws-1', method: 'GET', route: '/graphql', status: 101 },
  ]);
});

describe('what breaks the protocol', () => {
  test.each<[number, string, (object | string | Buffer)[]]>([
    [4400, 'no JSON', ['nonsense']],
    [4400, 'an unknown type', [{ type: 'start' }]],
    [4400, 'a result, which is a server’s to say', [{ id: '1', type: 'next', payload: {} }]],
    [4400, 'a binary frame', [Buffer.from('{"type":"ping"}')]],
    [4400, 'a subscription without a document', [{ id: '1', type: 'subscribe', payload: {} }]],
    [
      4401,
      'a subscription before the beginning',
      [{ id: '1', type: 'subscribe', payload: { query: BUDGET } }],
    ],
    [4429, 'beginning twice', [{ type: 'connection_init' }, { type: 'connection_init' }]],
    [1009, 'a message of 1 MB', [JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(1_000_000) } })]],
  ])('is closed with %s: %s', async (expected, _case, messages) => {
    const { url, logs } = await startGateway();
    const client = await connectSocket(url);
    for (const message of messages) client.say(message);
    await eventually('the close', async () => {
      const { code } = await client.closed;
      return code === expected;
    });
    expect(logs.join('')).not.toContain('unexpected error');
  });

  test('two operations with one id at once: 4409', async () => {
    const { url } = await startGateway();
    const client = await openSocket(url);
    client.subscribe('1', BUDGET);
    client.subscribe('1', BUDGET);
    expect(await client.closed).toMatchObject({ code: 4409 });
  });

  test('saying nothing: 4408', async () => {
    const clock = createFakeClock();
    const { url } = await startGateway({ clock, env: { LIVE_INIT_TIMEOUT_MS: '3000' } });
    const client = await connectSocket(url);
    await clock.until((due) => due.includes(3000));
    clock.advance(3000);
    expect(await client.closed).toMatchObject({ code: 4408 });
  });

  test('a message in fragments is none of it', async () => {
    const { url } = await startGateway();
    const client = await openSocket(url);
    const text = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    client.socket.send(text.slice(0, 20), { fin: false });
    client.socket.send(text.slice(20), { fin: true });
    expect(await client.next()).toMatchObject({ type: 'next' });
  });
});

describe('pings', () => {
  test('of the protocol and of WebSocket are answered', async () => {
    const { url } = await startGateway();
    const client = await openSocket(url);
    client.say({ type: 'ping', payload: { n: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { n: 1 } });
    client.socket.ping('hello');
    const [data] = (await once(client.socket, 'pong')) as [Buffer];
    expect(data.toString()).toBe('hello');
  });
});

test('sockets of two tenants are two', async () => {
  const { url } = await startGateway();
  const [one, other] = [await openSocket(url, DEMO), await openSocket(url, OTHER)];
  for (const client of [one, other]) client.subscribe('1', ROW);
  const [mine, theirs] = [await one.next(), await other.next()];
  expect([mine, theirs]).toMatchObject([A_ROW, A_ROW]);
  expect(mine.payload).not.toMatchObject({ data: (theirs.payload as Answer).data as object });
});

test('a connection ends with 4403 when the verified token of a product does, be it good a while longer', async () => {
  const clock = createFakeClock();
  const { env, tokenOf } = await createProduct();
  const { url } = await startGateway({ clock, env });
  const exp = Math.floor(clock.date() / 1000) + 3600;
  const client = await openSocket(url, bearer(await tokenOf('demo@example.com', exp)));
  client.subscribe('1', BUDGET);
  expect(await client.next()).toMatchObject({ type: 'next' });
  clock.advance(exp * 1000 - clock.date());
  expect(await client.closed).toMatchObject({ code: 4403 });

  // Clocks may differ by a minute.
  const late = await openSocket(url, bearer(await tokenOf('demo@example.com', exp)));
  late.subscribe('1', '{ __typename }');
  expect(await late.next()).toMatchObject({ type: 'next' });
  clock.advance(60_000);
  expect(await late.closed).toMatchObject({ code: 4403 });
  const tooLate = await connectSocket(url);
  tooLate.say({ type: 'connection_init', payload: bearer(await tokenOf('demo@example.com', exp)) });
  expect(await tooLate.closed).toEqual({ code: 4401, reason: 'The token has expired' });
});
