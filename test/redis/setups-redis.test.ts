import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { createAuthority } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import type { Gateway } from '../support/gateway.ts';
import { forgetLetGo, letGo } from '../support/let-go.ts';
import { createProduct } from '../support/product.ts';
// Takes this file's turn at Redis.
import '../support/redis-server.ts';
import { startCluster, startSecureServer, startSentinel, type RedisSetup } from '../support/redis-setups.ts';
import { ask, connectionsAre, demand } from '../support/replicas.ts';
import { ANY_RATE, rememberingFor } from '../support/settings.ts';
import { createSharing, stopSharing } from '../support/sharing.ts';
import { postWebhook, runEvent } from '../support/webhooks.ts';

const { startGateway, startUpstream, stopAll } = await import('../support/gateway.ts');
const { addFailed, begin, changesOf, ended } = await import('../support/bulk.ts');
const { startAnswerGate } = await import('../support/gate.ts');
const { linksOf } = await import('../support/reruns.ts');

const RATE = { rate: 20, burst: 5 };
const RATE_ENV = { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '5', REPLICAS: '2' };
/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;
/** As soon as Redis counts as away in service. */
const PROMPT_MS = 50;

type Env = Readonly<Record<string, string>>;
/** What is wrong, how that comes to be, and which cause is told. */
type Mistake = readonly [string, (env: Env) => Env, string];

const urlWith = (from: string, to: string) => (env: Env) => ({
  REDIS_URL: String(env['REDIS_URL']).replace(from, to),
});
const setting = (env: Env) => () => env;
const password: Mistake = ['a wrong password', setting({ REDIS_PASSWORD: 'secret-and-wrong' }), 'auth'];
const authority: Mistake = ['another authority', setting({ REDIS_TLS_CA: createAuthority().cert }), 'tls'];

const SETUPS: readonly (readonly [string, () => Promise<RedisSetup>, readonly Mistake[]])[] = [
  [
    'a server over TLS, with a client certificate',
    startSecureServer,
    [
      ['a wrong password', urlWith('se%3A', 'secret-and-wrong'), 'auth'],
      ['another name', setting({ REDIS_TLS_SERVERNAME: '' }), 'tls'],
      authority,
    ],
  ],
  [
    'a master and its replica, watched by a sentinel',
    startSentinel,
    [
      password,
      ['a wrong password of the sentinel', setting({ REDIS_SENTINEL_PASSWORD: 'secret-and-wrong' }), 'auth'],
      ['another master', urlWith('mymaster', 'other'), 'no master'],
    ],
  ],
  ['a cluster over TLS', startCluster, [password, authority]],
];
const SECRETS = /se:cr@t|se%3A|sentinel-password|secret-and-wrong|127\.0\.0\.1:\d+\/|mymaster|localhost/;

const product = await createProduct();

describe.each(SETUPS)('on %s, as the user of the documentation', (_what, startSetup, mistakes) => {
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

  const startReplica = (env: Env, redisTimeoutMs = PATIENT_MS, upstreamUrl = sandbox.url) =>
    startGateway({ upstream: sandbox, upstreamUrl, redisTimeoutMs, env: { ...redis.env, ...env } });

  /** Two of them, once both share. */
  async function startTwo(env: Env, ...more: readonly [number?, string?]): Promise<[Gateway, Gateway]> {
    const given = { ...RATE_ENV, ...env };
    const two: [Gateway, Gateway] = [await startReplica(given, ...more), await startReplica(given, ...more)];
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

  test('replicas share all that they do, and may do no more; scripts that are forgotten are sent again', async () => {
    sandbox = await startUpstream();
    const gate = await startAnswerGate(sandbox);
    const env = { ...rememberingFor(60_000), ...ANY_RATE, ...product.env };
    const gateways = await startTwo(env, PATIENT_MS, gate.url);
    const [one, two] = gateways;
    const first = await ask(one, 1);
    const kept = () => redis.run(async (client) => (await client.keys('*:answer:*')).length > 0);
    await eventually('an answer in Redis', kept);
    expect(await ask(two, 1)).toMatchObject({ data: first.data, extensions: { upstream: { calls: 0 } } });
    expect(await postWebhook(one.url, runEvent())).toMatchObject({ body: { outcome: 'accepted' } });
    expect(await postWebhook(two.url, runEvent())).toMatchObject({ body: { outcome: 'repeated' } });

    await redis.run((client) => client.script('FLUSH'));
    const ids = addFailed({ sandbox }, 6);
    gate.close();
    const owner = await product.signIn('demo@example.com');
    const { id } = await begin(one, { ids, clientMutationId: 'a' }, undefined, owner);
    expect(await begin(two, { ids, clientMutationId: 'a' }, undefined, owner)).toMatchObject({ id });
    const sent = (count: number) => sandbox.until(() => changesOf({ sandbox }).length >= count);
    await sent(3);
    const stopped = one.app.stop();
    gate.open();
    await stopped;
    await sent(6);
    expect(await ended(two, id)).toMatchObject({ state: 'COMPLETED', succeeded: 6 });
    expect(changesOf({ sandbox }).sort()).toEqual([...ids].sort());
    const linked = ids.map((run) => linksOf(two, run));
    expect((await Promise.all(linked)).map((links) => (links as { reruns: [] }).reruns.length)).toEqual(
      ids.map(() => 1),
    );
    expect(logsOf(gateways)).not.toContain('away');
    expect(await redis.run((client) => client.acl('LOG'))).toEqual([]);
  });

  test.each(mistakes)('a gateway with %s says so, and serves', async (_mistake, make, cause) => {
    sandbox = await startUpstream();
    const { query, logs } = await startReplica(make(redis.env));
    expect((await query('{ executions { totalCount } }')).errors).toEqual([]);
    expect(logs.filter((line) => line.includes('Redis'))).toEqual([
      expect.stringMatching(new RegExp(`"cause":"${cause}".*"Redis is away"`)),
    ]);
    expect(logs.join()).not.toMatch(SECRETS);
  });

  test('all is served while the server is lost and another takes over, within the rate', async () => {
    sandbox = await startUpstream(RATE);
    const gateways = await startTwo({}, PROMPT_MS);
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
    expect(logsOf(gateways)).not.toMatch(SECRETS);
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
