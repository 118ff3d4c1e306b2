import { afterEach, describe, expect, test } from '@jest/globals';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { JSON_TYPE, post, read } from '../support/http.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const CODE = 'OPERATION_RESOLUTION_FAILURE';
const DOCUMENTS: readonly (readonly [what: string, query: string])[] = [
  ['a query', 'query A { executions { totalCount } }'],
  ['a query that asks nothing of upstream', 'query A { __typename }'],
  ['a change', 'mutation A { stopExecution(id: "x") { message } }'],
  ['two queries', 'query A { __typename } query B { __typename }'],
];
const [[, QUERY] = ['', '']] = DOCUMENTS;

function codesIn(text: string): unknown[] {
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: unknown } }[] };
  return errors.map(({ extensions }) => extensions.code);
}

/** A gateway, and what it has logged as a defect. */
async function start() {
  const gateway = await startGateway();
  return { ...gateway, defects: () => gateway.logs.filter((line) => line.includes('unexpected error')) };
}

describe('a name that no operation of the document has is a mistake of the request', () => {
  test.each(DOCUMENTS)('of %s', async (_what, query) => {
    const { endpoint, sandbox, defects } = await start();
    const body = JSON.stringify({ query, operationName: 'Z' });

    const { status, text } = await post(endpoint, body, { ...JSON_TYPE, ...DEMO });

    expect([status, codesIn(text)]).toEqual([400, [CODE]]);
    expect(sandbox.requests()).toEqual([]);
    expect(defects()).toEqual([]);
  });

  test('in a GET', async () => {
    const { endpoint, defects } = await start();
    const asked = new URLSearchParams({ query: QUERY, operationName: 'Z' });

    const { status, text } = await read(await fetch(`${endpoint}?${asked.toString()}`, { headers: DEMO }));

    expect([status, codesIn(text)]).toEqual([400, [CODE]]);
    expect(defects()).toEqual([]);
  });

  test('over events', async () => {
    const { endpoint, defects } = await start();
    const body = JSON.stringify({ query: QUERY, operationName: 'Z' });

    const { text } = await post(endpoint, body, { ...JSON_TYPE, ...DEMO, accept: 'text/event-stream' });

    expect(text).toContain(CODE);
    expect(defects()).toEqual([]);
  });

  test.each(['query A { __typename }', 'subscription A { upstreamBudgetChanged { maximum } }'])(
    'over a WebSocket: %s',
    async (query) => {
      const { url, defects } = await start();
      const client = await openSocket(url);

      client.say({ id: '1', type: 'subscribe', payload: { query, operationName: 'Z' } });

      expect(await client.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: CODE } }] });
      expect(defects()).toEqual([]);
    },
  );
});

test('an operation is found by its name, and the only one without', async () => {
  const { endpoint } = await start();
  const ask = async (asked: object) =>
    JSON.parse((await post(endpoint, JSON.stringify(asked), { ...JSON_TYPE, ...DEMO })).text) as unknown;
  const query = 'query A { a: __typename } query B { b: __typename }';

  expect(await ask({ query, operationName: 'B' })).toMatchObject({ data: { b: 'Query' } });
  expect(await ask({ query: 'query A { a: __typename }' })).toMatchObject({ data: { a: 'Query' } });
});
