import type { Clock } from '../../clock.ts';
import { rateLimited } from '../failure.ts';
import type { Operation } from '../operation.ts';
import type { PromisedTurns } from '../turns.ts';
import { shareAfter, turnsFor } from './demand.ts';
import type { FairQueue, Queued } from './fair-queue.ts';
import { isInTime, waitMsAt, type Outlook } from './wait-estimate.ts';

/** A group whose turns are promised, until none of it will come any more. */
interface Group {
  readonly tenant: string;
  readonly operation: Operation;
  readonly round: number;
  /** How many of it have not had their turn yet. */
  left: number;
  /** How many have. */
  used: number;
}

/** What a limiter knows when it is asked for a promise. */
export interface Standing {
  readonly clock: Clock;
  readonly outlook: () => Outlook;
  /** What it promises turns in; nothing was promised to what has no turn reserved. */
  readonly queue: Pick<FairQueue<Queued>, 'nextRound' | 'reserve' | 'unreserved'>;
}

/**
 * Builds what promises turns to groups of requests, such as all of an operation: all of a group are served, or it is refused
 * as a whole before any of it is sent. Groups are served in rounds, one of each tenant in each, and a group goes on in its
 * own round however late the rest of it comes. It is let in where it will be in time when all in front of it are served. Those
 * behind it are further groups of tenants who ask more. One that comes when nobody else waits gets as far as it gets.
 */
export function createPromises({ clock, outlook, queue }: Standing) {
  const groups = new Set<Group>();
  /** Of what they requested, what operations have needed of late. */
  let share = 1;

  const refusalOf = (newcomer: Group) => {
    const now = clock.now();
    let all = queue.unreserved;
    let inFront = all;
    for (const { round, left } of groups) {
      all += left;
      if (round <= newcomer.round) inFront += left;
    }
    if (all === 0) return null;
    const waitMs = waitMsAt(inFront + newcomer.left - 1, now, outlook());
    if (isInTime(waitMs, now, newcomer.operation.deadline)) return null;
    // When all that is promised has gone there is room for sure.
    return rateLimited(waitMsAt(all, now, outlook()));
  };

  /**
   * @param count how many it needs for certain
   * @param requested how many it could need in all, where it is a whole operation
   */
  return (tenant: string, operation: Operation, count: number, requested = 0): PromisedTurns => {
    const left = requested === 0 ? count : Math.max(count, turnsFor(requested, share));
    const group: Group = { tenant, operation, round: queue.nextRound(tenant), left, used: 0 };
    const refusal = refusalOf(group);
    if (refusal === null) {
      queue.reserve(tenant);
      groups.add(group);
    }
    return {
      refusal,
      round: group.round,
      left: () => group.left,
      use: () => {
        group.left = Math.max(0, group.left - 1);
        group.used += 1;
      },
      end: () => {
        if (groups.delete(group) && requested > 0) share = shareAfter(share, requested, group.used);
      },
    };
  };
}
