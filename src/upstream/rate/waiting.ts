import type { Clock } from '../../clock.ts';
import { errorTypeOf } from '../../observability/operation-trace.ts';
import { SPANS } from '../../observability/span-attributes.ts';
import type { Operation } from '../operation.ts';
import { rateLimited } from '../failure.ts';
import type { Queued } from './fair-queue.ts';
import { SERVICE_MS } from './wait-estimate.ts';

/** A request that waits for its turn. One of the three ends its wait. */
export interface Waiting extends Queued {
  readonly operation: Operation;
  /** It has been promised a turn in time. */
  readonly isPromised: boolean;
  /** It is its turn. */
  grant(): void;
  /** @param waitMs how long a turn would have taken */
  refuse(waitMs: number): void;
  /** Nobody can tell when its turn is. */
  fail(error: Error): void;
}

/** Where a request waits. */
export interface WaitingRoom {
  readonly clock: Clock;
  enter(waiting: Waiting): void;
  leave(waiting: Waiting): void;
  /** How long a newcomer would have to wait. */
  waitMs(): number;
}

/**
 * Waits for a request's turn. Rejects with RATE_LIMITED where it is refused, or there is no time left to be served
 * in, and with the signal's reason when that aborts.
 */
export function waitForTurn(
  { tenant, operation, isPromised, round }: Pick<Waiting, 'tenant' | 'operation' | 'isPromised' | 'round'>,
  room: WaitingRoom,
): Promise<void> {
  const { clock } = room;
  const { priority, signal } = operation;
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const leftMs = () => operation.deadline - SERVICE_MS - clock.now();
    const wait = operation.trace?.start('internal', SPANS.wait) ?? null;
    wait?.set({ 'refold.priority': priority });
    const settle = (error?: unknown) => {
      if (error !== undefined) wait?.fail(errorTypeOf(error));
      wait?.end();
      cancelExpiry();
      signal.removeEventListener('abort', giveUp);
    };
    const waiting: Waiting = {
      tenant,
      priority,
      operation,
      isPromised,
      round,
      grant: () => {
        settle();
        resolve();
      },
      refuse: (waitMs) => {
        waiting.fail(rateLimited(waitMs));
      },
      fail: (error) => {
        settle(error);
        reject(error);
      },
    };
    const giveUp = () => {
      room.leave(waiting);
      waiting.fail(signal.reason);
    };
    // The deadline moves when others come to wait for the same answer, so it is looked at again when it is due.
    const expire = () => {
      if (leftMs() > 0) {
        cancelExpiry = clock.after(leftMs(), expire);
        return;
      }
      room.leave(waiting);
      waiting.refuse(room.waitMs());
    };
    let cancelExpiry = clock.after(Math.max(0, leftMs()), expire);
    signal.addEventListener('abort', giveUp, { once: true });
    room.enter(waiting);
  });
}
