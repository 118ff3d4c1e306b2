import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import {
  abort,
  addFailed,
  begin,
  changesOf,
  ended,
  jobWhen,
  outcomesOf,
  read,
  RERUN_ALL,
  type Changed,
} from '../support/bulk.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { evictJobs } from '../support/evict.ts';
import { startAnswerGate } from '../support/gate.ts';
import { killAll, startMain } from '../support/gateway-process.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import {
  DEMO,
  OTHER,
  startGateway,
  startUpstream,
  stopAll,
  type Gateway,
  type Setup,
} from '../support/gateway.ts';

const RERUNS = { method: 'POST', route: '/execution/{execution_id}/rerun' };

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
  redis.thaw();
  await killAll();
  await stopAll();
  await redis.kill();
});

/** One of several gateways in front of the same sandbox. */
function startReplica(more: Record<string, string> = {}, setup: Pick<Setup, 'clock'> = {}): Promise<Gateway> {
  // A long poll lasts as long as an operation may, and must not outlast what a job bears without Redis.
  const env = { REDIS_URL: redis.url, UPSTREAM_TIMEOUT_MS: '60000', OPERATION_TIMEOUT_MS: '5000', ...more };
  return startGateway({ upstream: sandbox, upstreamUrl: gate.url, env, ...setup });
}

function sent(count: number): Promise<void> {
  return sandbox.until(() => changesOf({ sandbox }).length >= count);
}

/** Whether each of these was sent, and none twice. */
function expectEachOnce(ids: readonly string[]): void {
  expect(changesOf({ sandbox }).sort()).toEqual([...ids].sort());
}

/** Resolves once the gateway says so of its connection. */
function connectionIs(gateway: Gateway, up: 0 | 1): Promise<void> {
  return eventually(`Redis to be ${String(up)}`, () => isMetric(gateway, 'redis_up', up));
}

/** Whether the gateway's metrics say so. */
async function isMetric({ url }: Gateway, name: string, value: number): Promise<boolean> {
  const line = `refold_gateway_${name} ${String(value)}\n`;
  return (await (await fetch(`${url}/metrics`)).text()).includes(line);
}

/** Lets a gateway's time pass until that holds, as fast as Redis answers: its own time does not stand still. */
function passing(clock: FakeClock, what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  return eventually(what, async () => {
    await redis.run((client) => client.ping());
    if (await holds()) return true;
    clock.advance(100);
    return false;
  });
}

/** The keys in Redis that end so. */
function keysLike(pattern: string): Promise<string[]> {
  return redis.run((client) => client.keys(pattern));
}

/** A job of twelve items whose gateway was stopped, and how many of them had been sent before. */
async function interrupt() {
  const gateway = await startReplica();
  const ids = addFailed(gateway, 12);
  gate.close();
  const input = { ids, clientMutationId: 'a' };
  const { id } = await begin(gateway, input);
  await sent(3);
  const stopped = gateway.app.stop();
  gate.open();
  await stopped;
  return { ids, input, id, before: changesOf({ sandbox }).length };
}

describe('a job', () => {
  test('that was interrupted by a restart goes on when it is asked for again, and runs nothing again twice', async () => {
    const { ids, input, id, before } = await interrupt();
    const two = await startReplica();
    const left = await read(two, id);
    expect(left).toMatchObject({ state: 'INTERRUPTED', succeeded: before, unknown: 0, pending: 0 });
    expect(await begin(two, input)).toMatchObject({ id, state: 'RUNNING', succeeded: before });
    expect(await ended(two, id)).toMatchObject({ state: 'COMPLETED', succeeded: 12 });
    expectEachOnce(ids);
    expect(sandbox.stats().requests[`POST ${RERUNS.route}`]).toEqual({ 200: 12 });
  });

  test('whose gateway crashed goes on without what may have been sent', async () => {
    const { child, exited, url } = await startMain({
      UPSTREAM_URL: gate.url,
      UPSTREAM_TIMEOUT_MS: '60000',
      REDIS_URL: redis.url,
      UPSTREAM_RATE_PER_SECOND: '1000',
      UPSTREAM_BURST: '1000',
    });
    const ids = addFailed({ sandbox }, 12);
    gate.close();
    const input = { ids, clientMutationId: 'a' };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...DEMO },
      body: JSON.stringify({ query: RERUN_ALL, variables: { input } }),
    });
    const { data } = (await response.json()) as { data: Changed };
    const { id } = data.change.job;
    await sent(3);
    child.kill('SIGKILL');
    await exited;

    const two = await startReplica();
    expect(await read(two, id)).toMatchObject({ state: 'RUNNING' });
    expect(await begin(two, input)).toMatchObject({ id, state: 'RUNNING', pending: 12 });
    // Its lease would be over in ten seconds.
    await redis.run(async (client) => client.del(await client.keys('*:lease')));
    const left = await read(two, id);
    expect(left).toMatchObject({ state: 'INTERRUPTED', endedAt: null, unknown: 3 });
    gate.open();
    await begin(two, input);
    const job = await ended(two, id);
    expect(outcomesOf(job)).toEqual({ UNKNOWN: 3, SUCCEEDED: 9 });
    expectEachOnce(ids);
  });

  test('can be watched and aborted at any replica, by its owner alone', async () => {
    const [one, two] = [await startReplica(), await startReplica()];
    gate.close();
    const { id } = await begin(one, { ids: addFailed(one, 12) });
    gate.letThrough(1);
    await sent(4);
    const some = await jobWhen(two, id, ({ succeeded }) => succeeded > 0);
    expect(some).toMatchObject({ state: 'RUNNING', succeeded: 1 });
    expect(await read(two, id, null, OTHER)).toBeNull();
    expect(await abort(two, id, OTHER)).toBeNull();

    await abort(two, id);
    gate.open();
    const job = await ended(two, id);
    expect(job).toMatchObject({ state: 'ABORTED', succeeded: 4 });
    expect(changesOf({ sandbox })).toHaveLength(4);
    expect(await ended(one, id)).toEqual(job);
  });

  test('that was interrupted can be aborted for good', async () => {
    const { input, id, before } = await interrupt();
    const two = await startReplica();
    await abort(two, id);
    expect(await ended(two, id)).toMatchObject({ state: 'ABORTED' });
    expect(await begin(two, input)).toMatchObject({ id, state: 'ABORTED' });
    expect(changesOf({ sandbox })).toHaveLength(before);
  });

  test('is one, when replicas are asked for it at once', async () => {
    const replicas = [await startReplica(), await startReplica(), await startReplica()];
    const ids = addFailed({ sandbox }, 9);
    const input = { ids, clientMutationId: 'a' };
    const jobs = await Promise.all([...replicas, ...replicas].map((replica) => begin(replica, input)));
    const [{ id } = { id: '' }] = jobs;

    expect(new Set(jobs.map((job) => job.id)).size).toBe(1);
    for (const replica of replicas) {
      expect(await ended(replica, id)).toMatchObject({ state: 'COMPLETED', succeeded: 9 });
    }
    expectEachOnce(ids);
    const other = await replicas[2]?.query(RERUN_ALL, { input: { ...input, ids: ids.slice(1) } });
    expect(other?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('is left to the runner that has taken it over', async () => {
    const one = await startReplica();
    const ids = addFailed(one, 12);
    gate.close();
    const { id } = await begin(one, { ids });
    await sent(3);
    const [key = ''] = await keysLike(`*:job:${id}`);
    await redis.run((client) => client.hset(key, 'runner', 'another'));
    await redis.run(async (client) => client.del(await client.keys('*:lease')));
    gate.open();

    expect(await ended(one, id)).toMatchObject({ state: 'INTERRUPTED', unknown: 3 });
    await one.app.stop();
    expect(changesOf({ sandbox })).toHaveLength(3);
  });

  test('sends nothing while Redis is away, and goes on when it is back, empty', async () => {
    const one = await startReplica();
    const ids = addFailed(one, 12);
    gate.close();
    const { id } = await begin(one, { ids, clientMutationId: 'a' });
    await sent(3);
    await redis.kill();
    await connectionIs(one, 0);
    gate.open();
    const some = await jobWhen(one, id, ({ succeeded }) => succeeded >= 3);
    expect(changesOf({ sandbox })).toHaveLength(3);
    // A long poll without news: nothing happens until it has to answer.
    expect(await read(one, id, some.revision + 100)).toMatchObject({ state: 'RUNNING' });
    expect(changesOf({ sandbox })).toHaveLength(3);

    await redis.start();
    expect(await ended(one, id)).toMatchObject({ state: 'COMPLETED', succeeded: 12 });
    expectEachOnce(ids);
    expect(await ended(await startReplica(), id)).toMatchObject({ state: 'COMPLETED', succeeded: 12 });
  });

  test('is in memory alone when Redis is away at its start', async () => {
    const [one, two] = [await startReplica(), await startReplica()];
    await redis.kill();
    await connectionIs(one, 0);
    const ids = addFailed(one, 3);
    const { id } = await begin(one, { ids });
    expect(await ended(one, id)).toMatchObject({ state: 'COMPLETED', succeeded: 3 });
    expect(await read(two, id)).toBeNull();

    await redis.start();
    await connectionIs(one, 1);
    await connectionIs(two, 1);
    expect(await read(two, id)).toBeNull();
    expectEachOnce(ids);
  });

  test('that has a name sends nothing before Redis tells that no other has it', async () => {
    const [one, two] = [await startReplica(), await startReplica()];
    await redis.kill();
    await connectionIs(one, 0);
    await connectionIs(two, 0);
    const ids = addFailed(one, 3);
    const input = { ids, clientMutationId: 'a' };
    const jobs = await Promise.all([begin(one, input), begin(two, input)]);
    expect(jobs).toMatchObject([{ state: 'RUNNING' }, { state: 'RUNNING' }]);
    expect(changesOf({ sandbox })).toEqual([]);

    await redis.start();
    const states = [await ended(one, jobs[0].id), await ended(two, jobs[1].id)].map(({ state }) => state);
    expect(states.sort()).toEqual(['COMPLETED', 'INTERRUPTED']);
    expectEachOnce(ids);
    const again = [await begin(one, input), await begin(two, input)];
    expect(again).toMatchObject([{ state: 'COMPLETED' }, { state: 'COMPLETED' }]);
    expectEachOnce(ids);
  });

  test('keeps its name and its progress when Redis is emptied in the middle of it', async () => {
    const [one, two] = [await startReplica(), await startReplica()];
    const ids = addFailed(one, 12);
    gate.close();
    const input = { ids, clientMutationId: 'a' };
    const { id } = await begin(one, input);
    gate.letThrough(3);
    await sent(6);
    await redis.run((client) => client.flushall());
    const again = begin(two, input);
    gate.open();
    expect(await again).toMatchObject({ id });
    for (const replica of [one, two]) {
      expect(await ended(replica, id)).toMatchObject({ state: 'COMPLETED', succeeded: 12 });
    }
    expectEachOnce(ids);
  });

  test('keeps its name after its end, too, when Redis is emptied or has to evict', async () => {
    const [one, two] = [await startReplica(), await startReplica()];
    const ids = addFailed(one, 3);
    const input = { ids, clientMutationId: 'a' };
    const { id } = await begin(one, input);
    await ended(one, id);
    await redis.run((client) => client.flushall());
    expect(await begin(two, input)).toMatchObject({ id, state: 'COMPLETED' });

    await redis.run(evictJobs);
    expect(await begin(two, input)).toMatchObject({ id, state: 'COMPLETED' });
    expectEachOnce(ids);
  });

  test('sends nothing that has waited for its turn while Redis went away', async () => {
    const clock = createFakeClock();
    const one = await startReplica({ UPSTREAM_RATE_PER_SECOND: '0.25', UPSTREAM_BURST: '1' }, { clock });
    const ids = addFailed(one, 3);
    const { id } = await begin(one, { ids });
    await passing(clock, 'the first to be sent', () => changesOf({ sandbox }).length === 1);
    await passing(clock, 'the others to wait', () => isMetric(one, 'queue_length', 2));
    redis.freeze();
    // Both of them have their turns.
    await eventually('turns', async () => {
      clock.advance(100);
      return isMetric(one, 'queue_length', 0);
    });
    expect(changesOf({ sandbox })).toHaveLength(1);

    redis.thaw();
    await passing(clock, 'the end', async () => (await read(one, id))?.state !== 'RUNNING');
    expect(await read(one, id)).toMatchObject({ state: 'COMPLETED', succeeded: 3 });
    expectEachOnce(ids);
    let isStopped = false;
    const stopped = one.app.stop().then(() => (isStopped = true));
    // That a job has ended is recorded as time passes.
    await passing(clock, 'the gateway to stop', () => isStopped);
    await stopped;
  });

  test('leaves neither credentials nor names of changes in Redis', async () => {
    const one = await startReplica();
    const { id } = await begin(one, { ids: addFailed(one, 3), clientMutationId: 'secret name' });
    await ended(one, id);
    const kept = await redis.run(async (client) => {
      const keys = await client.keys('*');
      const hashes = keys.filter((key) => key.endsWith(id));
      const ttls = await Promise.all(hashes.map((key) => client.pttl(key)));
      const records = await Promise.all(hashes.map((key) => client.hgetall(key)));
      return { ttls, text: JSON.stringify([keys, records]) };
    });
    expect(kept.text).toContain('SUCCEEDED');
    expect(kept.text).not.toMatch(/tk_demo|demo@example|secret name/);
    expect(kept.ttls).toHaveLength(1);
    expect(kept.ttls[0]).toBeGreaterThan(80_000_000);
    await eventually('no lease', async () => (await keysLike('*:lease')).length === 0);
  });
});
