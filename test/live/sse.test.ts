import { afterEach, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, OTHER, startGateway, stopAll } from '../support/gateway.ts';
import { closeStreams, openEvents } from '../support/live-streams.ts';
import { rawConversation } from '../support/raw-request.ts';

afterEach(async () => {
  closeStreams();
  await stopAll();
});

const BUDGET = 'subscription { upstreamBudgetChanged { maximum available } }';
const ROW = '{ executions(page: { size: 1 }) { nodes { id } } }';
const NEXT = { event: 'next', data: { data: { upstreamBudgetChanged: { maximum: expect.any(Number) } } } };
const TOKEN = 'x-graphql-event-stream-token';

describe.each(['/graphql', '/graphql/stream'])('distinct connections at %s', (path) => {
  test('answer a subscription with its events, with the headers of any answer', async () => {
    const { url, logs } = await startGateway();
    const stream = await openEvents(url, { query: BUDGET, path });
    expect(await stream.next()).toMatchObject(NEXT);
    expect(Object.fromEntries(stream.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    });
    stream.leave();
    await eventually('its lines', () => logs.filter((line) => line.includes('"requestId"')).length === 2);
    expect(logs.join('')).toMatch(/"transport":"sse"/);
  });

  test('answer a query once, and say that it is complete', async () => {
    const { url } = await startGateway();
    const stream = await openEvents(url, { query: ROW, path });
    expect(await stream.next()).toMatchObject({ data: { data: { executions: { nodes: [{}] } } } });
    expect(await stream.next()).toEqual({ event: 'complete', data: null });
    expect(await stream.next()).toBeNull();
  });

  test('answer a mistake as a result', async () => {
    const { url } = await startGateway();
    const stream = await openEvents(url, { query: '{ nothing }', path });
    expect(await stream.next()).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    });
    expect(await stream.next()).toEqual({ event: 'complete', data: null });
  });

  test('call off what nobody reads any more', async () => {
    const gate = await startGate();
    const { url } = await startGateway({ upstreamUrl: gate.url });
    const stream = await openEvents(url, { query: ROW, path });
    await gate.until(() => gate.held.length === 1);
    stream.leave();
    await gate.until(() => gate.held.every(({ isWaiting }) => !isWaiting));
    expect(stream.status).toBe(200);
  });
});

test('a beat is there within 12 seconds', async () => {
  const clock = createFakeClock();
  const { url } = await startGateway({ clock });
  const stream = await openEvents(url, { query: BUDGET }, true);
  expect(await stream.next()).toEqual({ event: 'comment', data: null });
  expect(await stream.next()).toMatchObject(NEXT);
  for (let second = 0; second < 11; second++) {
    // The gateway's own look at its viewers, and the subscription's at the budget.
    await clock.until((due) => due.filter((ms) => ms === 1000).length === 2);
    clock.advance(1000);
  }
  expect(await stream.next()).toEqual({ event: 'comment', data: null });
});

test('a subscription goes on as events where JSON is accepted too, and a query does not', async () => {
  const { url } = await startGateway();
  const headers = { accept: 'application/json, text/event-stream, multipart/mixed' };
  const query = await openEvents(url, { query: ROW, headers });
  expect(query.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const stream = await openEvents(url, { query: BUDGET, headers });
  expect(await stream.next()).toMatchObject(NEXT);
});

test.each([
  ['GET', '/graphql/stream', 404],
  ['PATCH', '/graphql/stream', 405],
  ['HEAD', '/graphql/stream', 405],
])('%s %s is refused', async (method, path, status) => {
  const { url } = await startGateway();
  const stream = await openEvents(url, { method, path });
  expect(stream.status).toBe(status);
});

test('HTTP/1.0 is answered up to the end of the connection', async () => {
  const { url } = await startGateway();
  const body = JSON.stringify({ query: '{ __typename }' });
  const head = [
    'POST /graphql HTTP/1.0',
    'accept: text/event-stream',
    'content-type: application/json',
    `content-length: ${String(body.length)}`,
  ];
  const answer = await rawConversation(url, `${head.join('\r\n')}\r\n\r\n${body}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('transfer-encoding')).toBeNull();
  expect(answer.headers.get('content-type')).toMatch('text/event-stream');
});

describe('a single connection', () => {
  const path = '/graphql/stream';
  const reserve = async (url: string, signIn: Record<string, string> = DEMO) => {
    const answer = await fetch(`${url}${path}`, { method: 'PUT', headers: signIn });
    return { status: answer.status, token: await answer.text() };
  };
  const ask = (url: string, token: string, operationId: string, query: string, signIn = DEMO) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { ...signIn, 'content-type': 'application/json', [TOKEN]: token },
      body: JSON.stringify({ query, extensions: { operationId } }),
    });
  const listen = (url: string, token: string, signIn: Record<string, string> = DEMO) =>
    openEvents(url, { method: 'GET', path, signIn, headers: { [TOKEN]: token } });

  test('has the results of all operations, by their ids', async () => {
    const { url } = await startGateway();
    const { status, token } = await reserve(url);
    expect(status).toBe(201);
    expect((await ask(url, token, 'early', '{ __typename }')).status).toBe(202);
    const stream = await listen(url, token);
    expect(await stream.next()).toMatchObject({ data: { id: 'early', payload: { data: {} } } });
    expect(await stream.next()).toEqual({ event: 'complete', data: { id: 'early' } });

    expect((await ask(url, token, '1', BUDGET)).status).toBe(202);
    expect(await stream.next()).toMatchObject({ event: 'next', data: { id: '1', payload: NEXT.data } });
    expect((await ask(url, token, '1', BUDGET)).status).toBe(409);
    const ended = await fetch(`${url}${path}?operationId=1`, {
      method: 'DELETE',
      headers: { ...DEMO, [TOKEN]: token },
    });
    expect(ended.status).toBe(200);
    expect((await ask(url, token, '1', '{ __typename }')).status).toBe(202);
    expect(await stream.next()).toMatchObject({
      data: { id: '1', payload: { data: { __typename: 'Query' } } },
    });
    expect((await listen(url, token)).status).toBe(409);
  });

  test('is its caller’s own', async () => {
    const { url } = await startGateway();
    const { token } = await reserve(url);
    expect((await ask(url, token, '1', BUDGET, OTHER)).status).toBe(404);
    expect((await listen(url, token, OTHER)).status).toBe(404);
    expect((await reserve(url, {})).status).toBe(401);
    expect((await listen(url, token)).status).toBe(200);
  });

  test('is forgotten if nobody opens it, and there are not many of them', async () => {
    const clock = createFakeClock();
    const { url } = await startGateway({ clock });
    const { token } = await reserve(url);
    for (let nth = 1; nth < 20; nth++) expect((await reserve(url)).status).toBe(201);
    expect((await reserve(url)).status).toBe(503);
    expect((await reserve(url, OTHER)).status).toBe(201);
    clock.advance(30_000);
    expect((await listen(url, token)).status).toBe(404);
    expect((await reserve(url)).status).toBe(201);
  });

  test('ends all it has when its client leaves', async () => {
    const gate = await startGate();
    const { url } = await startGateway({ upstreamUrl: gate.url });
    const { token } = await reserve(url);
    const stream = await listen(url, token);
    await ask(url, token, '1', ROW);
    await gate.until(() => gate.held.length === 1);
    stream.leave();
    await gate.until(() => gate.held.every(({ isWaiting }) => !isWaiting));
    expect((await ask(url, token, '2', ROW)).status).toBe(404);
  });
});

test.each([false, true])(
  'graphql-sse’s own client, with a single connection: %s',
  async (singleConnection) => {
    const { url } = await startGateway();
    const client = createClient({
      url: `${url}/graphql/stream`,
      headers: DEMO,
      singleConnection,
      lazyCloseTimeout: 0,
    });
    const results = client.iterate({ query: BUDGET });
    expect(await results.next()).toMatchObject({ value: NEXT.data });
    await results.return?.();
    const once = client.iterate({ query: ROW });
    expect(await once.next()).toMatchObject({ value: { data: { executions: {} } } });
    expect(await once.next()).toMatchObject({ done: true });
    client.dispose();
  },
);
