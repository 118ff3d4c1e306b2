import { expect } from '@jest/globals';
import type { Sandbox } from '../../../sandbox/server.ts';
import { addFailed, begin, changesOf, ended, read } from '../../support/bulk.ts';
import { eventually } from '../../support/eventually.ts';
import { evictJobs } from '../../support/evict.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { startAnswerGate } from '../../support/gate.ts';
import { OTHER, type Gateway } from '../../support/gateway.ts';
import { startBabbler, type Babbler } from '../../support/redis-babbler.ts';
import type { RedisServer } from '../../support/redis-process.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const LIST = 'query ($page: PageInput) { executions(page: $page) { totalCount nodes { id } } }';
const REAL_RATE = { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '5', REPLICAS: '2' };
/** What Redis may cost once, and what a read takes by itself. */
const BOUND_MS = 50 + 25;
/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;

/** A Redis, and the way of the gateways to it. */
interface Scene {
  readonly redis: RedisServer;
  readonly way: FaultProxy;
  readonly babbler: Babbler;
  /** What ends the trouble by the client that began it. */
  release: () => Promise<unknown>;
}

/** Something that goes wrong with Redis. */
interface Trouble {
  readonly number: string;
  readonly name: string;
  /** Whether Redis counts as away then. */
  readonly isAway: boolean;
  /** It refuses at once: there is no wait to be had but once. */
  readonly refusesAtOnce?: true;
  readonly begin: (scene: Scene) => unknown;
  readonly end: (scene: Scene) => unknown;
  /** Whether what it does to jobs is only looked at where there is time. */
  readonly isLong?: true;
}

const config =
  (...settings: [string, string | number]) =>
  (scene: Scene) =>
    scene.redis.run((client) => client.config('SET', ...settings));

const nothing = () => undefined;

const TROUBLES: readonly Trouble[] = [
  {
    number: '19',
    name: 'is killed',
    isAway: true,
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.start(),
  },
  {
    number: '19',
    name: 'fails over to one that is empty',
    isAway: false,
    begin: async ({ redis }) => {
      await redis.kill();
      await redis.start();
    },
    end: nothing,
    isLong: true,
  },
  {
    number: '20',
    name: 'is slow',
    isAway: true,
    begin: ({ way }) => {
      way.disturb({ latencyMs: 3000 });
    },
    end: ({ way }) => {
      way.disturb({});
    },
    isLong: true,
  },
  {
    number: '20',
    name: 'is frozen',
    isAway: true,
    begin: ({ redis }) => {
      redis.freeze();
    },
    end: ({ redis }) => {
      redis.thaw();
    },
  },
  {
    number: '20',
    name: 'is a black hole',
    isAway: true,
    begin: ({ way }) => {
      way.disturb({ blackHole: true });
    },
    end: ({ way }) => {
      way.disturb({});
      way.reset();
    },
    isLong: true,
  },
  {
    number: '21',
    name: 'is flushed',
    isAway: false,
    begin: ({ redis }) => redis.run((client) => client.flushall()),
    end: nothing,
  },
  {
    number: '21',
    name: 'has to evict',
    isAway: false,
    begin: ({ redis }) => redis.run(evictJobs),
    end: nothing,
    isLong: true,
  },
  {
    number: '21',
    name: 'is out of memory',
    isAway: true,
    refusesAtOnce: true,
    begin: config('maxmemory', 1),
    end: config('maxmemory', 0),
  },
  {
    number: '21',
    name: 'answers garbage',
    isAway: true,
    begin: ({ babbler }) => {
      babbler.babble(true);
    },
    end: ({ babbler }) => {
      babbler.babble(false);
    },
    isLong: true,
  },
  {
    number: '21',
    name: 'wants a password',
    isAway: true,
    begin: async (scene) => {
      const [set, released] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
      // Another client would be asked for the password, too.
      const done = scene.redis.run(async (client) => {
        await client.config('SET', 'requirepass', 'secret');
        set.resolve(null);
        await released.promise;
        await client.config('SET', 'requirepass', '');
      });
      scene.release = () => {
        released.resolve(null);
        return done;
      };
      await set.promise;
      scene.way.reset();
    },
    end: ({ release }) => release(),
    isLong: true,
  },
];

async function setScene(world: World): Promise<Scene> {
  const redis = await world.redis();
  const babbler = await startBabbler(redis.url);
  world.onEnd(() => babbler.stop());
  return { redis, babbler, way: await world.proxy(babbler.url), release: () => Promise.resolve() };
}

/** Two replicas in front of one sandbox. */
async function startReplicas(
  world: World,
  { way }: Scene,
  upstream: Sandbox,
  env: Record<string, string>,
  setup: { readonly upstreamUrl?: string; readonly redisTimeoutMs?: number } = {},
): Promise<[Gateway, Gateway]> {
  const given = { upstream, ...setup, env: { REDIS_URL: way.url, ...env } };
  return [await world.gatewayOnRealTime(given), await world.gatewayOnRealTime(given)];
}

async function isUp({ url }: Gateway): Promise<boolean> {
  return (await (await fetch(`${url}/metrics`)).text()).includes('refold_gateway_redis_up 1\n');
}

function redisIs(gateway: Gateway, up: 0 | 1): Promise<void> {
  return eventually(`Redis to be ${String(up)}`, async () => (await isUp(gateway)) === (up === 1));
}

const NEXT_READS = 5;

/** Redis has cost one wait, and counts as away: the next reads have none. */
async function expectNoWaits(world: World, gateway: Gateway): Promise<void> {
  expect(await isUp(gateway)).toBe(false);
  const tookMs: number[] = [];
  for (let size = 3; size < 3 + NEXT_READS; size++) {
    const sinceMs = performance.now();
    const answer = await gateway.query(LIST, { page: { size } });
    // Its turn is an affair of the rate.
    tookMs.push(performance.now() - sinceMs - answer.extensions.upstream.waitedMs);
    expect(answer).toMatchObject({ errors: [], extensions: { upstream: { calls: 1 } } });
  }
  expect(await isUp(gateway)).toBe(false);
  // A busy machine makes any of them late; had each waited for Redis, so would the quickest be.
  if (world.isTimed) expect(Math.min(...tookMs)).toBeLessThan(50);
}

/** Reads are served, at once and to whom they belong. */
function readsRow({ number, name, isAway, refusesAtOnce, begin: beginTrouble, end }: Trouble): Row {
  const costsOnce = isAway && refusesAtOnce !== true;
  return {
    number,
    fault: `Redis ${name}: reads`,
    right: 'full service, nothing of anybody else, and no wait for the rate',
    retries: 0,
    boundMs: BOUND_MS,
    run: async (world) => {
      const scene = await setScene(world);
      const sandbox = await world.sandbox({ rate: 20, burst: 5 });
      const setup = world.isTimed ? {} : { redisTimeoutMs: PATIENT_MS };
      const env = { ...REAL_RATE, CACHE_LIST_MS: '60000' };
      const [one, two] = await startReplicas(world, scene, sandbox, env, setup);
      const own = await one.query(LIST, { page: { size: 1 } });
      await beginTrouble(scene);
      const page = { size: 2 };
      const first = await world.timed(() => one.query(LIST, { page }));
      expect(first).toMatchObject({ errors: [], extensions: { upstream: { calls: 1 } } });
      const others = await two.query(LIST, { page }, OTHER);
      expect(others).toMatchObject({ errors: [], extensions: { upstream: { calls: 1, cacheHits: 0 } } });
      expect(others.data).not.toEqual(first.data);
      // What this process remembers serves as ever.
      expect(await one.query(LIST, { page: { size: 1 } })).toMatchObject({
        data: own.data as unknown,
        extensions: { upstream: { calls: 0, cacheHits: 1 } },
      });
      if (costsOnce) await expectNoWaits(world, one);
      await end(scene);
      await redisIs(one, 1);
      expect(sandbox.stats()).toMatchObject({ throttled: 0 });
      return { retries: sandbox.requests().length - 3 - (costsOnce ? NEXT_READS : 0) };
    },
  };
}

/** A job in the middle, and the same change at the other replica. */
function jobsRow({ number, name, isAway, begin: beginTrouble, end, isLong }: Trouble): Row {
  return {
    number,
    fault: `Redis ${name} in the middle of a job, and the other replica is asked for the same`,
    right: 'each execution is run again once, and the first job tells so',
    retries: 0,
    boundMs: null,
    ...(isLong && { isLong }),
    run: async (world) => {
      const scene = await setScene(world);
      const sandbox = await world.sandbox({ executions: 5 });
      const gate = await startAnswerGate(sandbox);
      const [one, two] = await startReplicas(world, scene, sandbox, {}, { upstreamUrl: gate.url });
      const ids = addFailed({ sandbox }, 12);
      gate.close();
      const input = { ids, clientMutationId: 'a' };
      const { id } = await begin(one, input);
      gate.letThrough(3);
      await sandbox.until(() => changesOf({ sandbox }).length >= 6);
      await beginTrouble(scene);
      const again = begin(two, input);
      gate.open();
      if (isAway) await Promise.all([again, redisIs(one, 0), redisIs(two, 0)]);
      await end(scene);
      expect(await ended(one, id)).toMatchObject({ id, state: 'COMPLETED', succeeded: 12 });
      const other = await ended(two, (await again).id);
      // Either it is that job, or one that has left it to it.
      expect(other).toMatchObject(other.id === id ? { state: 'COMPLETED' } : { succeeded: 0 });
      expect(await read(one, id)).toMatchObject({ state: 'COMPLETED' });
      const sent = changesOf({ sandbox });
      expect(sent.sort()).toEqual([...ids].sort());
      return { retries: 0 };
    },
  };
}

/** Redis is not as it should be. */
export const REDIS: readonly Row[] = [
  ...TROUBLES.flatMap((trouble) => [readsRow(trouble), jobsRow(trouble)]),
];
