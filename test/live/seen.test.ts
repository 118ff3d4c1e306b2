import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { delay, systemClock } from '../../src/clock.ts';
import type { SharedRedis } from '../../src/redis/shared-redis.ts';
import { eventually } from '../support/eventually.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { createSharing, stopSharing } from '../support/sharing.ts';
import { startWatchedRuns, type Setup } from '../support/watched-runs.ts';

/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 20_000;
const PACE = { fastMs: 200, slowMs: 200 };
const LONG_MS = 600_000;
/** Answers that are nearer to each other count as the same one, since Redis tells their times by the millisecond. */
const APART_MS = 25;
const SLOW_PACE = { fastMs: LONG_MS, slowMs: LONG_MS };

type Replica = Awaited<ReturnType<typeof startWatchedRuns>>;

let server: RedisServer;
/** What the replicas of a test share, in the order in which they began. */
const connected: SharedRedis[] = [];

beforeEach(async () => {
  server = await createRedisServer();
  await server.start();
});

afterEach(async () => {
  connected.length = 0;
  await stopSharing();
  await server.kill();
});

/** What one replica shares with the others. */
async function connect(): Promise<SharedRedis> {
  const redis = createSharing({ url: server.url, commandTimeoutMs: PATIENT_MS });
  connected.push(redis);
  await redis.start();
  return redis;
}

/** Two replicas in front of one sandbox, on the machine's own time. The second one hardly ever looks by itself. */
async function startReplicas(setup: Setup = {}) {
  const one = await startWatchedRuns({ redis: await connect(), clock: systemClock, pace: PACE, ...setup });
  const two = await startWatchedRuns({
    redis: await connect(),
    clock: systemClock,
    pace: SLOW_PACE,
    upstream: one.sandbox,
  });
  return { one, two };
}

/** How many questions of upstream's have been answered to a replica. */
async function callsOf({ metrics }: Replica): Promise<number> {
  const counts = (await metrics.print()).text.matchAll(
    /^refold_gateway_upstream_request_seconds_count\{.*\} (\d+)$/gm,
  );
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

test('what one replica has seen is told by the other one, without a call of its own', async () => {
  const { one, two } = await startReplicas();
  const [id = ''] = one.add(1, LONG_MS);
  const [here, there] = [one.watch(id), two.watch(id)];
  for (const events of [here, there])
    expect((await events.next()).value).toMatchObject({ status: 'RUNNING' });
  const calls = await callsOf(two);
  one.sandbox.advanceClock(LONG_MS);
  for (const events of [here, there]) {
    expect((await events.next()).value).toMatchObject({ status: 'COMPLETED' });
  }
  expect(await callsOf(two)).toBe(calls);
  // What came from the other one is not told on.
  expect(two.seen).toEqual([]);
});

test('what a replica was told after a hint is good enough for whoever hears of it later', async () => {
  const { one, two } = await startReplicas({ pace: SLOW_PACE, onSeen: () => undefined });
  const [id = ''] = one.add(1, LONG_MS);
  const [here, there] = [one.watch(id), two.watch(id)];
  for (const events of [here, there])
    expect((await events.next()).value).toMatchObject({ status: 'RUNNING' });
  const calls = await callsOf(two);
  await delay(systemClock, APART_MS);
  one.sandbox.advanceClock(LONG_MS);
  one.runs.wake({ runId: id });
  expect((await here.next()).value).toMatchObject({ status: 'COMPLETED' });
  two.runs.wake({ runId: id, agoMs: LONG_MS });
  expect((await there.next()).value).toMatchObject({ status: 'COMPLETED' });
  expect(await callsOf(two)).toBe(calls);
});

test('what one replica has seen of one run is read by the other one alone', async () => {
  const { one, two } = await startReplicas({ pace: SLOW_PACE });
  const [id = '', other = ''] = one.add(2, LONG_MS);
  const watched = [one.watch(id), two.watch(other), two.watch(id)] as const;
  for (const events of watched) expect((await events.next()).value).toMatchObject({ status: 'RUNNING' });
  const calls = await callsOf(two);
  await delay(systemClock, APART_MS);
  one.sandbox.advanceClock(LONG_MS);
  one.runs.wake({ runId: id });
  expect((await watched[0].next()).value).toMatchObject({ status: 'COMPLETED' });
  expect((await watched[2].next()).value).toMatchObject({ status: 'COMPLETED' });
  expect(await callsOf(two)).toBe(calls);
});

test('what anybody publishes wakes nobody but those it is about', async () => {
  const { two } = await startReplicas();
  const [id = ''] = two.add(1, LONG_MS);
  expect((await two.watch(id).next()).value).toMatchObject({ status: 'RUNNING' });
  const { length } = two.sandbox.requests();
  const heard: unknown[] = [];
  connected[1]?.hints.onMessage((message) => void heard.push(message));
  const messages = [
    { seen: null },
    { seen: { identity: 7, reading: 'runs' } },
    { seen: { identity: 'unknown', reading: 'runs' } },
    { other: { identity: 'unknown' } },
  ];
  for (const message of messages) connected[0]?.hints.publish(message);
  await eventually('all of them', () => heard.length === messages.length);
  expect(two.sandbox.requests()).toHaveLength(length);
});
