import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startOnFakeClock } from '../support/budget.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, startGateway, startStill, stopAll } from '../support/gateway.ts';
import { connectSocket, closeSockets } from '../support/live-socket.ts';
import { closeStreams, openEvents, openParts } from '../support/live-streams.ts';
import { eventually } from '../support/eventually.ts';
import { ofMetric, seriesAt } from '../support/series.ts';

afterEach(async () => {
  closeSockets();
  closeStreams();
  await stopAll();
});

const LIST = 'query Runs { executions(page: { size: 1 }) { totalCount } }';
const APP = { name: 'dashboard', version: '1.2.3' };

/** The lines of a log that tell of an operation, and who they say has asked. */
function clientsIn(logs: readonly string[]): unknown[] {
  const lines = logs.map((line) => JSON.parse(line) as Record<string, unknown>);
  return lines.filter(({ operation }) => operation !== undefined).map(({ client }) => client);
}

describe('a client is told by the name and version that it sends', () => {
  test.each(['apollographql-client', 'graphql-client'])('in the headers %s-…', async (prefix) => {
    const gateway = await startGateway();
    const headers = { ...DEMO, [`${prefix}-name`]: APP.name, [`${prefix}-version`]: APP.version };
    await gateway.query(LIST, {}, headers);
    expect(clientsIn(gateway.logs)).toEqual([APP]);
    expect(ofMetric(await seriesAt(gateway), 'refold_gateway_client_operations_total')).toEqual({
      '{client="dashboard",version="1.2.3",code="OK"}': 1,
    });
  });

  test('by Apollo Client, whose library is none of our business', async () => {
    const { endpoint, logs } = await startGateway();
    const apollo = new ApolloClient({
      cache: new InMemoryCache(),
      clientAwareness: APP,
      link: new HttpLink({ uri: endpoint, headers: DEMO }),
    });
    const { error } = await apollo.query({ query: gql(LIST) });
    expect(error).toBeUndefined();
    expect(clientsIn(logs)).toEqual([APP]);
  });

  test.each([
    { 'apollographql-client-name': APP.name, 'apollographql-client-version': APP.version },
    { 'graphql-client-name': APP.name, 'graphql-client-version': APP.version },
    { client: APP },
  ])('over WebSocket as %j', async (params) => {
    const { url, logs } = await startGateway();
    const socket = await connectSocket(url, { headers: { 'graphql-client-name': 'the upgrade' } });
    await socket.init({ ...DEMO, ...params });
    socket.subscribe('1', LIST);
    await socket.next();
    await socket.next();
    expect(clientsIn(logs)).toEqual([APP]);
  });

  test.each(['{"type":"connection_init"}', '{"type":"connection_init","payload":null}'])(
    'over WebSocket in the headers of the upgrade, which begins with %s',
    async (begin) => {
      const { url, logs } = await startGateway();
      const socket = await connectSocket(url, { headers: { 'graphql-client-name': APP.name } });
      socket.say(begin);
      expect((await socket.next()).type).toBe('connection_ack');
      socket.subscribe('1', '{ __typename }');
      await socket.next();
      await socket.next();
      expect(clientsIn(logs)).toEqual([{ name: APP.name, version: null }]);
    },
  );

  test('over WebSocket in the headers of the upgrade', async () => {
    const { url, logs } = await startGateway();
    const socket = await connectSocket(url, { headers: { 'graphql-client-name': APP.name } });
    await socket.init(DEMO);
    socket.subscribe('1', LIST);
    await socket.next();
    await socket.next();
    expect(clientsIn(logs)).toEqual([{ name: APP.name, version: null }]);
  });

  test.each([
    ['server-sent events', openEvents],
    ['multipart', openParts],
  ])('over %s', async (_transport, open) => {
    const { url, logs } = await startGateway();
    const headers = { 'graphql-client-name': APP.name, 'graphql-client-version': APP.version };
    const stream = await open(url, { query: 'subscription { executionsChanged { cursor } }', headers });
    await stream.next();
    stream.leave();
    await eventually('the line of the operation', () => clientsIn(logs).length > 0);
    expect(clientsIn(logs)).toEqual([APP]);
  });
});

test('whoever is given an answer that is remembered is told by its own name', async () => {
  const { query, logs } = await startStill({ env: { CACHE_LIST_MS: '600000' } });
  for (const name of ['one', 'two', 'three']) {
    await query(LIST, {}, { ...DEMO, 'apollographql-client-name': name });
  }
  await query(LIST);
  expect(clientsIn(logs)).toEqual([
    { name: 'one', version: null },
    { name: 'two', version: null },
    { name: 'three', version: null },
    undefined,
  ]);
});

test('whoever is given the answer to another one is told by its own name', async () => {
  const gate = await startGate();
  const env = { UPSTREAM_TIMEOUT_MS: '60000' };
  const { query, metricIs, logs } = await startOnFakeClock({ upstreamUrl: gate.url, env });
  const ask = (name: string) => query(LIST, {}, { ...DEMO, 'apollographql-client-name': name });
  const leading = ask('leader');
  await gate.until(() => gate.held.length === 1);
  const riding = ask('rider');
  await metricIs('coalesced_total', 1);
  gate.held[0]?.answer();
  await Promise.all([leading, riding]);
  await metricIs('answers_shared_total', 1);
  expect(clientsIn(logs)).toEqual(
    expect.arrayContaining([
      { name: 'leader', version: null },
      { name: 'rider', version: null },
    ]),
  );
});

describe('what cannot be a name is no name', () => {
  test.each([
    ['too long', 'a'.repeat(65)],
    ['with a quote', 'a"b'],
    ['with a backslash', 'a\\b'],
    ['of other letters', 'caf\u00e9'],
    ['like a word of the gateway’s own', '(other)'],
    ['empty', ''],
  ])('%s', async (_why, name) => {
    const gateway = await startGateway();
    await gateway.query(LIST, {}, { ...DEMO, 'apollographql-client-name': name });
    expect(clientsIn(gateway.logs)).toEqual([undefined]);
    expect(ofMetric(await seriesAt(gateway), 'refold_gateway_client_operations_total')).toEqual({
      '{client="(unknown)",version="(unknown)",code="OK"}': 1,
    });
  });

  test('a version that cannot be printed leaves the name', async () => {
    const { query, logs } = await startGateway();
    await query(
      LIST,
      {},
      { ...DEMO, 'graphql-client-name': '@org/app (web)', 'graphql-client-version': '<1>' },
    );
    expect(clientsIn(logs)).toEqual([{ name: '@org/app (web)', version: null }]);
  });

  test.each([{ client: 'a text' }, { client: null }, { client: { name: 1 } }, { 'graphql-client-name': {} }])(
    'over WebSocket: %j',
    async (params) => {
      const { url, logs } = await startGateway();
      const socket = await connectSocket(url);
      await socket.init({ ...DEMO, ...params });
      socket.subscribe('1', LIST);
      await socket.next();
      await socket.next();
      expect(clientsIn(logs)).toEqual([undefined]);
    },
  );
});
