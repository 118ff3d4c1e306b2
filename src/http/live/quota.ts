import { tooManyOpen } from '../../domain/overload.ts';
import type { GatewayError } from '../../domain/errors.ts';

/** How many operations may be open; see `settings/live.ts`. */
export interface QuotaLimits {
  readonly maxOperations: number;
  readonly maxOperationsPerCaller: number;
  readonly maxOperationsPerConnection: number;
  readonly maxConnectionsPerCaller: number;
}

/** The operations that are open over one connection. */
export interface ConnectionQuota {
  readonly open: () => number;
  /**
   * Counts another one, until the answer is called; or says why it is refused.
   * @param identity whose it is; null: of somebody who has not signed in
   */
  take(identity: string | null): (() => void) | GatewayError;
}

/** Counts the operations that are open, and the connections that take any number of them. */
export interface Quota {
  /** Of all connections. */
  readonly open: () => number;
  /** Begins to count those of another connection. */
  ofConnection(): ConnectionQuota;
  /**
   * Counts a connection, until the answer is called.
   * @param identity whose it is; null: of somebody who has not signed in
   * @returns null: the caller has too many
   */
  enter(identity: string | null): (() => void) | null;
}

/** Builds the count. */
export function createQuota(limits: QuotaLimits): Quota {
  const operations = createCounts();
  const connections = createCounts();
  let inAll = 0;
  return {
    open: () => inAll,
    ofConnection: () => {
      let here = 0;
      return {
        open: () => here,
        take: (identity) => {
          if (here >= limits.maxOperationsPerConnection) return tooManyOpen('over this connection');
          if (operations.of(identity) >= limits.maxOperationsPerCaller) return tooManyOpen('for this caller');
          if (inAll >= limits.maxOperations) return tooManyOpen('in all');
          [here, inAll] = [here + 1, inAll + 1];
          const leave = operations.add(identity);
          let isOver = false;
          return () => {
            if (isOver) return;
            isOver = true;
            [here, inAll] = [here - 1, inAll - 1];
            leave();
          };
        },
      };
    },
    enter: (identity) =>
      connections.of(identity) < limits.maxConnectionsPerCaller ? connections.add(identity) : null,
  };
}

/** Counts things by whose they are. */
function createCounts() {
  const counts = new Map<string | null, number>();
  const of = (identity: string | null) => counts.get(identity) ?? 0;
  return {
    of,
    /** Counts another one, until the answer is called, once. */
    add: (identity: string | null) => {
      counts.set(identity, of(identity) + 1);
      return () => {
        const left = of(identity) - 1;
        if (left === 0) counts.delete(identity);
        else counts.set(identity, left);
      };
    },
  };
}
