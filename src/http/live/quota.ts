import { tooManyOpen } from '../../domain/overload.ts';
import type { GatewayError } from '../../domain/errors.ts';

/** How many operations may be open; see `settings/live.ts`. */
export interface QuotaLimits {
  readonly maxOperations: number;
  readonly maxOperationsPerCaller: number;
  readonly maxOperationsPerConnection: number;
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

/** Counts the operations that are open. */
export interface Quota {
  /** Of all connections. */
  readonly open: () => number;
  /** Begins to count those of another connection. */
  ofConnection(): ConnectionQuota;
}

/** Builds the count. */
export function createQuota(limits: QuotaLimits): Quota {
  const ofCallers = new Map<string | null, number>();
  let inAll = 0;
  return {
    open: () => inAll,
    ofConnection: () => {
      let here = 0;
      return {
        open: () => here,
        take: (identity) => {
          const ofCaller = ofCallers.get(identity) ?? 0;
          if (here >= limits.maxOperationsPerConnection) return tooManyOpen('over this connection');
          if (ofCaller >= limits.maxOperationsPerCaller) return tooManyOpen('for this caller');
          if (inAll >= limits.maxOperations) return tooManyOpen('in all');
          [here, inAll] = [here + 1, inAll + 1];
          ofCallers.set(identity, ofCaller + 1);
          let isOver = false;
          return () => {
            if (isOver) return;
            isOver = true;
            [here, inAll] = [here - 1, inAll - 1];
            const left = (ofCallers.get(identity) ?? 1) - 1;
            if (left === 0) ofCallers.delete(identity);
            else ofCallers.set(identity, left);
          };
        },
      };
    },
  };
}
