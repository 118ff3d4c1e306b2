import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { createFakeClock, START_MS } from '../support/fake-clock.ts';
import { DEMO, OTHER, startGateway, stopAll, type Setup } from '../support/gateway.ts';
import { closeSockets, openSocket, type LiveSocket } from '../support/live-socket.ts';
import { FAILED } from '../support/sandbox.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const STATUS = 'subscription ($id: ID!) { executionChanged(id: $id) { id status } }';
const PROGRESS = `subscription ($id: ID!) {
  executionChanged(id: $id) { status ...Progress }
}
fragment Progress on Execution { completionPercentage nodes { status } }`;
const UNKNOWN_ID = '65410cf6cdf931a12d7abfff';
const TICK_MS = 2000;

/** A gateway whose time moves only when told to, and its sandbox’s with it. */
async function startOnFakeClock(setup: Setup = {}) {
  const clock = createFakeClock(START_MS);
  const gateway = await startGateway({ clock, sandbox: { clock: { now: () => clock.date() } }, ...setup });
  const add = (durationMs: number, endStatus = 'COMPLETED') =>
    gateway.sandbox.addExecutions({ account: 'demo@example.com', durationMs, endStatus })[0] ?? '';
  const routes = () => gateway.sandbox.requests().map(({ route }) => route);
  let ticks = 0;
  /** Lets the next reading happen, and waits until it is over. */
  const tick = async () => {
    ticks += 1;
    clock.advance(TICK_MS);
    await eventually(`${String(ticks)} readings`, async () => {
      const printed = await (await fetch(`${gateway.url}/metrics`)).text();
      const counts = printed.matchAll(/^refold_gateway_live_ticks_total\{.*\} (\d+)$/gm);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0) >= ticks;
    });
  };
  return { ...gateway, tick, add, routes };
}

/** What the next message tells of the run; `complete` where it is that. */
async function event(client: LiveSocket): Promise<unknown> {
  const { type, payload } = await client.next();
  if (type !== 'next') return type;
  const { data, errors } = payload as { data?: { executionChanged?: unknown }; errors?: unknown };
  return errors ?? data?.executionChanged;
}

describe('executionChanged', () => {
  test('tells the state now, and the end once, and is completed', async () => {
    const { url, tick, add } = await startOnFakeClock();
    const id = add(3000, 'ERRORED');
    const client = await openSocket(url);
    client.subscribe('1', STATUS, { id });
    expect(await event(client)).toEqual({ id, status: 'RUNNING' });
    await tick();
    await tick();
    expect(await event(client)).toEqual({ id, status: 'ERRORED' });
    expect(await event(client)).toBe('complete');
  });

  test('tells of steps and progress where they are selected', async () => {
    const { url, tick, add } = await startOnFakeClock();
    const id = add(4000);
    const client = await openSocket(url);
    client.subscribe('1', PROGRESS, { id });
    expect(await event(client)).toMatchObject({ completionPercentage: 0, nodes: expect.any(Array) });
    await tick();
    expect(await event(client)).toMatchObject({ status: 'RUNNING', completionPercentage: 50 });
    await tick();
    expect(await event(client)).toMatchObject({ status: 'COMPLETED', completionPercentage: 100 });
    expect(await event(client)).toBe('complete');
  });

  test.each([
    ['unknown', UNKNOWN_ID, DEMO],
    ['of another account', FAILED, OTHER],
  ])('is null and completed where the run is %s, for the same calls', async (_what, id, params) => {
    const { url, routes } = await startOnFakeClock();
    const client = await openSocket(url, params);
    client.subscribe('1', STATUS, { id });
    expect(await client.next()).toMatchObject({
      type: 'next',
      payload: { data: { executionChanged: null }, extensions: { cost: { requested: 3, actual: 1 } } },
    });
    expect(await event(client)).toBe('complete');
    expect(routes()).toEqual(['/execution/{execution_id}']);
  });

  test('is an error of its operation for what can be no id', async () => {
    const { url, routes } = await startOnFakeClock();
    const client = await openSocket(url);
    client.subscribe('1', STATUS, { id: '../workflow' });
    expect(await client.next()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ path: ['executionChanged'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(routes()).toEqual([]);
  });

  test('is read for all who watch with one list, and told to each', async () => {
    const { url, tick, add, routes } = await startOnFakeClock();
    const ids = [add(3000), add(3000), add(600_000)];
    const clients = await Promise.all(Array.from({ length: 5 }, () => openSocket(url)));
    for (const client of clients) {
      for (const id of ids) {
        client.subscribe(id, STATUS, { id });
        expect(await event(client)).toEqual({ id, status: 'RUNNING' });
      }
    }
    const opened = routes().length;
    expect(opened).toBe(ids.length);
    await tick();
    expect(routes().slice(opened)).toEqual(['/execution']);
    await tick();
    for (const client of clients) {
      const told = [];
      for (let messages = 0; messages < 4; messages++) {
        const { id, type } = await client.next();
        told.push(`${type} ${String(id)}`);
      }
      const ended = ids.slice(0, 2).flatMap((id) => [`next ${id}`, `complete ${id}`]);
      expect(told.toSorted()).toEqual(ended.toSorted());
    }
    // The list, and the two runs that it was without.
    expect(routes().slice(opened)).toEqual([
      '/execution',
      '/execution',
      '/execution/{execution_id}',
      '/execution/{execution_id}',
    ]);
  });

  test('of many that are opened at once costs two calls in all, each entered once', async () => {
    const { url, routes, sandbox } = await startOnFakeClock({ env: { CACHE_LIST_MS: '2000' } });
    const ids = sandbox.addExecutions({ account: 'demo@example.com', count: 50, durationMs: 600_000 });
    const client = await openSocket(url);
    for (const id of ids) client.subscribe(id, STATUS, { id });
    const told = new Map<unknown, unknown>();
    let actual = 0;
    while (told.size < ids.length) {
      const { id: subscription, payload } = await client.next();
      const { data, extensions } = payload as {
        data: { executionChanged: unknown };
        extensions: { cost: { actual: number } };
      };
      told.set(subscription, data.executionChanged);
      actual += extensions.cost.actual;
    }
    expect(told).toEqual(new Map([...told.keys()].map((id) => [id, { id, status: 'RUNNING' }])));
    expect(routes().toSorted()).toEqual(['/execution', '/execution/{execution_id}']);
    expect(actual).toBe(2);
  });

  test('ends with the error where the sign-in is refused', async () => {
    const { url, tick, add, sandbox } = await startOnFakeClock();
    const client = await openSocket(url);
    client.subscribe('1', STATUS, { id: add(600_000) });
    expect(await event(client)).toMatchObject({ status: 'RUNNING' });
    sandbox.addFault({ match: { route: '/execution' }, status: 401 });
    await tick();
    expect(await client.next()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('is refused where too many runs are watched', async () => {
    const { url, add } = await startOnFakeClock({ env: { LIVE_MAX_RUNS_PER_CALLER: '1' } });
    const client = await openSocket(url);
    client.subscribe('1', STATUS, { id: add(600_000) });
    expect(await event(client)).toMatchObject({ status: 'RUNNING' });
    client.subscribe('2', STATUS, { id: add(600_000) });
    expect(await client.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 5000 } }],
    });
  });
});
