import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { startGateway, stopAll, startUpstream, type Gateway } from '../support/gateway.ts';
import { closeSockets, openSocket, type LiveSocket } from '../support/live-socket.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';

const RUN = 'subscription ($id: ID!) { executionChanged(id: $id) { status } }';
const LIST = `subscription {
  executionsChanged { changes { kind execution { id status } } }
}`;
const LONG_MS = 3_600_000;
/** One replica looks often, the other one hardly ever. */
const OFTEN = { LIVE_FAST_MS: '200', LIVE_SLOW_MS: '200' };
const HARDLY = { LIVE_FAST_MS: '600000', LIVE_SLOW_MS: '600000' };
/** What replicas share is what they remember. */
const REMEMBERING = { CACHE_LIST_MS: '100', CACHE_RUNNING_MS: '100', CACHE_TERMINAL_MS: '600000' };

let redis: RedisServer;

beforeEach(async () => {
  redis = await createRedisServer();
  await redis.start();
});

afterEach(async () => {
  closeSockets();
  await stopAll();
  await redis.kill();
});

/** A replica that is as patient with Redis as a busy machine wants. */
const startReplica = (upstream: Sandbox, env: Record<string, string>) =>
  startGateway({
    upstream,
    redisTimeoutMs: 20_000,
    env: { REDIS_URL: redis.url, REPLICAS: '2', ...REMEMBERING, ...env },
  });

/** Two replicas in front of one sandbox, with a run that goes on until it is told to end. */
async function startTwo(pace: Record<string, string>, otherPace: Record<string, string>) {
  const upstream = await startUpstream();
  const [one, two] = [await startReplica(upstream, pace), await startReplica(upstream, otherPace)];
  const [id = ''] = upstream.addExecutions({
    account: 'demo@example.com',
    durationMs: LONG_MS,
    endStatus: 'COMPLETED',
  });
  const end = () => {
    upstream.advanceClock(LONG_MS);
  };
  return { one, two, id, end };
}

/** How many questions a replica has asked upstream. */
async function callsOf({ url }: Gateway): Promise<number> {
  const printed = await (await fetch(`${url}/metrics`)).text();
  const counts = printed.matchAll(/^refold_gateway_upstream_request_seconds_count\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function watch(gateway: Gateway, query: string, id?: string): Promise<LiveSocket> {
  const client = await openSocket(gateway.url);
  client.subscribe('1', query, id === undefined ? {} : { id });
  expect(await client.next()).toMatchObject({ type: 'next' });
  return client;
}

const ENDED = { type: 'next', payload: { data: { executionChanged: { status: 'COMPLETED' } } } };

describe('of two replicas', () => {
  test('one tells at once what the other has seen of a run, without a call of its own', async () => {
    const { one, two, id, end } = await startTwo(OFTEN, HARDLY);
    const [here, there] = [await watch(one, RUN, id), await watch(two, RUN, id)];
    const calls = await callsOf(two);
    end();
    expect(await here.next()).toMatchObject(ENDED);
    expect(await there.next()).toMatchObject(ENDED);
    expect(await there.next()).toMatchObject({ type: 'complete' });
    expect(await callsOf(two)).toBe(calls);
  });

  test('one tells at once what the other has seen of a list, without a call of its own', async () => {
    const { one, two, id, end } = await startTwo(OFTEN, HARDLY);
    const [here, there] = [await watch(one, LIST), await watch(two, LIST)];
    const calls = await callsOf(two);
    end();
    const ended = { kind: 'ENDED', execution: { id, status: 'COMPLETED' } };
    for (const client of [here, there]) {
      expect(await client.next()).toMatchObject({
        payload: { data: { executionsChanged: { changes: expect.arrayContaining([ended]) } } },
      });
    }
    expect(await callsOf(two)).toBe(calls);
  });
});
