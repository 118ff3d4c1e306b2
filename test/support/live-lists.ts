import { setImmediate } from 'node:timers/promises';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import { DAY_MS } from '../../src/domain/day.ts';
import { loadConfig } from '../../src/config.ts';
import { apiKeyCredential, type Credential } from '../../src/domain/credential.ts';
import type { ExecutionChanges } from '../../src/domain/execution-changes.ts';
import type { ExecutionFilter } from '../../src/domain/model.ts';
import { createLive } from '../../src/live/live.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';
import type { Hints } from '../../src/redis/hints.ts';
import { createSharedRedis } from '../../src/redis/shared-redis.ts';
import { createCapabilities } from '../../src/upstream/capabilities.ts';
import { upstreamFor } from '../../src/live/upstream-for.ts';
import { createPageLimits } from '../../src/upstream/endpoints/page-limits.ts';
import { connectUpstream } from '../../src/upstream/connect.ts';
import { startOperation } from '../../src/upstream/operation.ts';
import { systemClock } from '../../src/clock.ts';
import { createWatchers, eventually, inTime } from './eventually.ts';
import { createFakeClock, createSandboxClock, START_MS, type FakeClock } from './fake-clock.ts';
import { DIRECT } from './settings.ts';
import { startUpstream } from './gateway.ts';

/** Who watches in tests, unless told otherwise. */
const DEMO_ACCOUNT = 'demo@example.com';

/** A replica of what watches lists, over an upstream of its own or one that it shares. */
export interface LiveSetup {
  readonly upstream?: Sandbox;
  readonly sandbox?: SandboxOptions;
  readonly env?: Record<string, string>;
  /** Shared with other replicas, whose time is one. */
  readonly clock?: FakeClock;
  /** With Redis, time is the machine's own, as Redis's is. */
  readonly redisUrl?: string;
  /** What other replicas are told by, in place of Redis. */
  readonly hints?: Hints;
}

const running: { stop(): Promise<void> }[] = [];

/** Stops everything that the test has started; for `afterEach`, before upstreams are stopped. */
export async function stopLists(): Promise<void> {
  for (const part of running.splice(0)) await part.stop();
}

/** Somebody who watches. */
function createViewer(stream: AsyncIterable<ExecutionChanges>) {
  const iterator = stream[Symbol.asyncIterator]();
  return {
    /** The next frame. */
    next: async (): Promise<ExecutionChanges> => {
      const result = await inTime('a frame', iterator.next());
      if (result.done === true) throw new Error('There is no next frame');
      return result.value;
    },
    /** What `next` of the stream itself answers. */
    raw: () => inTime('a frame, or the end', iterator.next()),
    leave: () => iterator.return?.(),
  };
}

/** What is read for those who watch, counted. */
function countTicks(metrics: Metrics) {
  const watchers = createWatchers();
  let count = 0;
  const live: Metrics['live'] = {
    ...metrics.live,
    ticked: () => {
      // The next one is set when all that comes of this one is done.
      void setImmediate().then(() => {
        count += 1;
        watchers.notify();
      });
    },
  };
  return {
    metrics: { ...metrics, live },
    count: () => count,
    until: (wanted: number) =>
      watchers.until(
        () => `${String(wanted)} readings, of which ${String(count)} were made`,
        () => count >= wanted,
      ),
  };
}

/** Starts a replica on a clock that the test moves. */
export async function startLists(setup: LiveSetup = {}) {
  const fakeClock = setup.clock ?? createFakeClock(START_MS + DAY_MS);
  const clock = setup.redisUrl === undefined ? fakeClock : systemClock;
  const sandbox = setup.upstream ?? (await startUpstream({ clock: createSandboxClock(), ...setup.sandbox }));
  // The runs that it begins with have ended by then.
  if (setup.upstream === undefined) sandbox.advanceClock(DAY_MS);
  const config = loadConfig({
    UPSTREAM_URL: sandbox.url,
    ...DIRECT,
    ...(setup.redisUrl !== undefined && { REDIS_URL: setup.redisUrl }),
    ...setup.env,
  });
  const ticks = countTicks(createMetrics());
  const { metrics } = ticks;
  const logger = createLogger('silent');
  const redis =
    config.redis === null
      ? null
      : createSharedRedis({
          target: config.redis,
          upstreamUrl: config.upstream.url,
          commandTimeoutMs: 2000,
          clock: systemClock,
          metrics,
          logger,
        });
  await redis?.start();
  if (redis !== null) await eventually('Redis', () => redis.connection.awayMs() === 0);
  const { cache, limits, replicas } = config;
  const upstream = connectUpstream({
    ...config.upstream,
    replicas,
    redis,
    cache,
    outdatedAt: () => -Infinity,
    clock,
    metrics,
    logger,
  });
  const accounts = new Map<string, string>();
  const live = createLive({
    send: upstream.send,
    capabilities: createCapabilities(clock),
    accounts: {
      of: ({ identity, linkedAccountId }) => linkedAccountId ?? accounts.get(identity) ?? null,
      note: ({ identity }, linkedAccountId) => accounts.set(identity, linkedAccountId),
    },
    maxPageSize: limits.maxPageSize,
    pace: config.feeds.pace,
    feeds: config.feeds,
    runs: config.runs,
    budgetOf: upstream.budgetOf,
    hints: setup.hints ?? redis?.hints ?? null,
    clock,
    metrics,
    tracing: null,
  });
  running.push({
    stop: async () => {
      live.stop();
      upstream.close();
      await redis?.stop();
    },
  });

  const { send } = upstream;
  const capabilities = createCapabilities(clock);
  const pageLimits = createPageLimits(limits.maxPageSize, () => clock.now());
  const watch = (
    filter: ExecutionFilter = {},
    after: string | null = null,
    credential: Credential = apiKeyCredential('API_KEY', 'tk_demo', DEMO_ACCOUNT),
  ) => {
    const operation = startOperation(clock, {
      requestId: 'test',
      priority: 'interactive',
      timeoutMs: 5000,
      tooLate: 'Too late',
    });
    operation.end();
    const stream = live
      .forCaller({
        credential: () => credential,
        operation,
        upstream: upstreamFor({ send, credential, capabilities, pageLimits, tracing: null }, operation),
      })
      .executions(filter, after);
    return { ...createViewer(stream), operation };
  };

  return {
    clock: fakeClock,
    sandbox,
    live,
    ticks,
    watch,
    /** Lets time pass until the next reading, and that be made. */
    tick: async (ms = 2000) => {
      await setImmediate();
      const wanted = ticks.count() + 1;
      fakeClock.advance(ms);
      await ticks.until(wanted);
    },
    /** What upstream was asked since the last time that this was called, such as `list`, `list RUNNING` or `run`. */
    asked: createJournal(sandbox),
    /** Adds a run that goes on until the sandbox's time has come; answers its id. */
    begin: (endStatus = 'COMPLETED', durationMs = 3_600_000): string =>
      sandbox.addExecutions({ account: DEMO_ACCOUNT, endStatus, durationMs })[0] ?? '',
  };
}

function createJournal(sandbox: Sandbox) {
  let known = sandbox.requests().length;
  return (): string[] => {
    const requests = sandbox.requests().slice(known);
    known += requests.length;
    return requests.map(({ path, query }) => {
      const params = new URLSearchParams(query);
      if (!path.endsWith('/execution')) return path.includes('/execution/') ? 'run' : path;
      const page = params.get('page') ?? '1';
      return ['list', params.get('status'), page === '1' ? null : page]
        .filter((part) => part !== null)
        .join(' ');
    });
  };
}

/** What a frame tells, such as `CREATED 6541… RUNNING`, with ids as they are called in the test. */
export function toldIn(
  { changes }: ExecutionChanges,
  names: Readonly<Record<string, string>> = {},
): string[] {
  const nameOf = (id: string) => Object.entries(names).find(([, known]) => known === id)?.[0] ?? id;
  return changes.map(({ kind, execution }) => `${kind} ${nameOf(execution.id)} ${execution.status}`);
}
