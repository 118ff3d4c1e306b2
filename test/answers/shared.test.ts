import { afterEach, describe, expect, test } from '@jest/globals';
import { errorsOf, startOnFakeClock } from '../support/budget.ts';
import { createWatchers, eventually } from '../support/eventually.ts';
import { startGate } from '../support/gate.ts';
import {
  DEMO,
  DEMO_SESSION,
  OTHER,
  startServer,
  startUpstream,
  stopAll,
  type Answer,
} from '../support/gateway.ts';
import { aliased } from '../support/hostile.ts';
import { numbers } from '../support/numbers.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(stopAll);

const LIST = 'query List { executions(page: { size: 3 }) { totalCount nodes { id } } }';
const TWO =
  '{ one: executions(page: { number: 1, size: 1 }) { totalCount } two: executions(page: { number: 2, size: 1 }) { totalCount } }';

type Totals = Readonly<Record<string, { readonly totalCount: number }>>;

interface Total {
  readonly executions: { readonly totalCount: number };
}

/** A gateway that remembers nothing, whose upstream answers when it is told to. */
async function startGated(setup: Parameters<typeof startOnFakeClock>[0] = {}) {
  const gate = await startGate();
  const env = { UPSTREAM_TIMEOUT_MS: '60000', CORS_ORIGINS: 'https://product.example', ...setup.env };
  const gateway = await startOnFakeClock({ ...setup, upstreamUrl: gate.url, env });
  const { metric } = gateway;
  return {
    ...gateway,
    gate,
    arrived: (count: number) => gate.until(() => gate.held.length === count),
    /** How many have been given the answer to another one so far. */
    shared: () => metric('answers_shared_total'),
  };
}

/** All that is to be seen of one request, but for what belongs to it alone. */
async function exchangeOf(logs: readonly string[], asking: Promise<Response>) {
  const response = await asking;
  const body = await response.text();
  const { 'x-request-id': id, date, ...headers } = Object.fromEntries(response.headers);
  const lines = logs.map((one) => JSON.parse(one) as Record<string, unknown>);
  const line = lines.find(({ requestId }) => requestId === id);
  expect(date).toEqual(expect.any(String));
  return {
    status: response.status,
    headers,
    body,
    line: { ...line, requestId: '', time: '', durationMs: 0 },
  };
}

describe('an answer that is shared with one who asks the same at that moment', () => {
  const asPost =
    (headers: Record<string, string>) =>
    (endpoint: string, query: string): Promise<Response> =>
      fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, operationName: 'List' }),
      });
  const asGet: ReturnType<typeof asPost> = (endpoint, query) =>
    fetch(`${endpoint}?${new URLSearchParams({ query }).toString()}`, { headers: DEMO });

  test.each([
    ['with a session token', asPost(DEMO_SESSION)],
    ['with an API key', asPost(DEMO)],
    ['as another media type', asPost({ ...DEMO, accept: 'application/graphql-response+json' })],
    ['to a page of another site', asPost({ ...DEMO, origin: 'https://product.example' })],
    ['by GET', asGet],
  ])('is as if it had been made for that one: %s', async (_how, ask) => {
    const { endpoint, logs, gate, arrived, metricIs, shared } = await startGated();
    const first = ask(endpoint, LIST);
    await arrived(1);
    const asking = exchangeOf(logs, ask(endpoint, LIST));
    // The same in other words waits for the same answer of upstream, and is executed by itself.
    const alone = exchangeOf(logs, ask(endpoint, `${LIST} `));
    await metricIs('coalesced_total', 2);
    gate.held[0]?.answer();

    const exchange = await asking;
    expect(exchange).toEqual(await alone);
    expect(exchange).toMatchObject({
      status: 200,
      line: { operation: 'List', codes: [], cost: { requested: 1, actual: 0 } },
    });
    expect(exchange.body).toMatch(
      /^\{"data":.*"actual":0,.*"upstream":\{"calls":0,"cacheHits":0,"coalesced":1,/,
    );
    expect((await first).status).toBe(200);
    expect(await shared()).toBe(1);
    expect(gate.held).toHaveLength(1);
  });

  test('is counted for each of those, and each has its own entries', async () => {
    const { query, gate, arrived, metricIs, shared } = await startGated();
    const first = query(TWO);
    await arrived(2);
    const others = numbers(1, 5).map(() => query(TWO));
    await metricIs('coalesced_total', 10);
    for (const held of gate.held) held.answer();

    const leader = await first;
    expect(leader.extensions.upstream).toMatchObject({ calls: 2, coalesced: 0 });
    for (const other of await Promise.all(others)) {
      expect(other.data).toEqual(leader.data);
      expect(other.extensions.upstream).toMatchObject({ calls: 0, coalesced: 2 });
    }
    expect(await shared()).toBe(5);
  });

  test('has all look-ups, each of them made once', async () => {
    const sandbox = await startUpstream();
    const held: (() => void)[] = [];
    const watchers = createWatchers();
    const upstreamUrl = await startServer(({ url = '', headers }, response) => {
      const { authorization = '' } = headers;
      void fetch(`${sandbox.url}${url}`, { headers: { authorization } }).then(async (answer) => {
        const body = await answer.text();
        held.push(() => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body));
        watchers.notify();
      });
    });
    const { query, metric, metricIs } = await startOnFakeClock({ upstream: sandbox, upstreamUrl });
    const arrived = (count: number) =>
      watchers.until(
        () => 'calls',
        () => held.length === count,
      );
    const text = '{ executions { nodes { id workflow { description } application { authType } } } }';
    const ask = () => query(text, {}, DEMO_SESSION);
    const first = ask();
    await arrived(1);
    const others = numbers(1, 3).map(ask);
    await metricIs('coalesced_total', 3);
    held.shift()?.();
    await arrived(2);
    expect(await metric('coalesced_total')).toBe(9);
    for (const pass of held) pass();

    const leader = await first;
    expect(leader.extensions.upstream).toMatchObject({ calls: 3, coalesced: 0 });
    for (const other of await Promise.all(others)) {
      expect(other.data).toEqual(leader.data);
      expect(other.extensions.upstream).toMatchObject({ calls: 0, coalesced: 3 });
    }
    expect(await metric('answers_shared_total')).toBe(3);
  });
});

describe('nothing is shared', () => {
  test.each([0, 1])('of what upstream has answered before somebody asks: call %d', async (answered) => {
    const { query, gate, arrived, metricIs, shared } = await startGated();
    const first = query<Totals>(TWO);
    await arrived(2);
    const [one, two] = gate.held.toSorted((a, b) => Number(a.page) - Number(b.page));
    const [done, other] = answered === 0 ? [one, two] : [two, one];
    done?.answer();
    await metricIs('upstream_request_seconds_count{route="/execution",status="200"}', 1);
    const later = query<Totals>(TWO);
    await arrived(3);
    await metricIs('coalesced_total', 1);
    other?.answer();
    gate.held[2]?.answer();

    const names = answered === 0 ? ['one', 'two'] : ['two', 'one'];
    const totalsOf = ({ data }: Answer<Totals>) => names.map((name) => data[name]?.totalCount);
    const [before, after] = [totalsOf(await first), totalsOf(await later)];
    expect(after).toEqual([3, before[1]]);
    expect((await later).extensions.upstream).toMatchObject({ calls: 1, coalesced: 1 });
    expect(await shared()).toBe(0);
  });

  test('of what was asked before a webhook told that it has changed', async () => {
    const { url, query, gate, arrived, shared } = await startGated({ env: WEBHOOKS_ON });
    const first = query(LIST);
    await arrived(1);
    await postWebhook(url, runEvent());
    const later = query(LIST);
    await arrived(2);
    for (const held of gate.held) held.answer();
    const totals = [await first, await later].map(({ data }) => (data as Total).executions.totalCount);
    expect(totals).toEqual([1, 2]);
    expect((await later).extensions.upstream).toMatchObject({ calls: 1, coalesced: 0 });
    expect(await shared()).toBe(0);
    expect(gate.held).toHaveLength(2);
  });

  test('of an answer with an error, which all have by one call', async () => {
    const { query, gate, arrived, metric, metricIs, shared } = await startGated();
    const first = query(LIST);
    await arrived(1);
    const others = numbers(1, 3).map(() => query(LIST));
    await metricIs('coalesced_total', 3);
    gate.held[0]?.answer(403);
    for (const answer of await Promise.all([first, ...others])) {
      expect(errorsOf(answer)).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    expect(await shared()).toBe(0);
    expect(await metric('coalesced_total')).toBe(3);
    expect(gate.held).toHaveLength(1);
  });

  test('of a field that depends on more than upstream', async () => {
    const { query, gate, arrived, metricIs, shared } = await startGated();
    const text = '{ executions { nodes { id isRerun } } }';
    const first = query(text);
    await arrived(1);
    const later = query(text);
    await metricIs('coalesced_total', 1);
    gate.held[0]?.answer();
    expect((await later).data).toEqual((await first).data);
    expect(await shared()).toBe(0);
  });

  test('with another identity', async () => {
    const { query, gate, arrived, shared } = await startGated();
    const asking = [DEMO, OTHER, DEMO_SESSION].map((headers) => query(LIST, {}, headers));
    await arrived(3);
    for (const held of gate.held) held.answer();
    const totals = (await Promise.all(asking)).map(({ data }) => (data as Total).executions.totalCount);
    expect(totals.toSorted()).toEqual([1, 2, 3]);
    expect(await shared()).toBe(0);
  });

  test('with one that is refused since it is heavy and others wait', async () => {
    const state = { isBusy: false, waitedMs: 0, memoryShare: 0 };
    const { query, gate, arrived, metric } = await startGated({ loadProbe: () => state });
    const text = `{ executions(page: { size: 100 }) { ${aliased(20, 'nodes { id workflow { id } }')} } }`;
    const first = query(text);
    await arrived(1);
    state.waitedMs = 201;
    expect((await query(text)).status).toBe(503);
    expect(await metric('overloaded_total{reason="heavy"}')).toBe(1);
    gate.held[0]?.answer();
    expect((await first).errors).toEqual([]);
  });
});

describe('who waits for the answer to another operation', () => {
  const start = async () => {
    const gateway = await startGated();
    const { visit, arrived, metricIs, logs } = gateway;
    const first = visit(1);
    await arrived(1);
    const later = visit(1);
    await metricIs('coalesced_total', 1);
    const lines = () => logs.map((one) => JSON.parse(one) as Record<string, unknown>);
    return { ...gateway, first, later, lines };
  };

  test('has a line in the log when it leaves', async () => {
    const { first, later, gate, lines } = await start();
    later.leave();
    await eventually('its line', () => lines().some(({ status }) => status === 499));
    expect(lines().find(({ status }) => status === 499)).toMatchObject({
      codes: ['GONE'],
      cost: { requested: 1, actual: 0 },
    });
    gate.held[0]?.answer();
    expect(await first.answer).toMatchObject({ data: { executions: { totalCount: 1 } } });
  });

  test('is answered from the same call when that one leaves', async () => {
    const { first, later, gate, lines, shared } = await start();
    first.leave();
    await eventually('its line', () => lines().some(({ status }) => status === 499));
    gate.held[0]?.answer();
    expect(await later.answer).toMatchObject({ data: { executions: { totalCount: 1 } } });
    expect(gate.held).toHaveLength(1);
    expect(await shared()).toBe(0);
  });

  test('is told when its own time is up, and another one goes on', async () => {
    const { later, gate, clock, metricIs, visit } = await start();
    clock.advance(4000);
    const last = visit(1);
    await metricIs('coalesced_total', 2);
    clock.advance(1000);
    expect(await later.answer).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }] });
    gate.held[0]?.answer();
    expect(await last.answer).toMatchObject({ data: { executions: { totalCount: 1 } } });
    expect(gate.held).toHaveLength(1);
  });
});
