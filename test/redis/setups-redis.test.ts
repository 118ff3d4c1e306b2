import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { eventually } from '../support/eventually.ts';
import type { Gateway } from '../support/gateway.ts';
import { forgetLetGo, letGo } from '../support/let-go.ts';
// Takes this file's turn at Redis.
import '../support/redis-server.ts';
import { startCluster, startSecureServer, startSentinel, type RedisSetup } from '../support/redis-setups.ts';
import { ask, connectionsAre, demand } from '../support/replicas.ts';
import { ANY_RATE, rememberingFor } from '../support/settings.ts';
import { createSharing, stopSharing } from '../support/sharing.ts';

const { startGateway, startUpstream, stopAll } = await import('../support/gateway.ts');
const { addFailed, begin, changesOf, ended } = await import('../support/bulk.ts');

const RATE = { rate: 20, burst: 5 };
const RATE_ENV = { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '5', REPLICAS: '2' };
/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;
/** As soon as Redis counts as away in service. */
const PROMPT_MS = 50;

const SETUPS: readonly [string, () => Promise<RedisSetup>][] = [
  ['a server over TLS, with a client certificate', startSecureServer],
  ['a master and its replica, watched by a sentinel', startSentinel],
  ['a cluster over TLS', startCluster],
];

describe.each(SETUPS)('on %s, as the user of the documentation', (_what, startSetup) => {
  let redis: RedisSetup;
  let sandbox: Sandbox;

  beforeAll(async () => {
    redis = await startSetup();
  });
  afterAll(() => redis.stop());

  beforeEach(forgetLetGo);
  afterEach(async () => {
    await stopSharing();
    await stopAll();
  });

  const startReplica = (env: Record<string, string>, redisTimeoutMs = PATIENT_MS) =>
    startGateway({ upstream: sandbox, redisTimeoutMs, env: { ...redis.env, ...env } });

  /** Two of them, once both share. */
  async function startTwo(
    env: Record<string, string>,
    redisTimeoutMs = PATIENT_MS,
  ): Promise<[Gateway, Gateway]> {
    const two: [Gateway, Gateway] = [
      await startReplica({ ...RATE_ENV, ...env }, redisTimeoutMs),
      await startReplica({ ...RATE_ENV, ...env }, redisTimeoutMs),
    ];
    await shared(2);
    return two;
  }

  /** How many replicas bring their part of the rate now. */
  const members = () =>
    redis.run(async (client) => {
      const [seconds, micros] = await client.time();
      const [key] = await client.keys('*:members');
      return key === undefined
        ? 0
        : client.zcount(key, Number(seconds) * 1000 + Number(micros) / 1000, '+inf');
    });

  const shared = (count: number) =>
    eventually(`${String(count)} members`, async () => (await members().catch(() => 0)) === count);

  const logsOf = (gateways: readonly Gateway[]) => gateways.map(({ logs }) => logs.join('')).join('');

  function expectWithinRate(): void {
    const { count, refused } = letGo(RATE);
    expect(count).toBeGreaterThanOrEqual(sandbox.requests().length);
    expect(refused).toBe(0);
    expect(sandbox.stats()).toMatchObject({ throttled: 0 });
  }

  test('replicas share what they remember, and jobs; scripts that are forgotten are sent again', async () => {
    sandbox = await startUpstream();
    const gateways = await startTwo({ ...rememberingFor(60_000), ...ANY_RATE });
    const [one, two] = gateways;
    const first = await ask(one, 1);
    await eventually('an answer in Redis', () =>
      redis.run(async (client) => (await client.keys('*:answer:*')).length > 0),
    );
    expect(await ask(two, 1)).toMatchObject({ data: first.data, extensions: { upstream: { calls: 0 } } });

    await redis.run((client) => client.script('FLUSH'));
    const ids = addFailed({ sandbox }, 6);
    const { id } = await begin(one, { ids, clientMutationId: 'a' });
    expect(await begin(two, { ids, clientMutationId: 'a' })).toMatchObject({ id });
    expect(await ended(two, id)).toMatchObject({ state: 'COMPLETED', succeeded: 6 });
    expect(changesOf({ sandbox }).sort()).toEqual([...ids].sort());
    expect(logsOf(gateways)).not.toContain('away');
  });

  test('all is served while the server is lost and another takes over, within the rate', async () => {
    sandbox = await startUpstream(RATE);
    const gateways = await startTwo({}, PROMPT_MS);
    const [one, two] = gateways;
    const sharing = [startSharing(), startSharing()] as const;
    for (const { redis: shares } of sharing) await shares.start();
    const clients = demand(gateways);
    await clients.answers(10);
    await redis.holder.kill();
    await connectionsAre(gateways, 0);
    await redis.takenOver();
    await connectionsAre(gateways, 1);
    await shared(4);
    await clients.answers(20);
    expect(await clients.end()).toEqual([]);
    expectWithinRate();

    const [teller, listener] = sharing;
    let number = 0;
    await eventually('a hint to be heard', () => {
      teller.redis.hints.publish({ number: (number += 1) });
      return listener.heard.length > 0;
    });
    expect(logsOf([one, two])).not.toMatch(/error|127\.0\.0\.1:\d+[^"/]*redis|se:cr@t|sentinel-password/);
  });

  /** What a replica shares, and what it has heard. */
  function startSharing() {
    const { REDIS_URL: url = '', ...env } = redis.env;
    const shares = createSharing({ url, env, upstreamUrl: sandbox.url, commandTimeoutMs: PATIENT_MS });
    const heard: unknown[] = [];
    shares.hints.onMessage((message) => void heard.push(message));
    return { redis: shares, heard };
  }
});
