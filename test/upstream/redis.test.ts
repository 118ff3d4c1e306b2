import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { systemClock } from '../../src/clock.ts';
import { apiKeyCredential } from '../../src/domain/credential.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import { CLAIM_MS } from '../../src/upstream/cache/shared-store.ts';
import { eventually } from '../support/eventually.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import type { Gateway } from '../support/gateway.ts';
import { forgetLetGo, letGo, partReservedWithin } from '../support/let-go.ts';
import { ask, connectionsAre, demand } from '../support/replicas.ts';
import { rememberingFor } from '../support/settings.ts';

const { DEMO, OTHER, startGateway, startUpstream, stopAll } = await import('../support/gateway.ts');

// The rate is real here, and so is the time that it takes.

const REAL_RATE = { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '5' };
/** Upstream as it enforces that. */
const ENFORCED = { rate: 20, burst: 5 };
/** Long enough for every answer to be kept until a test ends. */
const REMEMBERING = rememberingFor(60_000);

/** So long that Redis never counts as away because the machine is busy. */
const PATIENT_MS = 20_000;
/** As soon as Redis counts as away in service. */
const PROMPT_MS = 50;

let redis: RedisServer;

beforeEach(async () => {
  forgetLetGo();
  redis = await createRedisServer();
});

afterEach(async () => {
  redis.thaw();
  await stopAll();
  await redis.kill();
});

/** Several gateways in front of one sandbox. */
async function startReplicas(
  count: number,
  env: Record<string, string>,
  options: SandboxOptions = {},
  redisTimeoutMs = PATIENT_MS,
) {
  const upstream = await startUpstream(options);
  const gateways: Gateway[] = [];
  for (let started = 0; started < count; started++) {
    const shared = { REDIS_URL: redis.url, REPLICAS: String(count) };
    gateways.push(await startGateway({ upstream, redisTimeoutMs, env: { ...shared, ...env } }));
  }
  return { sandbox: upstream, gateways };
}

/** The same, with the two of them apart. */
async function startTwo(
  env: Record<string, string> = {},
  options: SandboxOptions = {},
  redisTimeoutMs = PATIENT_MS,
) {
  const { sandbox, gateways } = await startReplicas(2, env, options, redisTimeoutMs);
  const [one, two] = gateways as [Gateway, Gateway];
  return { sandbox, gateways, one, two };
}

/** Takes turns among the gateways. */
function at(gateways: readonly Gateway[], index: number): Gateway {
  const gateway = gateways[index % gateways.length];
  if (gateway === undefined) throw new Error('There is no gateway');
  return gateway;
}

/** What is slow at first is done then. */
async function warmUp(gateways: readonly Gateway[]): Promise<void> {
  for (const gateway of gateways) await ask(gateway, 2, OTHER);
}

function callsOf(sandbox: Sandbox): number {
  return sandbox.requests().length;
}

/** All calls that the sandbox has had were let go at times at which upstream takes them. */
function expectWithinRate(sandbox: Sandbox): void {
  const { count, refused } = letGo(ENFORCED);
  expect(count).toBeGreaterThanOrEqual(callsOf(sandbox));
  expect(refused).toBe(0);
}

/** The same with one of its last characters changed. */
function flipped(sealed: string): string {
  const at = sealed.length - 8;
  return sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
}

/** How many replicas bring their part of the rate now. */
async function members(): Promise<number> {
  return redis.run(async (client) => {
    const [seconds, micros] = await client.time();
    const nowMs = Number(seconds) * 1000 + Number(micros) / 1000;
    const [key] = await client.keys('*:members');
    return key === undefined ? 0 : client.zcount(key, nowMs, '+inf');
  });
}

async function shared(count: number): Promise<void> {
  await eventually(`${String(count)} members`, async () => (await members()) === count);
}

/** The keys of the answers in Redis, once there are so many: the client's answer does not wait for that. */
async function answersKept(client: Redis, count: number): Promise<string[]> {
  let keys: string[] = [];
  await eventually(`${String(count)} answers in Redis`, async () => {
    keys = (await client.keys('*:answer:*')).filter((key) => !key.includes(':claim:'));
    return keys.length === count;
  });
  return keys;
}

describe('what replicas remember', () => {
  beforeEach(() => redis.start());

  test('is there for all of them, and for its owner alone', async () => {
    const { sandbox, one, two } = await startTwo(REMEMBERING);
    const first = await ask(one, 1);
    const second = await ask(two, 1);
    const other = await ask(two, 1, OTHER);

    expect(second.data).toEqual(first.data);
    expect(second.extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
    expect(other.extensions.upstream).toMatchObject({ calls: 1, cacheHits: 0 });
    expect(other.data.executions.nodes).not.toEqual(first.data.executions.nodes);
    expect(callsOf(sandbox)).toBe(2);
  });

  /**
   * Several gateways, all of which want the same at the same time; answers what they get, and for how many calls. Redis
   * counts the time of claims: what took so long that one may have been over by itself is done again, with another question.
   */
  async function askTogether(count: number, prepare: (sandbox: Sandbox) => void) {
    const { sandbox, gateways } = await startReplicas(count, REMEMBERING, { latencyMs: 50 });
    await warmUp(gateways);
    for (let number = 1; ; number++) {
      prepare(sandbox);
      const [before, since] = [callsOf(sandbox), performance.now()];
      const answers = await Promise.all(gateways.map((gateway) => ask(gateway, number)));
      if (performance.now() - since < CLAIM_MS) return { answers, calls: callsOf(sandbox) - before };
      sandbox.clearFaults();
    }
  }

  test('is asked for once, when all of them want it at the same time', async () => {
    const { answers, calls } = await askTogether(4, () => undefined);

    expect(calls).toBe(1);
    expect(answers.map(({ errors }) => errors)).toEqual([[], [], [], []]);
    expect(answers.reduce((sum, { extensions }) => sum + extensions.upstream.calls, 0)).toBe(1);
  });

  test('is asked for by the next one, when the one that asked has failed', async () => {
    const { answers, calls } = await askTogether(3, (sandbox) => {
      sandbox.addFault({ status: 403, times: 1 });
    });

    expect(calls).toBe(2);
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(2);
  });

  test('is forgotten by all of them when upstream refuses the credentials', async () => {
    const { sandbox, one, two } = await startTwo(REMEMBERING);
    await ask(one, 1);
    sandbox.addFault({ status: 401, times: 1 });
    expect((await ask(one, 2)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);

    expect((await ask(two, 1)).extensions.upstream).toMatchObject({ calls: 1, cacheHits: 0 });
  });

  test('is kept apart from what replicas of another upstream remember', async () => {
    const { one } = await startTwo(REMEMBERING);
    const elsewhere = await startGateway({ env: { ...REMEMBERING, REDIS_URL: redis.url } });
    await ask(one, 1);

    expect((await ask(elsewhere, 1)).extensions.upstream).toMatchObject({ calls: 1, cacheHits: 0 });
  });

  describe.each([
    ['behind', -600_000],
    ['ahead', 600_000],
  ])('by a clock that is ten minutes %s', (_way, byMs) => {
    /** Two replicas, of which the second has another time of day. */
    async function startApart(env: Record<string, string>) {
      const upstream = await startUpstream();
      const options = {
        upstream,
        redisTimeoutMs: PATIENT_MS,
        env: { ...env, REDIS_URL: redis.url, REPLICAS: '2' },
      };
      const one = await startGateway(options);
      let passedMs = 0;
      const clock = {
        ...systemClock,
        now: () => systemClock.now() + passedMs,
        date: () => systemClock.date() + byMs + passedMs,
      };
      /** Lets time pass for the second one. */
      const pass = (ms: number) => {
        passedMs += ms;
      };
      return { sandbox: upstream, one, two: await startGateway({ ...options, clock }), pass };
    }

    test('is as fresh as it is', async () => {
      const { one, two } = await startApart({ ...REMEMBERING, CACHE_STALE_MS: '0' });
      const first = await ask(one, 1);
      await ask(one, 2);
      await redis.run(async (client) => {
        const keys = await answersKept(client, 2);
        expect((await ask(two, 1)).extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1, asOf: null });
        // As if it had been there for a minute.
        for (const key of keys) await client.pexpire(key, (await client.pttl(key)) - 60_000);
      });
      const second = await ask(two, 2);
      expect(second.extensions.upstream).toMatchObject({ calls: 1, cacheHits: 0 });
      expect(second.data).not.toEqual(first.data);
    });

    test('is told by when it was answered', async () => {
      const { sandbox, one, two, pass } = await startApart(REMEMBERING);
      const before = Date.now();
      await ask(one, 1);
      const after = Date.now();
      await redis.run(async (client) => {
        const [key = ''] = await answersKept(client, 1);
        // Twice as if half of the minute that it is fresh had passed.
        const passAtRedis = async () => client.pexpire(key, (await client.pttl(key)) - 30_000);
        await passAtRedis();
        expect((await ask(two, 1)).extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1, asOf: null });
        await passAtRedis();
        pass(30_000);
      });
      sandbox.addFault({ status: 503, retryAfter: 300, times: 1000 });
      await eventually('an answer that is shown for want of a new one', async () => {
        const { asOf } = (await ask(two, 1)).extensions.upstream;
        if (asOf === null) return false;
        expect(Date.parse(asOf)).toBeGreaterThanOrEqual(before);
        expect(Date.parse(asOf)).toBeLessThanOrEqual(after);
        return true;
      });
    });

    test('is forgotten when upstream refuses the credentials', async () => {
      const { sandbox, one, two } = await startApart(REMEMBERING);
      await ask(one, 1);
      await redis.run((client) => answersKept(client, 1));
      sandbox.addFault({ status: 401, times: 1 });
      await ask(two, 2);
      const three = await startGateway({ upstream: sandbox, env: { ...REMEMBERING, REDIS_URL: redis.url } });
      expect((await ask(three, 1)).extensions.upstream).toMatchObject({ calls: 1, cacheHits: 0 });
    });
  });

  type Value = Record<'body', string> & Record<'ageMs' | 'sinceAskedMs' | 'keepMs', number>;
  const WRONG: readonly [string, (value: Value) => unknown][] = [
    ['an answer of another shape', (value) => ({ ...value, body: '{"docs":7}' })],
    ['an answer that is not JSON', (value) => ({ ...value, body: '<html>' })],
    ['an answer from the future', (value) => ({ ...value, ageMs: -3_600_000 })],
    ['an answer that was kept for longer than that', (value) => ({ ...value, keepMs: 1000 })],
    ['an answer without an age', (value) => ({ ...value, ageMs: undefined })],
    ['a list', () => []],
    ['nothing', () => null],
  ];

  /** The seal of an account that signs in with the sandbox's key. */
  const sealOf = ({ linked_account_id: account }: typeof DEMO) =>
    apiKeyCredential('API_KEY', DEMO['x-api-key'], account).seal;

  /** Asks one replica, spoils what it has left in Redis, and asks the other. */
  async function askSpoilt(spoil: (sealed: string, target: string) => string) {
    const { sandbox, one, two } = await startTwo(REMEMBERING);
    const truth = await ask(one, 1);
    const [{ path, query } = { path: '', query: '' }] = sandbox.requests();
    const target = `${path.replace('/api/v2', '')}?${query}`;
    await redis.run(async (client) => {
      const [key = ''] = await answersKept(client, 1);
      await client.set(key, spoil((await client.get(key)) ?? '', target), 'KEEPTTL');
    });
    const answer = await ask(two, 1);
    expect(answer.data).toEqual(truth.data);
    return answer.extensions.upstream;
  }

  test.each(WRONG)('is not believed when it is %s', async (_name, spoil) => {
    const upstream = await askSpoilt((sealed, target) => {
      const value = JSON.parse(sealOf(DEMO).open(sealed, target) ?? '') as Value;
      return sealOf(DEMO).close(JSON.stringify(spoil(value)), target);
    });
    expect(upstream).toMatchObject({ calls: 1, cacheHits: 0 });
  });

  test('is believed when it is closed with its owner’s credentials, about its own question', async () => {
    const upstream = await askSpoilt((sealed, target) =>
      sealOf(DEMO).close(sealOf(DEMO).open(sealed, target) ?? '', target),
    );
    expect(upstream).toMatchObject({ calls: 0, cacheHits: 1 });
  });

  const ELSEWHERE: readonly [string, (text: string, target: string) => string][] = [
    ['another owner', (text, target) => sealOf(OTHER).close(text, target)],
    ['another question', (text, target) => sealOf(DEMO).close(text, target.replace('page=1', 'page=2'))],
    ['nobody', (text) => text],
    ['a hand that changed it', (text, target) => flipped(sealOf(DEMO).close(text, target))],
    ['a hand that cut it', (text, target) => sealOf(DEMO).close(text, target).slice(0, 20)],
  ];

  test.each(ELSEWHERE)('is not believed when it is of %s', async (_name, close) => {
    const upstream = await askSpoilt((sealed, target) =>
      close(sealOf(DEMO).open(sealed, target) ?? '', target),
    );
    expect(upstream).toMatchObject({ calls: 1, cacheHits: 0 });
  });

  test('cannot be read in Redis', async () => {
    const { one } = await startTwo(REMEMBERING);
    const { data } = await ask(one, 1);
    const [id = ''] = data.executions.nodes.map((node) => node.id);
    await redis.run(async (client) => {
      await answersKept(client, 1);
      for (const key of await client.keys('*')) {
        const kept = (await client.type(key)) === 'string' ? ((await client.get(key)) ?? '') : '';
        for (const text of [kept, Buffer.from(kept, 'base64').toString('latin1')]) {
          expect(text).not.toContain(id);
          expect(text).not.toContain('docs');
        }
      }
    });
  });

  test('is not believed when it is no JSON, or no value at all', async () => {
    const { one, two } = await startTwo(REMEMBERING);
    for (const [number, spoil] of [
      ['SET', '{"owner":'],
      ['LPUSH', 'rubbish'],
    ].entries()) {
      const truth = await ask(one, number + 1);
      await redis.run(async (client) => {
        const keys = await answersKept(client, number + 1);
        await client.del(keys);
        for (const key of keys) await client.call(spoil[0] ?? '', key, spoil[1] ?? '');
      });
      const answer = await ask(two, number + 1);

      expect(answer.data).toEqual(truth.data);
      expect(answer.extensions.upstream).toMatchObject({ calls: 1, cacheHits: 0 });
    }
  });
});

describe('the rate', () => {
  beforeEach(() => redis.start());

  test('is kept to by all of them together', async () => {
    const { sandbox, gateways } = await startReplicas(4, REAL_RATE, ENFORCED);
    const answers = await Promise.all(
      Array.from({ length: 48 }, (_, index) => ask(at(gateways, index), index + 1)),
    );

    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(callsOf(sandbox)).toBe(48);
    expectWithinRate(sandbox);
  });

  test('is kept to when all of them are held up, and come back at the same time', async () => {
    const { sandbox, gateways } = await startReplicas(4, REAL_RATE, ENFORCED);
    const clients = demand(gateways);
    for (let times = 0; times < 5; times++) {
      await clients.answers(12);
      // Longer than it takes for a turn of each to come, and shorter than the others count on a replica.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    }

    expect(await clients.end()).toEqual([]);
    expectWithinRate(sandbox);
  });

  test('is all there for one of them while the others do not need it', async () => {
    const { sandbox, gateways } = await startReplicas(4, REAL_RATE, ENFORCED);
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) => ask(at(gateways, 0), index + 1)),
    );

    // With a quarter of the rate turns would be 200 ms apart.
    expect(partReservedWithin(100)).toBeGreaterThan(0.5);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expectWithinRate(sandbox);
  });

  test('has the part of a replica no more that has stopped', async () => {
    const { gateways } = await startReplicas(2, REAL_RATE, ENFORCED);
    await shared(2);
    await gateways[1]?.app.stop();

    // Whoever has not said goodbye is still there, if only for the rest of its lease.
    const named = await redis.run(async (client) => {
      const [key = ''] = await client.keys('*:members');
      return client.zcard(key);
    });
    expect(named).toBeLessThanOrEqual(1);
  });
});

describe('without Redis', () => {
  interface Trouble {
    readonly name: string;
    readonly begin: () => unknown;
    readonly end: () => unknown;
  }
  const TROUBLES: readonly Trouble[] = [
    { name: 'crashes and comes back empty', begin: () => redis.kill(), end: () => redis.start() },
    {
      name: 'hangs',
      begin: () => {
        redis.freeze();
      },
      end: () => {
        redis.thaw();
      },
    },
    {
      name: 'is too slow',
      begin: () => redis.run((client) => client.client('PAUSE', 1500)),
      end: () => undefined,
    },
  ];

  test.each(TROUBLES)('all is served while it $name, within the rate', async ({ begin, end }) => {
    await redis.start();
    const { sandbox, gateways } = await startTwo(REAL_RATE, ENFORCED, PROMPT_MS);
    const clients = demand(gateways);
    await clients.answers(10);
    await begin();
    await connectionsAre(gateways, 0);
    await clients.answers(20);
    await end();
    await connectionsAre(gateways, 1);
    await shared(2);
    await clients.answers(20);

    expect(await clients.end()).toEqual([]);
    expectWithinRate(sandbox);
  });

  const LOSSES: readonly [string, (server: RedisServer, gateways: readonly Gateway[]) => Promise<unknown>][] =
    [
      ['is flushed', (server) => server.run((client) => client.flushall())],
      [
        'is full of rubbish',
        (server) =>
          server.run(async (client) => {
            for (const key of await client.keys('*')) await client.set(key, 'rubbish');
          }),
      ],
      [
        'loses every connection',
        (server) => server.run((client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal')),
      ],
      [
        'hangs for a moment',
        async (server, gateways) => {
          server.freeze();
          await connectionsAre(gateways, 0);
          server.thaw();
        },
      ],
    ];

  test.each(LOSSES)('all is served when it %s, again and again, within the rate', async (_name, lose) => {
    await redis.start();
    const { sandbox, gateways } = await startTwo(REAL_RATE, ENFORCED, PROMPT_MS);
    const clients = demand(gateways);
    for (let times = 0; times < 3; times++) {
      await clients.answers(10);
      await lose(redis, gateways);
      await clients.answers(5);
      await shared(2);
    }

    expect(await clients.end()).toEqual([]);
    expectWithinRate(sandbox);
  });

  test('all is served from the start, and shared once it is there', async () => {
    const { sandbox, gateways, one, two } = await startTwo(
      { ...REAL_RATE, ...REMEMBERING },
      ENFORCED,
      PROMPT_MS,
    );
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => ask(at(gateways, index), index + 1)),
    );
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);

    await redis.start();
    await connectionsAre(gateways, 1);
    await shared(2);
    await ask(one, 20);
    expect((await ask(two, 20)).extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
    expectWithinRate(sandbox);
  });

  test('gateways stop', async () => {
    await redis.start();
    const { one, two } = await startTwo({}, {}, PROMPT_MS);
    redis.freeze();
    await one.app.stop();
    redis.thaw();
    await redis.kill();
    await two.app.stop();

    await expect(fetch(one.url)).rejects.toThrow('fetch failed');
    await expect(fetch(two.url)).rejects.toThrow('fetch failed');
  });
});
