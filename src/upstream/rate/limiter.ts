import { delay, type Clock } from '../../clock.ts';
import type { Credential } from '../../domain/credential.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Bucket } from './bucket.ts';
import type { Operation, Send } from '../call.ts';
import { rateLimited, UpstreamError } from '../failure.ts';
import { createFairQueue, type Queued } from './fair-queue.ts';

/** One bucket with a queue in front of it. */
export interface Limiter {
  /** How many requests wait. */
  readonly size: number;
  /**
   * Waits for the right to send one request; answers how long that took, in milliseconds.
   * Rejects with RATE_LIMITED at once when the wait would outlast the operation, and with the signal's reason when
   * that aborts.
   */
  acquire(tenant: string, operation: Operation): Promise<number>;
  /** Sends nothing for so long; what cannot wait for that is refused. */
  pause(pauseMs: number): void;
}

interface Waiting extends Queued {
  readonly operation: Operation;
  readonly grant: () => void;
  readonly refuse: (waitMs: number) => void;
}

/** What a request needs to still have of its time, once sent, to be worth sending. */
const SERVICE_MS = 100;
/** How much longer than foreseen a wait may turn out. */
const CAUTION = 1.1;
/** How much the pace of the last request tells of the next. */
const PACE_WEIGHT = 0.2;
/** Pause after a 429 that does not say for how long. */
const DEFAULT_PAUSE_MS = 250;
/** However long upstream wants to be left alone, it is asked again after this. */
const MAX_PAUSE_MS = 3_600_000;

/**
 * Builds a limiter.
 * @param paceMs how far apart requests are when the bucket is in steady use
 * @param maxQueue how many may wait; the last in line gives way
 */
export function createLimiter(bucket: Bucket, paceMs: number, maxQueue: number, clock: Clock): Limiter {
  const queue = createFairQueue<Waiting>();
  let pumping = false;
  /** When the next request goes, as far as is known; when the last one went; how far apart they are of late. */
  let nextAt = -Infinity;
  let lastAt: number | null = null;
  let currentPaceMs = paceMs;
  let pausedUntil = -Infinity;

  /** When the queue was last made to wait: who came later than that has not waited, only been served. */
  let heldAt = -Infinity;

  const hold = async (delayMs: number) => {
    await delay(clock, delayMs);
    heldAt = clock.now();
  };

  /** Measures while there is demand: between one request and the next that was already waiting for its turn. */
  const notePace = () => {
    const now = clock.now();
    if (lastAt !== null) currentPaceMs += (now - lastAt - currentPaceMs) * PACE_WEIGHT;
    currentPaceMs = Math.max(paceMs, currentPaceMs);
    lastAt = now;
  };

  const pump = async () => {
    if (pumping) return;
    pumping = true;
    while (queue.size > 0) {
      const delayMs = await bucket.reserve();
      nextAt = clock.now() + delayMs;
      // Nobody could tell before when the first turn is.
      if (lastAt === null) shedFrom(0);
      if (delayMs > 0) await hold(delayMs);
      while (pausedUntil > clock.now()) {
        await hold(pausedUntil - clock.now());
        // A pause says nothing of the pace.
        lastAt = null;
      }
      const next = queue.shift();
      if (next === undefined) {
        bucket.giveBack();
      } else {
        notePace();
        next.grant();
      }
    }
    pumping = false;
    lastAt = null;
  };

  /** How long whoever is at that place has to wait, as far as is known. */
  const waitMsAt = (place: number): number => {
    const now = clock.now();
    return Math.max(0, nextAt - now, pausedUntil - now) + place * currentPaceMs;
  };

  /** Refuses whatever from this place on cannot be served in time any more, or has no room. */
  const shedFrom = (place: number) => {
    const now = clock.now();
    let position = place;
    for (const waiting of queue.from(place)) {
      const waitMs = waitMsAt(position);
      if (position < maxQueue && now + waitMs * CAUTION + SERVICE_MS <= waiting.operation.deadline) {
        position += 1;
      } else {
        queue.remove(waiting);
        waiting.refuse(waitMs);
      }
    }
  };

  return {
    get size() {
      return queue.size;
    },
    acquire: (tenant, operation) =>
      new Promise((resolve, reject) => {
        const { priority, signal } = operation;
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const since = clock.now();
        const settle = (outcome: () => void) => {
          cancelExpiry();
          signal.removeEventListener('abort', leave);
          outcome();
        };
        const waiting: Waiting = {
          tenant,
          priority,
          operation,
          grant: () => {
            settle(() => {
              resolve(heldAt >= since ? clock.now() - since : 0);
            });
          },
          refuse: (waitMs) => {
            settle(() => {
              reject(rateLimited(waitMs));
            });
          },
        };
        const leave = () => {
          queue.remove(waiting);
          settle(() => {
            reject(signal.reason as Error);
          });
        };
        // The deadline moves when others come to wait for the same answer, so it is looked at again when it is due.
        const expire = () => {
          const leftMs = operation.deadline - SERVICE_MS - clock.now();
          if (leftMs > 0) {
            cancelExpiry = clock.after(leftMs, expire);
            return;
          }
          queue.remove(waiting);
          waiting.refuse(waitMsAt(queue.size));
        };
        let cancelExpiry = clock.after(Math.max(0, operation.deadline - SERVICE_MS - since), expire);
        signal.addEventListener('abort', leave, { once: true });
        shedFrom(queue.push(waiting));
        void pump();
      }),
    pause: (askedMs) => {
      const pauseMs = Math.min(askedMs, MAX_PAUSE_MS);
      bucket.pause(pauseMs);
      pausedUntil = Math.max(pausedUntil, clock.now() + pauseMs);
      shedFrom(0);
    },
  };
}

/** Finds the limiter that a credential's calls count towards. */
export type LimiterFor = (credential: Credential) => Limiter;

/** Holds every attempt until upstream's rate allows it, and lets upstream's own refusals pause the bucket. */
export function withLimiter(limiterFor: LimiterFor, metrics: Metrics, send: Send): Send {
  return async (call) => {
    const { credential, operation } = call;
    const limiter = limiterFor(credential);
    const waitedMs = await limiter.acquire(credential.identity, operation).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'RATE_LIMITED') metrics.refused(operation.priority);
      throw error;
    });
    operation.ledger.waitedMs += waitedMs;
    metrics.waited(operation.priority, waitedMs);
    try {
      return await send(call);
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'RATE_LIMITED') {
        limiter.pause(error.details.retryAfterMs ?? DEFAULT_PAUSE_MS);
      }
      throw error;
    }
  };
}
