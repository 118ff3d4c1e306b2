import { systemClock, type Clock } from '../../src/clock.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import { createRandom, type Random } from '../support/random.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import {
  startGateway,
  startServer,
  startUpstream,
  stopAll,
  type Answer,
  type Gateway,
  type Setup,
} from '../support/gateway.ts';
import { createRedisServer, type RedisServer } from '../support/redis-process.ts';

/** How long the parts of a run took that its row has marked, the longest of each. */
export interface Times {
  /** By the wall clock. */
  wallMs: number;
  /** By the world's clock. */
  clockMs: number;
}

/** What a row has at hand. All of it is let go of after the row. */
export interface World {
  readonly seed: number;
  readonly random: Random;
  /** Whether the wall clock counts: `npm run faults`. */
  readonly isTimed: boolean;
  /**
   * The gateways' time. It moves only when told to, except in `npm run faults`: there it is the machine's own, `advance`
   * does nothing, and `until` does not wait. So a row that awaits what happens, and then moves time, is right in both.
   */
  readonly clock: FakeClock;
  /** Real sandboxes, without a rate limit unless one is set. */
  sandbox(options?: SandboxOptions): Promise<Sandbox>;
  /** A server whose answers the row writes itself; answers its URL. */
  server: typeof startServer;
  /** A real gateway with the world's clock; see `Setup`. Several with one `upstream` and `redis` are replicas. */
  gateway(setup?: Setup): Promise<Gateway>;
  /** A gateway whose own time is the machine's: for what it leaves to timers of others, such as those of Redis. */
  gatewayOnRealTime(setup?: Setup): Promise<Gateway>;
  /** A way to a server on which things go wrong. */
  proxy(targetUrl: string): Promise<FaultProxy>;
  /** A Redis server that runs. Only for rows of the part that has its turn at Redis. */
  redis(): Promise<RedisServer>;
  /** Lets pass every wait that is over within so long, until the answer is there: retries, above all. */
  answered<T>(asking: Promise<T>, withinMs?: number): Promise<T>;
  /** Marks the part of the run that the row's bound is for. */
  timed<T>(part: () => Promise<T>): Promise<T>;
  /**
   * Marks the quickest of several runs of a part: what takes a few milliseconds takes longer whenever another program is
   * busy, and never less.
   */
  timedAtBest(part: () => Promise<unknown>): Promise<void>;
  /** Is called after the row, the last one first. */
  onEnd(stop: () => unknown): void;
}

/** How often a part is run of which the quickest run counts. */
const RUNS_AT_BEST = 10;

/** The settings that a deployment would have, where the wall clock counts. */
const REAL_TIMES = { UPSTREAM_TIMEOUT_MS: '2000', OPERATION_TIMEOUT_MS: '5000' };

/** Time as it is, for rows that would move it. Its time of day can be set all the same. */
function createMachineClock(): FakeClock {
  let aheadMs = 0;
  return {
    ...systemClock,
    date: () => systemClock.date() + aheadMs,
    setBy: (ms) => {
      aheadMs += ms;
    },
    advance: () => undefined,
    due: () => [],
    until: () => Promise.resolve(),
  };
}

/** Builds a world, and what ends it. */
export function createWorld(seed: number, isTimed: boolean) {
  const clock = isTimed ? createMachineClock() : createFakeClock();
  const times: Times = { wallMs: NaN, clockMs: NaN };
  const ends: (() => unknown)[] = [stopAll];
  const random = createRandom(seed);

  const keep = async <T extends { stop(): unknown }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    ends.push(() => part.stop());
    return part;
  };
  const start = (on: Clock, setup: Setup = {}) =>
    startGateway({ clock: on, ...setup, env: { ...(isTimed && REAL_TIMES), ...setup.env } });

  const world: World = {
    seed,
    random,
    isTimed,
    clock,
    sandbox: startUpstream,
    server: startServer,
    gateway: (setup) => start(clock, setup),
    gatewayOnRealTime: (setup) => start(systemClock, setup),
    proxy: (targetUrl) => keep(startFaultProxy(targetUrl, seed)),
    redis: async () => {
      const redis = await createRedisServer();
      ends.push(() => {
        redis.thaw();
        return redis.kill();
      });
      await redis.start();
      return redis;
    },
    answered: (asking, withinMs = 500) => (isTimed ? asking : passWaits(clock, asking, withinMs)),
    timed: async (part) => {
      const [wallMs, clockMs] = [performance.now(), clock.now()];
      const answer = await part();
      times.wallMs = longer(times.wallMs, performance.now() - wallMs);
      times.clockMs = longer(times.clockMs, clock.now() - clockMs);
      return answer;
    },
    timedAtBest: async (part) => {
      const before = { ...times };
      const runs: Times[] = [];
      for (let run = 0; run < (isTimed ? RUNS_AT_BEST : 1); run++) {
        Object.assign(times, before);
        await world.timed(part);
        runs.push({ ...times });
      }
      runs.sort((one, other) => one.wallMs - other.wallMs);
      Object.assign(times, runs[0]);
    },
    onEnd: (stop) => void ends.push(stop),
  };
  const end = async () => {
    for (const stop of ends.splice(0).reverse()) await stop();
  };
  return { world, times, end };
}

function longer(oneMs: number, otherMs: number): number {
  return Number.isNaN(oneMs) ? otherMs : Math.max(oneMs, otherMs);
}

/** Moves the clock on to each timer that is due soon, until there is an answer. */
export async function passWaits<T>(clock: FakeClock, asking: Promise<T>, withinMs = 500): Promise<T> {
  const answer = asking.then((value) => ({ value }));
  for (;;) {
    const wait = clock.until(([soonest = Infinity]) => soonest <= withinMs).then(() => null);
    const first = await Promise.race([answer, wait]);
    if (first !== null) return first.value;
    clock.advance(clock.due()[0] ?? 0);
  }
}

/** The codes of an answer's errors, by path. */
export function codesOf({ errors }: Answer): Record<string, string> {
  return Object.fromEntries(errors.map(({ path = [], extensions }) => [path.join('.'), extensions.code]));
}
