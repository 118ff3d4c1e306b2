import { expect } from '@jest/globals';
import { addFailed, begin, changesOf, ended, read } from '../../support/bulk.ts';
import { startAnswerGate } from '../../support/gate.ts';
import type { Gateway } from '../../support/gateway.ts';
import { startCluster, startSentinel, type RedisSetup } from '../../support/redis-setups.ts';
import { connectionsAre, demand } from '../../support/replicas.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const REAL_RATE = { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '5', REPLICAS: '2' };

const SETUPS: readonly (readonly [string, () => Promise<RedisSetup>])[] = [
  ['the master that sentinels watch', startSentinel],
  ['a master of a cluster', startCluster],
];

/** How a master is lost. */
interface Loss {
  readonly number: string;
  readonly name: string;
  /** Whether there is none for a while. */
  readonly isAway: boolean;
  /** Before the last writes. */
  readonly prepare: (redis: RedisSetup) => unknown;
  readonly lose: (redis: RedisSetup) => unknown;
  /** After another has taken over. */
  readonly after: (redis: RedisSetup) => unknown;
}

const nothing = () => undefined;

const LOSSES: readonly Loss[] = [
  {
    number: '19',
    name: 'hands over in good order',
    isAway: false,
    prepare: nothing,
    lose: (redis) => redis.handOver(),
    after: nothing,
  },
  {
    number: '19',
    name: 'is killed, and the one that takes over has missed the latest',
    isAway: true,
    prepare: ({ follower }) => follower?.freeze(),
    lose: async ({ holder, follower }) => {
      await holder.kill();
      follower?.thaw();
    },
    after: nothing,
  },
  {
    number: '20',
    name: 'hangs, and goes on as if nothing had been',
    isAway: true,
    prepare: nothing,
    lose: ({ holder }) => {
      holder.freeze();
    },
    after: ({ holder }) => {
      holder.thaw();
    },
  },
];

async function setUp(world: World, start: () => Promise<RedisSetup>): Promise<RedisSetup> {
  const redis = await start();
  world.onEnd(() => redis.stop());
  return redis;
}

/** Two replicas are asked for all that they may have, and upstream counts. */
function rateRow(what: string, start: () => Promise<RedisSetup>, loss: Loss): Row {
  return {
    number: loss.number,
    fault: `${what} ${loss.name}: the rate`,
    right: 'full service, and upstream refuses nothing',
    retries: 0,
    boundMs: null,
    isLong: true,
    run: async (world) => {
      const redis = await setUp(world, start);
      const upstream = await world.sandbox({ rate: 20, burst: 5 });
      const setup = { upstream, env: { ...redis.env, ...REAL_RATE } };
      const gateways = [await world.gatewayOnRealTime(setup), await world.gatewayOnRealTime(setup)];
      await connectionsAre(gateways, 1);
      const clients = demand(gateways);
      await clients.answers(20);
      await loss.prepare(redis);
      await clients.answers(20);
      await loss.lose(redis);
      if (loss.isAway) await connectionsAre(gateways, 0);
      await redis.takenOver();
      await connectionsAre(gateways, 1);
      await loss.after(redis);
      await clients.answers(60);
      expect(await clients.end()).toEqual([]);
      expect(upstream.stats()).toMatchObject({ throttled: 0 });
      return { retries: 0 };
    },
  };
}

/** A job in the middle, and the same change at the other replica. */
function jobsRow(what: string, start: () => Promise<RedisSetup>, loss: Loss): Row {
  return {
    number: loss.number,
    fault: `${what} ${loss.name}, in the middle of a job: the other replica is asked for the same`,
    right: 'each execution is run again once, and the first job tells so',
    retries: 0,
    boundMs: null,
    isLong: true,
    run: async (world) => {
      const redis = await setUp(world, start);
      const sandbox = await world.sandbox({ executions: 5 });
      const gate = await startAnswerGate(sandbox);
      const setup = { upstream: sandbox, upstreamUrl: gate.url, env: redis.env };
      const gateways = [await world.gatewayOnRealTime(setup), await world.gatewayOnRealTime(setup)];
      const [one, two] = gateways as [Gateway, Gateway];
      await connectionsAre(gateways, 1);
      const ids = addFailed({ sandbox }, 12);
      gate.close();
      await loss.prepare(redis);
      const input = { ids, clientMutationId: 'a' };
      const { id } = await begin(one, input);
      gate.letThrough(3);
      await sandbox.until(() => changesOf({ sandbox }).length >= 6);
      await loss.lose(redis);
      const again = begin(two, input);
      gate.open();
      await Promise.all([again, ...(loss.isAway ? [connectionsAre(gateways, 0)] : [])]);
      await redis.takenOver();
      await loss.after(redis);
      expect(await ended(one, id)).toMatchObject({ id, state: 'COMPLETED', succeeded: 12 });
      const other = await ended(two, (await again).id);
      // Either it is that job, or one that has left it to it.
      expect(other).toMatchObject(other.id === id ? { state: 'COMPLETED' } : { succeeded: 0 });
      expect(await read(one, id)).toMatchObject({ state: 'COMPLETED' });
      expect(changesOf({ sandbox }).sort()).toEqual([...ids].sort());
      return { retries: 0 };
    },
  };
}

/** Redis fails over, where it is run so that it can. */
export const REDIS_FAILOVERS: readonly Row[] = SETUPS.flatMap(([what, start]) =>
  LOSSES.flatMap((loss) => [rateRow(what, start, loss), jobsRow(what, start, loss)]),
);
