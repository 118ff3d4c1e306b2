import { expect } from '@jest/globals';
import { createAudience } from '../../support/audience.ts';
import { account, createMetrics } from '../../support/budget.ts';
import { createSandboxClock } from '../../support/fake-clock.ts';
import { leaveAll, untilAllWatch, watchList } from '../../support/list-viewers.ts';
import { numbers } from '../../support/numbers.ts';
import type { RedisServer } from '../../support/redis-process.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';
import { SOON } from './live-replicas.ts';

const ACCOUNTS = numbers(1, 4).map(account);
const VIEWERS = 24;
const ROUNDS = 3;
/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;

/** How Redis goes away, and comes back. */
interface Absence {
  readonly begin: (redis: RedisServer) => unknown;
  readonly end: (redis: RedisServer) => unknown;
}

const KILLED: Absence = { begin: (redis) => redis.kill(), end: (redis) => redis.start() };
const FROZEN: Absence = {
  begin: (redis) => {
    redis.freeze();
  },
  end: (redis) => {
    redis.thaw();
  },
};

/** Two replicas with viewers lose Redis, go on without it for at least so long, and have it again. */
async function losesRedis(world: World, absence: Absence, awayMs: number) {
  const redis = await world.redis();
  const clock = createSandboxClock();
  const sandbox = await world.sandbox({ executions: 20, accounts: ACCOUNTS.length, clock });
  const setup = {
    upstream: sandbox,
    env: { ...SOON, REDIS_URL: redis.url, REPLICAS: '2' },
    ...(!world.isTimed && { redisTimeoutMs: PATIENT_MS }),
  };
  const replicas = [await world.gatewayOnRealTime(setup), await world.gatewayOnRealTime(setup)];
  world.onEnd(leaveAll);
  const viewers = numbers(1, VIEWERS).map((number) =>
    watchList(replicas[number % 2]?.url ?? '', {
      headers: ACCOUNTS[Math.floor(number / 2) % ACCOUNTS.length] ?? {},
      resuming: 'by cursor',
    }),
  );
  await untilAllWatch(viewers);
  const audience = createAudience(sandbox, ACCOUNTS, viewers);
  const rounds = async (until = -Infinity) => {
    for (let round = 0; round < ROUNDS || performance.now() < until; round++) {
      audience.begin(1000 * (1 + world.random.below(3)));
      sandbox.advanceClock(1000);
      await audience.untilAllKnow();
    }
  };
  const redisIs = async (up: number) => {
    for (const { url } of replicas) await createMetrics(url).metricIs('redis_up', up);
  };

  await rounds();
  await absence.begin(redis);
  await redisIs(0);
  await rounds(performance.now() + awayMs);
  await absence.end(redis);
  await redisIs(1);
  await rounds();
  sandbox.advanceClock(3000);
  await audience.untilAllKnow();
  audience.expectRight();
  // Nobody was cut off by it.
  expect(viewers.filter(({ connections }) => connections() > 1)).toEqual([]);
  return { retries: 0 };
}

const row = (how: string, absence: Absence): readonly Row[] => {
  const same = {
    number: '36',
    right: 'viewers stay connected, and are told every change once',
    retries: 0,
    boundMs: null,
  };
  return [
    { ...same, fault: `Redis is ${how}`, run: (world) => losesRedis(world, absence, 0) },
    {
      ...same,
      fault: `Redis is ${how} for 30 s`,
      isLong: true,
      run: (world) => losesRedis(world, absence, 30_000),
    },
  ];
};

/** Redis goes away while somebody watches. */
export const LIVE_REDIS: readonly Row[] = [...row('killed', KILLED), ...row('frozen', FROZEN)];
