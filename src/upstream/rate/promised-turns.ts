import type { Clock } from '../../clock.ts';
import type { PromisedTurns } from '../call.ts';
import { rateLimited } from '../failure.ts';
import type { Operation } from '../operation.ts';
import { isInTime, waitMsAt, type Outlook } from './wait-estimate.ts';

/** A group whose turns are promised, until none of it will come any more. */
interface Group {
  readonly tenant: string;
  readonly operation: Operation;
  /** How many of it have not had their turn yet. */
  left: number;
}

/** What a limiter knows when it is asked for a promise. */
export interface Standing {
  readonly clock: Clock;
  readonly outlook: () => Outlook;
  /** How many are in the queue that somebody waits for and that nothing was promised to. */
  readonly others: () => number;
}

/**
 * Builds what promises turns to groups of requests: all of a group are served, or it is refused as a whole before any of
 * it is sent. A group is let in where it will be in time, and every other one that has a promise still is. One that comes
 * when nobody else waits gets as far as it gets.
 */
export function createPromises({ clock, outlook, others }: Standing) {
  const groups = new Set<Group>();

  /** How many turns it takes until a group has had its last: tenants take turns, one for each of those of the others. */
  const turnsOf = ({ tenant, left }: Group, all: readonly Group[]) =>
    all.reduce((sum, other) => sum + (other.tenant === tenant ? other.left : Math.min(other.left, left)), 0);

  const refusalOf = (newcomer: Group) => {
    const [now, before] = [clock.now(), others()];
    const promised = [...groups].reduce((sum, { left }) => sum + left, 0);
    if (before + promised === 0) return null;
    const all = [...groups, newcomer].filter(({ left }) => left > 0);
    const areInTime = all.every((group) => {
      const waitMs = waitMsAt(before + turnsOf(group, all) - 1, now, outlook());
      return isInTime(waitMs, now, group.operation.deadline);
    });
    // When all that is promised has gone there is room for sure.
    return areInTime ? null : rateLimited(waitMsAt(before + promised, now, outlook()));
  };

  return (tenant: string, operation: Operation, count: number): PromisedTurns => {
    const group = { tenant, operation, left: count };
    const refusal = refusalOf(group);
    if (refusal === null) groups.add(group);
    return {
      refusal,
      use: () => {
        group.left = Math.max(0, group.left - 1);
      },
      end: () => {
        groups.delete(group);
      },
    };
  };
}
