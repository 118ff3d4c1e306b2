/** What Redis costs by how it is run, over TLS, by sentinels and in a cluster beside a plain server; and how it fails over. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { MEETING_KEYS, PREAMBLE } from '../src/redis/membership.ts';
import { defineScript, runScript } from '../src/redis/script.ts';
import type { SharedRedis } from '../src/redis/shared-redis.ts';
import { createSharedBucket } from '../src/upstream/rate/shared-bucket.ts';
import { eventually } from '../test/support/eventually.ts';
import { createRedisServer } from '../test/support/redis-process.ts';
import {
  startCluster,
  startSecureServer,
  startSentinel,
  type RedisSetup,
} from '../test/support/redis-setups.ts';
import { createSharing, stopSharing } from '../test/support/sharing.ts';
import { number, printTable } from './table.ts';

/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;
const QUESTIONS = 200;
/** More than is ever asked for. */
const RATE = { perSecond: 1_000_000, burst: 1_000_000 };
/** As long as the one that reserves a turn, with the time and the members at its beginning as all have them. */
const SCRIPT = defineScript(`${PREAMBLE}\nreturn 1 -- ${'x'.repeat(1500)}`, (reply) => reply);

type Setup = Pick<RedisSetup, 'env' | 'stop'> & Partial<RedisSetup>;

const SETUPS: Readonly<Record<string, () => Promise<Setup>>> = {
  'one server': async () => {
    const server = await createRedisServer();
    await server.start();
    return { env: { REDIS_URL: server.url }, stop: () => server.kill() };
  },
  'the same over TLS': startSecureServer,
  'a master by its sentinel': startSentinel,
  'a cluster over TLS': startCluster,
};

/** A way to ask, and what it has taken in each round: microseconds a question, by the clock and of this process. */
interface Way {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
  readonly wall: number[];
  readonly cpu: number[];
}

const way = (name: string, ask: Way['ask']): Way => ({ name, ask, wall: [], cpu: [] });

/** Measures for so many rounds, in each of them all ways in turn. */
export async function measureRedis(rounds: number): Promise<void> {
  const started: { readonly name: string; readonly setup: Setup; readonly redis: SharedRedis }[] = [];
  const ways: Way[] = [];
  for (const [name, start] of Object.entries(SETUPS)) {
    const setup = await start();
    const redis = await share(setup.env);
    started.push({ name, setup, redis });
    const bucket = createSharedBucket({
      redis,
      name: 'bench',
      rate: RATE,
      heldBack: 3,
      replicas: 1,
      clock: systemClock,
    });
    ways.push(way(`a turn: ${name}`, () => bucket.reserve()));
    if (ways.length === 1) ways.push(...scriptWays(redis));
  }
  for (let round = 0; round <= rounds; round++) {
    for (const one of ways) {
      const took = await timed(one.ask);
      // The first round is for the compiler.
      if (round === 0) continue;
      one.wall.push(took.wall);
      one.cpu.push(took.cpu);
    }
  }
  const failovers: string[][] = [];
  for (const { name, setup, redis } of started) {
    if (setup.follower != null) failovers.push([name, ...(await failOver(setup as RedisSetup, redis))]);
  }
  await stopSharing();
  for (const { setup } of started) await setup.stop();
  const plain = ways[0];
  printTable(
    'Redis, one question after the other',
    ['question', 'us', 'CPU us', 'beside one server'],
    ways.map(({ name, wall, cpu }) => {
      const ratio = quick(wall) / quick(plain?.wall ?? []);
      return [name, number(quick(wall)), number(quick(cpu)), number(ratio)];
    }),
  );
  printTable(
    'Its master is killed, where 500 ms of silence count as death',
    ['Redis', 'ms until another has taken over', 'ms until replicas share again'],
    failovers,
  );
}

async function failOver(setup: RedisSetup, { membership }: SharedRedis): Promise<string[]> {
  const killedAt = performance.now();
  await setup.holder.kill();
  await setup.takenOver();
  const takenOverMs = performance.now() - killedAt;
  await eventually('the replica to share', () => membership.sharing());
  return [takenOverMs, performance.now() - killedAt].map(number);
}

/** The same script by its hash and as a whole, and the smallest question there is. */
function scriptWays({ connection }: SharedRedis): Way[] {
  const { text } = SCRIPT;
  return [
    way('a script by its hash', () =>
      connection.attempt((redis) => runScript(redis, SCRIPT, MEETING_KEYS, [])),
    ),
    way('the same as a whole', () =>
      connection.attempt((redis) => redis.eval(text, MEETING_KEYS.length, ...MEETING_KEYS)),
    ),
    way('GET', () => connection.attempt((redis) => redis.get('nothing'))),
  ];
}

async function share({ REDIS_URL: url = '', ...env }: Setup['env']): Promise<SharedRedis> {
  const redis = createSharing({ url, env, commandTimeoutMs: PATIENT_MS });
  await redis.start();
  await eventually('the replica to share', () => redis.membership.sharing());
  return redis;
}

/** Microseconds a question. */
async function timed(ask: Way['ask']): Promise<{ readonly wall: number; readonly cpu: number }> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  for (let nth = 0; nth < QUESTIONS; nth++) await ask();
  const { user, system } = process.cpuUsage(before);
  return { wall: ((performance.now() - startedAt) * 1000) / QUESTIONS, cpu: (user + system) / QUESTIONS };
}

/** A tenth is quicker: what else the machine does can only add. */
function quick(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 10)] ?? NaN;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '50' } } });
  await measureRedis(Number(values.rounds));
}
