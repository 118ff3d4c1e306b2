import { setImmediate } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import { apiKeyCredential, type Credential } from '../../src/domain/credential.ts';
import type { Hint } from '../../src/domain/hint.ts';
import { createSeen } from '../../src/live/seen.ts';
import { createWatchedRuns, type WatchedRunsOptions } from '../../src/live/watched-runs.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { SharedRedis } from '../../src/redis/shared-redis.ts';
import { createCapabilities } from '../../src/upstream/capabilities.ts';
import { connectUpstream } from '../../src/upstream/connect.ts';
import { createPageLimits } from '../../src/upstream/endpoints/page-limits.ts';
import { createUpstream } from '../../src/upstream/endpoints/upstream.ts';
import { startOperation } from '../../src/upstream/operation.ts';
import { createWatchers } from './eventually.ts';
import { createFakeClock, START_MS } from './fake-clock.ts';
import { sandboxWith } from './sandbox.ts';

export const DEMO_CREDENTIAL = apiKeyCredential('API_KEY', 'tk_demo', 'demo@example.com');
export const OTHER_CREDENTIAL = apiKeyCredential('API_KEY', 'tk_demo', 'other@example.com');

/** How often what runs is read, and what does not. */
export const PACE = { fastMs: 2000, slowMs: 10_000 };

/** What nothing in a test waits for. */
const LONG_MS = 1_000_000;

const FRESH = {
  list: 2000,
  running: 2000,
  terminal: 3_600_000,
  workflow: 5000,
  application: 5000,
  notFound: 5000,
};

const started: (() => void)[] = [];

afterEach(() => {
  for (const stop of started.splice(0)) stop();
});

/** What a test may set up. */
export interface Setup extends Partial<WatchedRunsOptions> {
  readonly sandbox?: SandboxOptions;
  /** A sandbox that others are in front of, too. */
  readonly upstream?: Sandbox;
  /** What is shared with other replicas. */
  readonly redis?: SharedRedis | null;
  readonly pageSize?: number;
}

/** Runs watched over a sandbox of their own; both are on a time that moves only when told to, unless a clock is given. */
export async function startWatchedRuns({
  sandbox: sandboxOptions,
  upstream: shared,
  redis = null,
  pageSize = 100,
  ...options
}: Setup = {}) {
  const clock = createFakeClock(START_MS);
  const time = options.clock ?? clock;
  const metrics = createMetrics();
  const sandbox =
    shared ??
    (await sandboxWith({
      ...(options.clock ? {} : { clock: { now: () => clock.date() } }),
      ...sandboxOptions,
    }));
  const upstream = connectUpstream({
    url: new URL(sandbox.url),
    attemptTimeoutMs: LONG_MS,
    maxResponseBytes: 10_000_000,
    rate: { perSecond: 100_000, burst: 100_000 },
    rateScope: 'gateway',
    maxQueue: 1000,
    replicas: 1,
    redis,
    cache: { fresh: FRESH, staleMs: 0, staleIfErrorMs: 0, maxBytes: 50_000_000 },
    clock: time,
    metrics,
    logger: createLogger('silent'),
  });
  const seen: Hint[] = [];
  const watchers = createWatchers();
  let ticks = 0;
  const ticked: typeof metrics.live.ticked = (...labels) => {
    metrics.live.ticked(...labels);
    ticks += 1;
    watchers.notify();
  };
  const parts = {
    send: upstream.send,
    capabilities: createCapabilities(time),
    pageLimits: createPageLimits(pageSize, () => time.now()),
    clock: time,
    tracing: null,
  };
  const runs = createWatchedRuns({
    ...parts,
    metrics: { ...metrics, live: { ...metrics.live, ticked } },
    pace: PACE,
    maxRuns: 1000,
    maxRunsPerCaller: 1000,
    onSeen: (hint) => {
      seen.push(hint);
      tellOthers(hint);
    },
    ...options,
  });
  const tellOthers = createSeen(redis?.hints ?? null, (hint) => {
    runs.wake(hint);
  });
  started.push(() => {
    runs.stop();
    upstream.close();
  });

  const callerOf = (credential: Credential) => {
    const operation = startOperation(time, {
      requestId: 'test',
      priority: 'interactive',
      timeoutMs: LONG_MS,
      tooLate: 'The operation took too long',
    });
    const identity = () => credential.identity;
    const ask: Parameters<typeof createUpstream>[0] = async (request) =>
      (await upstream.send({ ...request, credential, operation })).value;
    return {
      credential,
      operation,
      upstream: createUpstream(ask, parts.capabilities.of(identity), parts.pageLimits(identity)),
    };
  };

  return {
    clock,
    metrics,
    sandbox,
    runs,
    seen,
    /** Watches a run as somebody does. */
    watch: (id: string, { wantsDetail = false, credential = DEMO_CREDENTIAL } = {}) =>
      runs.watch(callerOf(credential), id, wantsDetail),
    /** Reads the newest runs, as a query does. */
    readList: () => callerOf(DEMO_CREDENTIAL).upstream.execution.newestPage({}),
    /** Adds runs that go on for so long. */
    add: (count: number, durationMs: number, endStatus = 'COMPLETED', account = 'demo@example.com') =>
      sandbox.addExecutions({ account, count, durationMs, endStatus }),
    /** When what is set falls due, without the time-outs of questions. */
    due: () => clock.due().filter((ms) => ms < LONG_MS / 2),
    /** What upstream was asked since the last time, each as its path and what matters of its query. */
    asked: askedOf(sandbox),
    /** Lets time pass, and waits until so many readings are over. */
    tick: async (ms = PACE.fastMs, readings = 1) => {
      const until = ticks + readings;
      clock.advance(ms);
      await watchers.until(`${String(readings)} readings`, () => ticks >= until);
      // What follows a reading at once has been done then.
      await setImmediate();
    },
  };
}

function askedOf(sandbox: Awaited<ReturnType<typeof sandboxWith>>) {
  let told = 0;
  return () => {
    const all = sandbox.requests();
    const asked = all.slice(told).map(({ path, query }) => {
      const { searchParams } = new URL(`${path}?${query}`, sandbox.url);
      const status = searchParams.get('status');
      return `${path.replace('/api/v2/public', '')}${status === null ? '' : ` ${status}`}`;
    });
    told = all.length;
    return asked;
  };
}
