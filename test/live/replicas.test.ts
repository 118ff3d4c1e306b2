import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { startGateway, stopAll, startUpstream, type Gateway } from '../support/gateway.ts';
import { closeSockets, openSocket, type LiveSocket } from '../support/live-socket.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { rememberingFor } from '../support/settings.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

const RUN = 'subscription ($id: ID!) { executionChanged(id: $id) { status } }';
const LIST = `subscription {
  executionsChanged { changes { kind execution { id status } } }
}`;
const LONG_MS = 3_600_000;
/** One replica looks often, the other one hardly ever. */
const OFTEN = { LIVE_FAST_MS: '200', LIVE_SLOW_MS: '200' };
const HARDLY = { LIVE_FAST_MS: '600000', LIVE_SLOW_MS: '600000' };
/** What replicas share is what they remember, and one asks for it at a time where all of it is remembered. */
const REMEMBERING = rememberingFor(600_000);

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
    env: { REDIS_URL: redis.url, REPLICAS: '2', ...REMEMBERING, ...WEBHOOKS_ON, ...env },
  });

/** Two replicas in front of one sandbox, whose runs go on until they are made to end. */
async function startTwo(pace: Record<string, string>, otherPace: Record<string, string>) {
  const upstream = await startUpstream({ executions: 0 });
  const [one, two] = [await startReplica(upstream, pace), await startReplica(upstream, otherPace)];
  const add = () =>
    upstream.addExecutions({
      account: 'demo@example.com',
      durationMs: LONG_MS,
      endStatus: 'COMPLETED',
    })[0] ?? '';
  const end = () => {
    upstream.advanceClock(LONG_MS);
  };
  return { one, two, add, end };
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
    const { one, two, add, end } = await startTwo(OFTEN, HARDLY);
    const id = add();
    const [here, there] = [await watch(one, RUN, id), await watch(two, RUN, id)];
    const calls = await callsOf(two);
    end();
    expect(await here.next()).toMatchObject(ENDED);
    expect(await there.next()).toMatchObject(ENDED);
    expect(await there.next()).toMatchObject({ type: 'complete' });
    expect(await callsOf(two)).toBe(calls);
  });

  test('one tells at once what the other has seen of a list, without a call of its own', async () => {
    const { one, two, add, end } = await startTwo(OFTEN, HARDLY);
    const id = add();
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

  test('both tell what a webhook to one of them is about, for one question each at the most', async () => {
    const { one, two, add, end } = await startTwo(HARDLY, HARDLY);
    const id = add();
    const clients = [await watch(one, RUN, id), await watch(two, RUN, id)];
    const before = [await callsOf(one), await callsOf(two)];
    end();
    expect((await postWebhook(one.url, runEvent({ instance_id: id }))).status).toBe(200);
    for (const client of clients) expect(await client.next()).toMatchObject(ENDED);
    const after = [await callsOf(one), await callsOf(two)];
    for (const [nth, calls] of after.entries()) expect(calls - (before[nth] ?? 0)).toBeLessThanOrEqual(1);
  });
});
