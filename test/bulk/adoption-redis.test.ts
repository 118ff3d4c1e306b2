import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { abort, addFailed, begin, changesOf, ended, jobWhen, outcomesOf, read } from '../support/bulk.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { startAnswerGate } from '../support/gate.ts';
import { killAll, startMain, type GatewayProcess } from '../support/gateway-process.ts';
import {
  queryAt,
  startGateway,
  startUpstream,
  stopAll,
  type Gateway,
  type Setup,
} from '../support/gateway.ts';
import { closeSockets, openSocket, type LiveSocket } from '../support/live-socket.ts';
import { createProduct } from '../support/product.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { UNHURRIED } from '../support/settings.ts';

const product = await createProduct();
const OWNER = await product.signIn('demo@example.com');

let redis: RedisServer;
let sandbox: Sandbox;
/** The way of all gateways to the sandbox. */
let gate: Awaited<ReturnType<typeof startAnswerGate>>;

beforeEach(async () => {
  redis = await createRedisServer();
  await redis.start();
  sandbox = await startUpstream({ executions: 20 });
  gate = await startAnswerGate(sandbox);
});

afterEach(async () => {
  closeSockets();
  await killAll();
  await stopAll();
  await redis.kill();
});

/** One of several gateways in front of the same sandbox, which hold the API key. */
function startReplica({ env, ...setup }: Setup = {}): Promise<Gateway> {
  const settings = { REDIS_URL: redis.url, ...product.env, ...UNHURRIED, ...env };
  return startGateway({ upstream: sandbox, upstreamUrl: gate.url, env: settings, ...setup });
}

/** The same as a process, which can be killed. */
async function startProcess(): Promise<GatewayProcess & Pick<Gateway, 'query'>> {
  const rate = { UPSTREAM_RATE_PER_SECOND: '1000', UPSTREAM_BURST: '1000' };
  const env = { UPSTREAM_URL: gate.url, REDIS_URL: redis.url, ...product.env, ...UNHURRIED, ...rate };
  const gateway = await startMain(env);
  return { ...gateway, query: queryAt(`${gateway.url}/graphql`) };
}

async function crash({ child, exited }: GatewayProcess): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

function sent(count: number): Promise<void> {
  return sandbox.until(() => changesOf({ sandbox }).length >= count);
}

/** Whether each of these was sent, and none twice. */
function expectEachOnce(ids: readonly string[]): void {
  expect(changesOf({ sandbox }).sort()).toEqual([...ids].sort());
}

/** Lets the leases end of those who do not renew theirs; it would take them ten seconds. */
function endLeases(): Promise<void> {
  return redis.run(async (client) => {
    const leases = await client.keys('*:lease');
    if (leases.length > 0) await client.del(leases);
    for (const list of await client.keys('*:adoptable')) {
      for (const job of await client.zrange(list, '0', '-1')) await client.zadd(list, 'XX', '0', job);
    }
  });
}

/** How many jobs there are that gateways may go on with, whatever key they hold. */
function listed(): Promise<number> {
  return redis.run(async (client) => {
    const lists = await client.keys('*:adoptable');
    const counts = await Promise.all(lists.map((list) => client.zcard(list)));
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

const STATES = 'subscription ($id: ID!) { bulkJobChanged(id: $id) { state } }';

/** What a client is told of a job until it is told that this was all. */
async function statesUntilEnd(client: LiveSocket): Promise<readonly string[]> {
  const states: string[] = [];
  for (;;) {
    const { type, payload } = await client.next();
    if (type === 'complete') return states;
    states.push((payload as { data: { bulkJobChanged: { state: string } } }).data.bulkJobChanged.state);
  }
}

/** A job of twelve whose gateway has crashed with three of them in flight. */
async function leaveOne() {
  const ids = addFailed({ sandbox }, 12);
  gate.close();
  const one = await startProcess();
  const { id } = await begin(one, { ids }, undefined, OWNER);
  await sent(3);
  return { ids, id, one };
}

describe('a job of the key that gateways hold', () => {
  test('goes on at another replica by itself when its own has crashed, and is sent nothing twice', async () => {
    const two = await startReplica();
    const { ids, id, one } = await leaveOne();
    await crash(one);
    gate.open();
    await endLeases();
    await sent(12);
    expect(outcomesOf(await ended(two, id))).toEqual({ UNKNOWN: 3, SUCCEEDED: 9 });
    expectEachOnce(ids);
    await eventually('nothing left to adopt', async () => (await listed()) === 0);
  });

  test('goes on at another replica when its own was stopped, and nothing of it is lost', async () => {
    const [one, two] = [await startReplica(), await startReplica()];
    const ids = addFailed({ sandbox }, 12);
    gate.close();
    const { id } = await begin(one, { ids, clientMutationId: 'a' }, undefined, OWNER);
    await sent(3);
    const stopped = one.app.stop();
    gate.open();
    await stopped;
    await sent(12);
    expect(await ended(two, id)).toMatchObject({ state: 'COMPLETED', succeeded: 12 });
    expectEachOnce(ids);
  });

  test('is left alone by the replica that was cut off from Redis and comes back', async () => {
    const way = await startFaultProxy(redis.url);
    const one = await startReplica({ env: { REDIS_URL: way.url } });
    const ids = addFailed({ sandbox }, 12);
    gate.close();
    const { id } = await begin(one, { ids }, undefined, OWNER);
    await sent(3);
    way.disturb({ blackHole: true });
    await eventually('the first to notice', () => one.logs.some((line) => line.includes('Redis is away')));
    await endLeases();
    const two = await startReplica();
    await sent(6);
    way.disturb({});
    way.reset();
    // The first would go on, if it could, once it is told what became of those that it had sent.
    gate.letThrough(3);
    await eventually('the first to be told', async () => (await read(one, id))?.unknown === 3);
    gate.open();
    expect(outcomesOf(await ended(two, id))).toEqual({ UNKNOWN: 3, SUCCEEDED: 9 });
    expect(outcomesOf(await ended(one, id))).toEqual({ UNKNOWN: 3, SUCCEEDED: 9 });
    expectEachOnce(ids);
    await one.app.stop();
    await way.stop();
  });

  test('is taken over by one of three that look at the same moment', async () => {
    const { ids, id, one } = await leaveOne();
    await crash(one);
    await endLeases();
    const clocks = [createFakeClock(), createFakeClock(), createFakeClock()];
    for (const clock of clocks) await startReplica({ clock });
    for (const clock of clocks) clock.advance(3000);
    await sent(6);
    gate.open();
    await sent(12);
    const last = await startReplica();
    expect(outcomesOf(await ended(last, id))).toEqual({ UNKNOWN: 3, SUCCEEDED: 9 });
    expectEachOnce(ids);
  });

  test('goes on when Redis is emptied after it was taken over, and its second replica crashes too', async () => {
    const { ids, id, one } = await leaveOne();
    const two = await startProcess();
    await crash(one);
    await endLeases();
    await sent(6);
    await redis.run((client) => client.flushall());
    await eventually('the job to be recorded once more', async () => {
      const recorded = await redis.run((client) => client.keys(`*:job:${id}`));
      return recorded.length === 1;
    });
    expect(await listed()).toBe(1);
    await crash(two);
    const three = await startReplica();
    gate.open();
    await endLeases();
    await sent(12);
    expect(outcomesOf(await ended(three, id))).toEqual({ UNKNOWN: 6, SUCCEEDED: 6 });
    expectEachOnce(ids);
  });

  test('stays with who has taken it over when Redis comes back as it was before', async () => {
    const { ids, id, one } = await leaveOne();
    await crash(one);
    const [key = ''] = await redis.run((client) => client.keys(`*:job:${id}`));
    const before = await redis.run((client) => client.dumpBuffer(key));
    const two = await startReplica();
    await endLeases();
    await sent(6);
    // Nobody waits for the first three answers any more.
    gate.letThrough(6);
    await sent(9);
    await redis.run((client) => client.multi().flushall().restore(key, 0, before).exec());
    gate.open();
    await sent(12);
    expect(outcomesOf(await ended(two, id))).toEqual({ UNKNOWN: 3, SUCCEEDED: 9 });
    expectEachOnce(ids);
  });

  test('ends as its caller wants when it is aborted before anybody has taken it over', async () => {
    const { ids, id, one } = await leaveOne();
    await crash(one);
    gate.open();
    // Its clock stands still, so that it does not look.
    const two = await startReplica({ clock: createFakeClock() });
    await endLeases();
    await abort(two, id, OWNER);
    expect(outcomesOf(await ended(two, id))).toEqual({ UNKNOWN: 3, NOT_DONE: 9 });
    expect(await read(two, id)).toMatchObject({ state: 'ABORTED' });
    await eventually('nothing left to adopt', async () => (await listed()) === 0);
    expect(changesOf({ sandbox }).every((executionId) => ids.includes(executionId))).toBe(true);
    expect(changesOf({ sandbox })).toHaveLength(3);
  });

  test('is watched on at another replica, and its viewers hear nothing of the interruption', async () => {
    const two = await startReplica();
    const { ids, id, one } = await leaveOne();
    const client = await openSocket(two.url, OWNER);
    client.subscribe('1', STATES, { id });
    expect(await client.next()).toMatchObject({
      payload: { data: { bulkJobChanged: { state: 'RUNNING' } } },
    });
    await crash(one);
    gate.open();
    await endLeases();
    const states = await statesUntilEnd(client);
    expect(states.at(-1)).toBe('COMPLETED');
    expect(states.slice(0, -1).every((state) => state === 'RUNNING')).toBe(true);
    expectEachOnce(ids);
  });

  test('goes no further by itself when upstream has refused the key', async () => {
    const one = await startReplica();
    const ids = addFailed({ sandbox }, 3);
    sandbox.addFault({ match: { method: 'POST' }, status: 401, times: 1000 });
    const { id } = await begin(one, { ids }, undefined, OWNER);
    expect(outcomesOf(await ended(one, id))).toEqual({ NOT_DONE: 3 });
    await endLeases();
    await eventually('nothing left to adopt', async () => (await listed()) === 0);
    expect(await read(one, id)).toMatchObject({ state: 'INTERRUPTED' });
  });

  test('is left as it is by a gateway that holds another key', async () => {
    const { id, one } = await leaveOne();
    await crash(one);
    gate.open();
    const two = await startReplica({ env: { REFOLD_API_KEY: 'tk_other' } });
    // Upstream does not know the other key. That the gateway has struck its own job off says that it has looked.
    await begin(two, { ids: addFailed({ sandbox }, 1) }, undefined, OWNER);
    expect(await listed()).toBe(2);
    await endLeases();
    await eventually('the other gateway to have looked', async () => (await listed()) === 1);
    expect(await read(two, id)).toMatchObject({ state: 'INTERRUPTED', unknown: 3 });
    expect(changesOf({ sandbox })).toHaveLength(4);
  });

  test('leaves nothing in Redis that tells the key or the account', async () => {
    const { id, one } = await leaveOne();
    const kept = await redis.run(async (client) => {
      const keys = await client.keys('*');
      const [list = ''] = keys.filter((key) => key.endsWith(':adoptable'));
      const [job = ''] = keys.filter((key) => key.endsWith(id));
      return JSON.stringify([keys, await client.zrange(list, '0', '-1'), await client.hgetall(job)]);
    });
    expect(kept).toContain(id);
    expect(kept).not.toMatch(/tk_demo|demo@example/);
    await crash(one);
  });
});

describe('a job of credentials that its caller brings', () => {
  test('waits for its caller', async () => {
    const one = await startReplica();
    const [ids, others] = [addFailed({ sandbox }, 12), addFailed({ sandbox }, 12)];
    gate.close();
    const input = { ids, clientMutationId: 'a' };
    const { id } = await begin(one, input);
    const other = await begin(one, { ids: others }, undefined, OWNER);
    await sent(6);
    const stopped = one.app.stop();
    gate.open();
    await stopped;
    const two = await startReplica();
    await jobWhen(two, other.id, ({ state }) => state === 'COMPLETED');
    expect(await read(two, id)).toMatchObject({ state: 'INTERRUPTED', pending: 0, unknown: 0 });
    expect(await begin(two, input)).toMatchObject({ id, state: 'RUNNING' });
    expect(await ended(two, id)).toMatchObject({ state: 'COMPLETED', succeeded: 12 });
    expectEachOnce([...ids, ...others]);
  });

  test('is told to be interrupted to those who watch it at another replica, and then no more', async () => {
    const [one, two] = [await startReplica(), await startReplica()];
    gate.close();
    const { id } = await begin(one, { ids: addFailed({ sandbox }, 12) });
    await sent(3);
    const client = await openSocket(two.url);
    client.subscribe('1', STATES, { id });
    await client.next();
    const stopped = one.app.stop();
    gate.open();
    await stopped;
    expect((await statesUntilEnd(client)).at(-1)).toBe('INTERRUPTED');
  });
});
