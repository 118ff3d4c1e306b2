import type { Clock } from '../../clock.ts';
import type { GatewayError } from '../../domain/errors.ts';
import { rateLimited } from '../failure.ts';
import type { Operation } from '../operation.ts';
import type { PromisedTurns } from '../turns.ts';
import { shareAfter, turnsFor } from './demand.ts';
import type { FairQueue, Queued } from './fair-queue.ts';
import { isInTime, waitMsAt, type Outlook } from './wait-estimate.ts';

/** Groups whose turns are promised, and of what they requested, what operations have needed of late. */
interface Promised {
  /** No `Set`, which would keep those that have ended; see `UnderWay`. */
  readonly groups: Group[];
  share: number;
}

/** A group, until none of it will come any more. */
class Group implements PromisedTurns {
  readonly operation: Operation;
  readonly round: number;
  refusal: GatewayError | null = null;
  readonly #promised: Promised;
  readonly #requested: number;
  /** How many of it have not had their turn yet. */
  #coming: number;
  /** How many have. */
  #used = 0;

  /** @param requested how many it could need in all, where it is a whole operation; otherwise 0 */
  constructor(promised: Promised, operation: Operation, round: number, coming: number, requested: number) {
    this.#promised = promised;
    this.operation = operation;
    this.round = round;
    this.#coming = coming;
    this.#requested = requested;
  }

  left(): number {
    return this.#coming;
  }

  use(): void {
    this.#coming = Math.max(0, this.#coming - 1);
    this.#used += 1;
  }

  end(): void {
    const { groups, share } = this.#promised;
    const index = groups.indexOf(this);
    if (index < 0) return;
    groups.splice(index, 1);
    if (this.#requested === 0) return;
    this.#promised.share = shareAfter(share, this.#requested, this.#used);
  }
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
  const promised: Promised = { groups: [], share: 1 };

  const refusalOf = (newcomer: Group) => {
    const now = clock.now();
    let all = queue.unreserved;
    let inFront = all;
    for (const group of promised.groups) {
      const left = group.left();
      all += left;
      if (group.round <= newcomer.round) inFront += left;
    }
    if (all === 0) return null;
    const waitMs = waitMsAt(inFront + newcomer.left() - 1, now, outlook());
    if (isInTime(waitMs, now, newcomer.operation.deadline)) return null;
    // When all that is promised has gone there is room for sure.
    return rateLimited(waitMsAt(all, now, outlook()));
  };

  /**
   * @param count how many it needs for certain
   * @param requested how many it could need in all, where it is a whole operation
   */
  return (tenant: string, operation: Operation, count: number, requested = 0): PromisedTurns => {
    const coming = requested === 0 ? count : Math.max(count, turnsFor(requested, promised.share));
    const group = new Group(promised, operation, queue.nextRound(tenant), coming, requested);
    group.refusal = refusalOf(group);
    if (group.refusal === null) {
      queue.reserve(tenant);
      promised.groups.push(group);
    }
    return group;
  };
}

/** What was promised to all of an operation, for a part of it, whose end is not the end of the others. */
export function partOf(all: PromisedTurns): PromisedTurns {
  return {
    refusal: all.refusal,
    round: all.round,
    left: () => all.left(),
    use: () => {
      all.use();
    },
    end: () => undefined,
  };
}
