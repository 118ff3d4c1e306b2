import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { linksOf, NO_LINKS, rerun } from '../support/reruns.ts';
import { DEMO_SESSION, startGateway, startUpstream, stopAll, type Gateway } from '../support/gateway.ts';
import { FAILED } from '../support/sandbox.ts';
import { createSandboxClock } from '../support/fake-clock.ts';

const UNKNOWN_ID = '65410cf6cdf931a12d7abfff';

describe('reruns, with Redis', () => {
  let redis: RedisServer;

  beforeEach(async () => {
    redis = await createRedisServer();
    await redis.start();
  });

  afterEach(async () => {
    await stopAll();
    await redis.kill();
  });

  /** Starts a gateway as one of several. */
  const startReplica = (upstream: Awaited<ReturnType<typeof startUpstream>>) =>
    startGateway({ upstream, env: { REDIS_URL: redis.url } });

  /** Runs it again until Redis knows of one: on a busy machine it may count as away for a moment. */
  async function sharedRerun(gateway: Gateway): Promise<string> {
    let id = '';
    await eventually('a rerun that Redis knows of', async () => {
      id = await rerun(gateway, FAILED);
      return (await redis.run((client) => client.keys(`*:rerun-of:${id}`))).length > 0;
    });
    return id;
  }

  /** Resolves once the gateway tells of all these reruns in this order, whatever else it tells. */
  function told(gateway: Gateway, ids: readonly string[]): Promise<void> {
    return eventually(`reruns ${ids.join(', ')} to be told of`, async () => {
      const { reruns } = (await linksOf(gateway, FAILED)) as { reruns: readonly { id: string }[] };
      const found = reruns.map(({ id }) => id).filter((id) => ids.includes(id));
      return found.join() === ids.join();
    });
  }

  test('all replicas know it, and those that start later', async () => {
    const upstream = await startUpstream({ clock: createSandboxClock() });
    const [one, two] = [await startReplica(upstream), await startReplica(upstream)];
    const first = await sharedRerun(one);
    const second = await sharedRerun(two);
    await one.app.stop();
    const three = await startReplica(upstream);

    for (const gateway of [two, three]) {
      await told(gateway, [first, second]);
      expect(await linksOf(gateway, first)).toMatchObject({ rerunOf: { id: FAILED } });
      expect(await linksOf(gateway, first, DEMO_SESSION)).toMatchObject(NO_LINKS);
    }
  });

  test('its keys begin with the identity, and end after 30 days', async () => {
    const gateway = await startReplica(await startUpstream({ clock: createSandboxClock() }));
    await sharedRerun(gateway);
    const found = await redis.run(async (client) => {
      const keys = await client.keys('*:rerun*');
      return Promise.all(keys.map(async (key) => ({ key, days: (await client.pttl(key)) / 86_400_000 })));
    });

    expect(found.length).toBeGreaterThanOrEqual(2);
    for (const { key, days } of found) {
      expect(key).toMatch(/^refold-gateway:\{[\w-]{16}\}:[\w-]{43}:(rerun-of|reruns):[0-9a-f]{24}$/);
      expect(Math.ceil(days)).toBe(30);
    }
  });

  test('killed, what this replica knows is still there', async () => {
    const gateway = await startReplica(await startUpstream({ clock: createSandboxClock() }));
    const first = await rerun(gateway, FAILED);
    await redis.kill();
    const second = await rerun(gateway, FAILED);

    expect(await linksOf(gateway, FAILED)).toMatchObject({ reruns: [{ id: first }, { id: second }] });
    expect(await linksOf(gateway, second)).toMatchObject({ rerunOf: { id: FAILED } });
  });

  test.each<[string, (value: Record<string, unknown>) => string]>([
    ['that are somebody else’s', (value) => JSON.stringify({ ...value, owner: 'else' })],
    ['about other runs', (value) => JSON.stringify({ ...value, original: UNKNOWN_ID, rerun: UNKNOWN_ID })],
    ['with ids that are none', (value) => JSON.stringify({ ...value, original: '../x', rerun: '../x' })],
    ['without an owner', (value) => JSON.stringify({ ...value, owner: null })],
    ['that are garbled', (value) => JSON.stringify(value).slice(1)],
  ])('values %s are ignored', async (_what, change) => {
    const upstream = await startUpstream({ clock: createSandboxClock() });
    const id = await sharedRerun(await startReplica(upstream));
    await redis.run(async (client) => {
      const [single = ''] = await client.keys(`*:rerun-of:${id}`);
      const [many = ''] = await client.keys('*:reruns:*');
      const value = change(JSON.parse((await client.get(single)) ?? '') as Record<string, unknown>);
      await client.set(single, value);
      await client.del(many);
      await client.rpush(many, value);
    });
    const other = await startReplica(upstream);

    expect(await linksOf(other, FAILED)).toMatchObject(NO_LINKS);
    expect(await linksOf(other, id)).toEqual({ isRerun: true, ...NO_LINKS });
  });
});
