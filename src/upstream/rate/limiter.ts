import { delay, type Clock } from '../../clock.ts';
import type { Credential } from '../../domain/credential.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Bucket } from './bucket.ts';
import type { Send, UpstreamCall } from '../call.ts';
import { UpstreamError } from '../failure.ts';
import { enter, type Operation } from '../operation.ts';
import { DEFAULT_RETRY_AFTER_MS } from '../retry-after.ts';
import type { PromisedTurns } from '../turns.ts';
import { createFairQueue, type FairQueue, type Queued } from './fair-queue.ts';
import { createPromises, partOf } from './promised-turns.ts';
import { hopelessOf, isInTime, paceAfter, waitMsAt, type Hopeless, type Outlook } from './wait-estimate.ts';
import { waitForTurn, type Waiting, type WaitingRoom } from './waiting.ts';

/** One bucket with a queue in front of it. */
export interface Limiter {
  /** How many requests wait. */
  readonly size: number;
  /** How many requests could be sent at once now. */
  available(): number;
  /** Takes the right to send one request where it is there at once, and nobody waits for it. */
  take(tenant: string, operation: Operation, turns?: PromisedTurns): boolean;
  /**
   * Waits for the right to send one request; answers how long that took, in milliseconds.
   * Rejects with RATE_LIMITED at once when the wait would outlast the operation, and with the signal's reason when
   * that aborts.
   * @param turns what was promised to the group that the request is one of: it is refused where the group is
   */
  acquire(tenant: string, operation: Operation, turns?: PromisedTurns): Promise<number>;
  /** Promises turns in time to as many requests of an operation, or to none; see `createPromises`. */
  promise(tenant: string, operation: Operation, count: number, requested?: number): PromisedTurns;
  /** How long somebody's request would have to wait, in milliseconds, as far as is known. */
  waitMs(tenant: string): number;
  /** Sends nothing for so long; what cannot wait for that is refused. */
  pause(pauseMs: number): void;
}

/** What a limiter knows of its turns: those to come, and the last one. Times are on the clock's `now()`. */
interface Turns {
  outlook: Outlook;
  /** When the last request went, if the queue has not been empty or made to pause since. */
  lastAt: number | null;
  /** When the queue was last made to wait: who came later than that has not waited, only been served. */
  heldAt: number;
}

/** Gives out the bucket's turns, one after the other, for as long as there is somebody in the queue. */
function createPump(bucket: Bucket, queue: FairQueue<Waiting>, turns: Turns, paceMs: number, clock: Clock) {
  const hold = async (untilMs: number) => {
    const leftMs = untilMs - clock.now();
    if (leftMs <= 0) return;
    await delay(clock, leftMs);
    turns.heldAt = clock.now();
  };

  const waitOutPause = async () => {
    while (turns.outlook.pausedUntil > clock.now()) {
      await hold(turns.outlook.pausedUntil);
      // A pause says nothing of the pace.
      turns.lastAt = null;
    }
  };

  const give = (next: Waiting) => {
    const now = clock.now();
    const gapMs = turns.lastAt === null ? null : now - turns.lastAt;
    turns.outlook = { ...turns.outlook, paceMs: paceAfter(turns.outlook.paceMs, gapMs, paceMs) };
    turns.lastAt = now;
    next.grant();
  };

  let isRunning = false;
  /** @param onFirst called when it is known when the first turn is, which nobody could tell before */
  const run = async (onFirst: () => void): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    while (queue.size > 0) {
      const delayMs = await bucket.reserve(queue.at(0)?.operation.trace).catch((error: unknown) => {
        // A defect is told to one who waits; the others still have their turns.
        queue.shift()?.fail(error as Error);
        return null;
      });
      if (delayMs === null) continue;
      const nextAt = delayMs + clock.now();
      turns.outlook = { ...turns.outlook, nextAt };
      if (turns.lastAt === null) onFirst();
      await hold(nextAt);
      await waitOutPause();
      if (clock.now() - nextAt > bucket.missedAfterMs) continue;
      const next = queue.shift();
      if (next === undefined) bucket.giveBack();
      else give(next);
    }
    isRunning = false;
    turns.lastAt = null;
  };

  /**
   * Whether there is a turn at once, and nobody who waits for it; it is taken then. What nobody waits for queues all the
   * same: people who ask in the same moment come first.
   */
  const pass = ({ tenant, priority, round }: Queued, deadline: number): boolean => {
    const now = clock.now();
    if (priority !== 'interactive') return false;
    const isFree = !isRunning && queue.size === 0 && turns.outlook.pausedUntil <= now;
    if (!isFree || !isInTime(0, now, deadline) || !bucket.take()) return false;
    queue.pass({ tenant, priority, round });
    return true;
  };

  return { run, pass };
}

/** Decides who may stay in the queue. */
function createAdmission(queue: FairQueue<Waiting>, turns: Turns, maxQueue: number, clock: Clock) {
  const deadlineOf = ({ operation }: Waiting) => operation.deadline;
  const hopelessFrom = (position: number) =>
    hopelessOf(queue, position, { now: clock.now(), outlook: turns.outlook, room: maxQueue, deadlineOf });

  const refuseAll = (hopeless: readonly Hopeless<Waiting>[]) => {
    for (const { item, waitMs } of hopeless) {
      queue.remove(item);
      item.refuse(waitMs);
    }
  };

  /** Refuses whatever from this position on cannot be served in time any more, or has no room. */
  const shedFrom = (position: number) => {
    refuseAll(hopelessFrom(position));
  };

  /** Lets a newcomer in, unless others would not get what they were promised. */
  const admit = (newcomer: Waiting) => {
    const position = queue.push(newcomer);
    const hopeless = hopelessFrom(position);
    const isInTheWay = !newcomer.isPromised && hopeless.some(({ item }) => item.isPromised);
    if (!isInTheWay) {
      refuseAll(hopeless);
      return;
    }
    queue.remove(newcomer);
    newcomer.refuse(waitMsAt(queue.size, clock.now(), turns.outlook));
    shedFrom(position);
  };

  return { admit, shedFrom };
}

/**
 * Builds a limiter.
 * @param paceMs how far apart requests are when the bucket is in steady use
 * @param maxQueue how many may wait; the last in line gives way
 */
export function createLimiter(bucket: Bucket, paceMs: number, maxQueue: number, clock: Clock): Limiter {
  const queue = createFairQueue<Waiting>();
  const turns: Turns = {
    outlook: { nextAt: -Infinity, pausedUntil: -Infinity, paceMs },
    lastAt: null,
    heldAt: -Infinity,
  };
  const pump = createPump(bucket, queue, turns, paceMs, clock);

  const { admit, shedFrom } = createAdmission(queue, turns, maxQueue, clock);

  const room: WaitingRoom = {
    clock,
    enter: (waiting) => {
      admit(waiting);
      void pump.run(() => {
        shedFrom(0);
      });
    },
    leave: (waiting) => {
      queue.remove(waiting);
    },
    waitMs: () => waitMsAt(queue.size, clock.now(), turns.outlook),
  };

  const promise = createPromises({ clock, outlook: () => turns.outlook, queue });

  const take: Limiter['take'] = (tenant, operation, promised) => {
    const { priority, deadline, signal } = operation;
    if (signal.aborted || (promised?.refusal ?? null) !== null) return false;
    if (!pump.pass({ tenant, priority, round: roundOf(operation, promised) }, deadline)) return false;
    promised?.use();
    return true;
  };

  return {
    get size() {
      return queue.size;
    },
    available: () => (queue.size > 0 || turns.outlook.pausedUntil > clock.now() ? 0 : bucket.available()),
    promise,
    take,
    acquire: async (tenant, operation, promised) => {
      if (promised?.refusal) throw promised.refusal;
      if (take(tenant, operation, promised)) return 0;
      const since = clock.now();
      const round = roundOf(operation, promised);
      const isPromised = round !== undefined;
      await waitForTurn({ tenant, operation, isPromised, round }, room).finally(() => promised?.use());
      return turns.heldAt >= since ? clock.now() - since : 0;
    },
    waitMs: (tenant) => {
      const now = clock.now();
      // Without a queue, nobody has asked the bucket when the next turn is.
      const idleMs = bucket.available() > 0 ? 0 : paceMs;
      const nextAt = queue.size > 0 ? turns.outlook.nextAt : now + idleMs;
      const position = queue.positionOf({ tenant, priority: 'interactive' });
      return waitMsAt(position, now, { ...turns.outlook, nextAt });
    },
    pause: (pauseMs) => {
      bucket.pause(pauseMs);
      const pausedUntil = Math.max(turns.outlook.pausedUntil, clock.now() + pauseMs);
      turns.outlook = { ...turns.outlook, pausedUntil };
      shedFrom(0);
    },
  };
}

/** The round that was promised to a request. A refresh that one of the group has set off gives way like any other. */
function roundOf({ priority }: Operation, promised: PromisedTurns | undefined): number | undefined {
  return priority === 'interactive' ? promised?.round : undefined;
}

/** Finds the limiter that a credential's calls count towards. */
export type LimiterFor = (credential: Credential) => Limiter;

/** What a call may use of what was promised to its operation, which is done with the first that needs a turn. */
function turnsOf({ turns, operation, credential }: UpstreamCall<unknown>, limiter: Limiter) {
  if (turns !== undefined || operation.priority !== 'interactive') return turns;
  return promiseToAll(operation, limiter, credential.identity, 1) ?? undefined;
}

/**
 * Promises turns in time to an operation, or to none of its calls: to as many as it is likely to need.
 * @param least how many it needs for certain
 */
function promiseToAll(
  operation: Operation,
  limiter: Limiter,
  tenant: string,
  least: number,
): PromisedTurns | null {
  const { demand } = operation;
  const requested = demand?.requested() ?? null;
  if (demand === undefined || requested === null) return null;
  return (demand.turns ??= limiter.promise(tenant, operation, least, requested));
}

/** Promises turns to some calls of an operation: those that were promised to the whole of it, as far as they are enough. */
export function promiseTo(
  operation: Operation,
  limiter: Limiter,
  tenant: string,
  count: number,
): PromisedTurns {
  const all = promiseToAll(operation, limiter, tenant, count);
  const isEnough = all !== null && (all.refusal !== null || all.left() >= count);
  return isEnough ? partOf(all) : limiter.promise(tenant, operation, count);
}

/** Holds every attempt until upstream's rate allows it, and lets upstream's own refusals pause the bucket. */
export function withLimiter(limiterFor: LimiterFor, metrics: Metrics, send: Send): Send {
  return async (call) => {
    const { credential, operation } = call;
    const limiter = limiterFor(credential);
    const turns = turnsOf(call, limiter);
    const { identity } = credential;
    const waitedMs = limiter.take(identity, operation, turns)
      ? 0
      : await limiter.acquire(identity, operation, turns).catch((error: unknown) => {
          if (error instanceof GatewayError && error.code === 'RATE_LIMITED')
            metrics.refused(operation.priority);
          throw error;
        });
    enter(operation.ledger, { waitedMs });
    metrics.waited(operation.priority, waitedMs, operation.trace);
    try {
      return await send(call);
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'RATE_LIMITED') {
        limiter.pause(error.details.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS);
      }
      throw error;
    }
  };
}
