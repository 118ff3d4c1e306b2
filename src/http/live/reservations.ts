import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Results } from './desk.ts';
import type { ConnectionQuota, Quota } from './quota.ts';
import type { Stream } from './stream.ts';

/** A stream for any number of operations, which are asked for by requests of their own. */
export interface Reservation {
  readonly token: string;
  /** By the ids that the client has given them. */
  readonly operations: Map<string, Results>;
  readonly quota: ConnectionQuota;
  /** Resolves once it is opened. */
  readonly opened: Promise<Stream>;
  /** Opens it, once. */
  readonly open: (stream: Stream) => void;
  readonly isOpen: () => boolean;
  /** Ends its operations, and forgets it. */
  readonly drop: () => void;
}

/** The streams that are reserved, open or not. */
export interface Reservations {
  /** @returns null: the caller has too many that are not open, or there are too many in all */
  add(identity: string): Reservation | null;
  /** The one of this token, if it is this caller's. */
  of(identity: string, token: string): Reservation | null;
}

/** How long a stream may be reserved and not opened. */
const RESERVED_MS = 30_000;
/** How many of one caller's may be. */
const MAX_WAITING = 20;

/** Builds the list: nothing is reserved yet. */
export function createReservations(quota: Quota, clock: Clock, maxReservations: number): Reservations {
  const all = new Map<string, { readonly identity: string; readonly reservation: Reservation }>();
  const waitingOf = (identity: string) =>
    [...all.values()].filter((one) => one.identity === identity && !one.reservation.isOpen()).length;

  return {
    add: (identity) => {
      if (all.size >= maxReservations || waitingOf(identity) >= MAX_WAITING) return null;
      const token = randomUUID();
      const operations = new Map<string, Results>();
      const { promise: opened, resolve } = Promise.withResolvers<Stream>();
      let isOpen = false;
      const drop = () => {
        cancel();
        all.delete(token);
        for (const results of operations.values()) void results.return();
        operations.clear();
      };
      const cancel = clock.after(RESERVED_MS, drop);
      const open = (stream: Stream) => {
        cancel();
        isOpen = true;
        resolve(stream);
      };
      const reservation: Reservation = {
        token,
        operations,
        quota: quota.ofConnection(),
        opened,
        open,
        isOpen: () => isOpen,
        drop,
      };
      all.set(token, { identity, reservation });
      return reservation;
    },
    of: (identity, token) => {
      const found = all.get(token);
      return found?.identity === identity ? found.reservation : null;
    },
  };
}
