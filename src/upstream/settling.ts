import { setImmediate } from 'node:timers/promises';
import type { AskDuring } from './allowance.ts';

/** A way of asking upstream, of which it is known when it comes to rest. */
export interface Settling {
  readonly askDuring: AskDuring;
  /** Resolves once nothing is asked any more, not even what nobody waits for. */
  readonly settled: () => Promise<void>;
}

/**
 * Keeps account of what is asked. One part of an operation may fail while others still ask: what they cost is known only
 * when they are done.
 */
export function withSettling(askDuring: AskDuring): Settling {
  const underWay = new Set<Promise<unknown>>();
  return {
    askDuring: (operation) => {
      const ask = askDuring(operation);
      return async (request) => {
        const answer = ask(request);
        underWay.add(answer);
        try {
          return await answer;
        } finally {
          underWay.delete(answer);
        }
      };
    },
    settled: async () => {
      while (underWay.size > 0) {
        await Promise.allSettled(underWay);
        // Whoever has an answer may go on to the next question.
        await setImmediate();
      }
    },
  };
}
