import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { apiKeyCredential, sessionTokenCredential, type Credential } from '../../src/domain/credential.ts';
import { createSeal } from '../../src/domain/seal.ts';
import { momentOf } from '../../src/domain/moment.ts';
import { createLoaders } from '../../src/loaders/loaders.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { NO_METRICS } from '../../src/observability/no-metrics.ts';
import * as memoryStore from '../../src/upstream/cache/memory-store.ts';
import { targetOf, type Send, type UpstreamCall } from '../../src/upstream/call.ts';
import { createCapabilities } from '../../src/upstream/capabilities.ts';
import { systemClock } from '../../src/clock.ts';
import { failureOf, timedOut } from '../../src/upstream/failure.ts';
import { createLedger, type Operation } from '../../src/upstream/operation.ts';
import type { SharedRedis } from '../../src/redis/shared-redis.ts';
import * as sharedStore from '../../src/upstream/cache/shared-store.ts';
import { createPageLimits } from '../../src/upstream/endpoints/page-limits.ts';
import { createUpstream } from '../../src/upstream/endpoints/upstream.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

jest.setTimeout(3_600_000);

const RUNS = Number(process.env['INTERLEAVINGS'] ?? 3000);
/** Within so many a weakened key must be found out. */
const RUNS_TO_CATCH = 1000;

/** Same account under different keys, different accounts under the same key, and some with tokens. */
const TENANTS: readonly Credential[] = [
  ...['one', 'two', 'three'].map((token) => sessionTokenCredential(token, null)),
  ...['a', 'b', 'c'].map((account) => apiKeyCredential('API_KEY', 'key-1', account)),
  ...['a', 'b'].map((account) => apiKeyCredential('API_KEY', 'key-2', account)),
  apiKeyCredential('SERVER_KEY', 'key-3', 'a'),
];

/** Whose a credential is, as upstream sees it: without the help of its identity. */
function ownerOf(credential: Credential): string {
  return credential.kind === 'SESSION_TOKEN'
    ? credential.token.reveal()
    : `${credential.apiKey.reveal()} ${credential.linkedAccountId}`;
}

/** How upstream may answer an attempt. */
const OUTCOMES = ['ok', 'ok', 'ok', 'ok', 401, 404, 503, 'hangs'] as const;
const QUESTIONS = ['executions', 'execution', 'workflows', 'applications', 'mutation'] as const;

const visit = fc.record({
  tenant: fc.nat(TENANTS.length - 1),
  replica: fc.nat(1),
  question: fc.constantFrom(...QUESTIONS),
  leaves: fc.boolean(),
});

const course = fc.record({
  scheduler: fc.scheduler(),
  /** What each of the tenants asks, and what some of them ask besides. */
  visits: fc
    .tuple(fc.array(visit, { minLength: 9, maxLength: 9 }), fc.array(visit, { maxLength: 5 }))
    .map(([each, more]) => [...each.map((one, tenant) => ({ ...one, tenant })), ...more]),
  outcomes: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 4, maxLength: 12 }),
  redisFails: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  passing: fc.array(fc.constantFrom(20, 300, 2500, 11_000), { maxLength: 4 }),
});

type Course = typeof course extends fc.Arbitrary<infer T> ? T : never;

/** A mistake to be found: keys that do not tell tenants apart. */
interface Weakness {
  readonly identityOf?: (credential: Credential) => string;
  readonly store?: (store: memoryStore.CacheStore) => memoryStore.CacheStore;
  readonly shared?: (shared: sharedStore.SharedStore) => sharedStore.SharedStore;
}

/** The weakness of every replica that is connected from now on. */
let weakness: Weakness = {};

jest.unstable_mockModule('../../src/upstream/cache/memory-store.ts', () => ({
  ...memoryStore,
  createCacheStore: (...args: Parameters<typeof memoryStore.createCacheStore>) => {
    const store = memoryStore.createCacheStore(...args);
    return weakness.store?.(store) ?? store;
  },
}));
jest.unstable_mockModule('../../src/upstream/cache/shared-store.ts', () => ({
  ...sharedStore,
  createSharedStore: (...args: Parameters<typeof sharedStore.createSharedStore>) => {
    const shared = sharedStore.createSharedStore(...args);
    return weakness.shared?.(shared) ?? shared;
  },
}));
const { connectUpstream } = await import('../../src/upstream/connect.ts');

const nothing = () => undefined;

/** Takes turns among values, for ever. */
function cycle<T>(values: readonly [T, ...T[]] | readonly T[], fallback: T): () => T {
  let next = 0;
  return () => values[next++ % values.length] ?? fallback;
}

/** Upstream: every name in an answer says whose it is. Answers come in the scheduler's order. */
function createAttempt({ scheduler, outcomes }: Course, clock: FakeClock): Send {
  const outcome = cycle(outcomes, 'ok');
  return async (call) => {
    const { signal } = call.operation;
    signal.throwIfAborted();
    const result = outcome();
    await scheduler.schedule(Promise.resolve(), 'upstream');
    signal.throwIfAborted();
    if (result === 'hangs') {
      await new Promise<void>((resolve) => clock.after(2000, resolve));
      throw timedOut('Upstream did not answer in time');
    }
    if (result !== 'ok') throw failureOf(result, undefined, null);
    const json = answerTo(call);
    const moment = momentOf(clock);
    return { value: call.read(json, moment), body: JSON.stringify(json), ...moment };
  };
}

function answerTo({ route, credential }: UpstreamCall<unknown>): unknown {
  const row = { _id: 'w1', name: ownerOf(credential) };
  if (route === '/application') return [row];
  if (route === '/workflow/{id}') return row;
  return { docs: [row], totalDocs: 1, totalPages: 1, hasNextPage: false };
}

/** What is in Redis, and until when on the clock. */
type Values = Map<string, { readonly value: string; readonly until: number }>;

/** Redis: what it is asked to do happens in the scheduler's order, or not at all. Nothing is in it for too long. */
function createFakeRedis(
  { scheduler, redisFails }: Course,
  clock: FakeClock,
  values: Values,
): Pick<SharedRedis, 'connection' | 'membership'> {
  const fails = cycle(redisFails, false);
  const redis = {
    multi: () => {
      const results: [null, unknown][] = [];
      const commands = {
        mget: (...keys: string[]) => {
          results.push([null, keys.map((key) => values.get(key)?.value ?? null)]);
          return commands;
        },
        pttl: (key: string) => {
          results.push([null, Math.ceil((values.get(key)?.until ?? -Infinity) - clock.now())]);
          return commands;
        },
        exec: () => Promise.resolve(results),
      };
      return commands;
    },
    set: (key: string, value: string | number, _px: 'PX', keepMs: number, ...options: unknown[]) => {
      if (options.includes('NX') && values.has(key)) return Promise.resolve(null);
      values.set(key, { value: String(value), until: clock.now() + keepMs });
      return Promise.resolve('OK');
    },
    del: (key: string) => Promise.resolve(Number(values.delete(key))),
  };
  const connection: SharedRedis['connection'] = {
    attempt: async (run) => {
      const isAway = fails();
      await scheduler.schedule(Promise.resolve(), 'redis');
      return isAway ? null : run(redis as unknown as Redis);
    },
    awayMs: () => 0,
  };
  // It shares answers and not the rate, of which each replica has its part.
  const start = () => Promise.resolve();
  const membership: SharedRedis['membership'] = {
    replica: '',
    leaseEnd: -Infinity,
    time: () => null,
    sharing: () => Promise.resolve(false),
    rejoin: () => Promise.resolve(false),
    leave: nothing,
    start,
    stop: start,
  };
  return { connection, membership };
}

/** A gateway's way upstream, with every policy, and what it knows of upstream. */
interface Replica {
  readonly send: Send;
  readonly capabilities: ReturnType<typeof createCapabilities>;
}

function createReplica(run: Course, clock: FakeClock, values: Values): Replica {
  const fresh = {
    list: 2000,
    running: 2000,
    terminal: 60_000,
    workflow: 5000,
    application: 5000,
    notFound: 1000,
  };
  const { send } = connectUpstream({
    attempt: createAttempt(run, clock),
    url: new URL('http://upstream.example'),
    attemptTimeoutMs: 2000,
    maxResponseBytes: 1_000_000,
    rate: { perSecond: 40, burst: 16 },
    rateScope: 'gateway',
    maxQueue: 100,
    replicas: 2,
    redis: createFakeRedis(run, clock, values),
    cache: { fresh, staleMs: 10_000, staleIfErrorMs: 60_000, maxBytes: 1_000_000 },
    clock,
    metrics: NO_METRICS,
    logger: createLogger('silent'),
  });
  return { send, capabilities: createCapabilities(systemClock) };
}

/** Everything that somebody asks, by the names in the answers. */
async function namesFor(
  { send, capabilities }: Replica,
  credential: Credential,
  operation: Operation,
  question: (typeof QUESTIONS)[number],
): Promise<(string | null)[]> {
  const limits = createPageLimits(10, () => 0)(() => credential.identity);
  const upstream = createUpstream(
    async (request) => (await send({ ...request, credential, operation })).value,
    capabilities.of(() => credential.identity),
    limits,
  );
  const promise = () => ({ refusal: null, round: 0, left: () => 0, use: nothing, end: nothing });
  const told = (runs: readonly unknown[]) => Promise.resolve(runs.map(() => null));
  const redact = (text: string) => text;
  const loaders = createLoaders({
    upstream,
    elastic: () => upstream,
    told,
    redact,
    promise,
    now: () => 0,
  });
  switch (question) {
    case 'executions':
      return (await upstream.execution.newest({}, 10)).items.map(({ name }) => name);
    case 'execution':
      return [(await loaders.workflow.load('w1')).name];
    case 'workflows':
      return Promise.all(
        ['w1', 'w2'].map((id) =>
          loaders.workflow.load(id).then(
            ({ name }) => name,
            () => ownerOf(credential),
          ),
        ),
      );
    case 'applications':
      return [(await loaders.application.load('w1')).name];
    case 'mutation': {
      const request = { method: 'POST', route: '/workflow/{id}', path: '/workflow/w1', query: {} } as const;
      const read = (body: unknown) => (body as { name: string }).name;
      return [(await send({ ...request, read, freshness: () => 'workflow', credential, operation })).value];
    }
  }
}

/** Lives through a course; answers every answer that was not the asker's own. */
async function strayAnswers(run: Course): Promise<string[]> {
  const { scheduler, visits, passing } = run;
  const clock = createFakeClock();
  const values: Values = new Map();
  const replicas = [0, 1].map(() => createReplica(run, clock, values));
  const strays: string[] = [];
  let open = visits.length;

  for (const { tenant, replica, question, leaves } of visits) {
    const truth = TENANTS[tenant];
    const asked = replicas[replica];
    if (truth === undefined || asked === undefined) throw new Error('There is no such tenant or replica');
    const identity = weakness.identityOf?.(truth) ?? truth.identity;
    const client = new AbortController();
    void scheduler
      .schedule(Promise.resolve(), 'visit')
      .then(() =>
        namesFor(
          asked,
          { ...truth, identity },
          {
            requestId: 'r',
            priority: 'interactive',
            deadline: clock.now() + 5000,
            signal: client.signal,
            ledger: createLedger(),
            trace: null,
          },
          question,
        ),
      )
      .then((names) => {
        strays.push(...names.filter((name): name is string => name !== ownerOf(truth)));
      })
      .catch(nothing)
      .finally(() => {
        open -= 1;
      });
    if (leaves) {
      void scheduler.schedule(Promise.resolve(), 'leaving').then(() => {
        client.abort(new Error('The client has left'));
      });
    }
  }
  for (const ms of passing) {
    void scheduler.schedule(Promise.resolve(), 'time').then(() => {
      clock.advance(ms);
    });
  }
  for (;;) {
    await scheduler.waitIdle();
    if (open === 0) return strays;
    const [nextMs] = clock.due();
    if (nextMs === undefined) await new Promise((resolve) => setImmediate(resolve));
    else clock.advance(nextMs);
  }
}

function isolation(ofAll: Weakness = {}) {
  weakness = ofAll;
  return fc.asyncProperty(course, async (run) => {
    expect(await strayAnswers(run)).toEqual([]);
  });
}

test(`in ${String(RUNS)} interleavings no answer reaches another tenant`, async () => {
  await expect(fc.assert(isolation(), { numRuns: RUNS })).resolves.toBeUndefined();
});

describe('a weakened key is found out:', () => {
  const anybody = (call: UpstreamCall<unknown>) => ({
    ...call,
    credential: { ...call.credential, identity: '', seal: createSeal('anybody') },
  });
  const WEAKNESSES: Record<string, Weakness> = {
    'no identity anywhere': { identityOf: () => '' },
    'no linked account': {
      identityOf: (credential) =>
        credential.kind === 'SESSION_TOKEN' ? credential.identity : credential.apiKey.reveal(),
    },
    'no API key': {
      identityOf: (credential) =>
        credential.kind === 'SESSION_TOKEN' ? credential.identity : credential.linkedAccountId,
    },
    'no identity in the key of a flight': { store: (store) => ({ ...store, keyOf: targetOf }) },
    'no identity in the keys of Redis, and one seal for all': {
      shared: (shared) => ({
        ...shared,
        get: async (call) => shared.get(anybody(call) as typeof call),
        set: (call, answer, askedAt) => shared.set(anybody(call), answer, askedAt),
      }),
    },
  };

  test.each(Object.entries(WEAKNESSES))('%s', async (_name, ofAll) => {
    const { failed } = await fc.check(isolation(ofAll), { numRuns: RUNS_TO_CATCH, endOnFailure: true });

    expect(failed).toBe(true);
  });
});

test('keys of Redis that tell nobody apart show nobody anything: each value opens for its owner alone', async () => {
  const nameless = (call: UpstreamCall<unknown>) => ({
    ...call,
    credential: { ...call.credential, identity: '' },
  });
  const ofAll: Weakness = {
    shared: (shared) => ({
      ...shared,
      get: async (call) => shared.get(nameless(call) as typeof call),
      set: (call, answer, askedAt) => shared.set(nameless(call), answer, askedAt),
    }),
  };
  const found = await fc.check(isolation(ofAll), { numRuns: RUNS_TO_CATCH / 4, endOnFailure: true });

  expect(found.failed).toBe(false);
});
