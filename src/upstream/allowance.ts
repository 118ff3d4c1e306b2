import { setImmediate } from 'node:timers/promises';
import { COST_LIMIT } from '../domain/cost.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Ask, UpstreamRequest } from './call.ts';
import { createLedger, type Operation } from './operation.ts';

/** Asks upstream during an operation, and enters in its ledger what that has cost. */
export type AskDuring = (operation: Operation) => Ask;

/** A way of asking upstream that has so many calls, and of which it is known when it comes to rest. */
export interface Allowance {
  readonly askDuring: AskDuring;
  /**
   * Resolves once nothing is asked any more, not even what nobody waits for: one part of an operation may fail while others
   * still ask, and what they cost is known only when they are done.
   */
  readonly settled: () => Promise<void>;
}

/**
 * Lets so many upstream calls through, and refuses what comes after them with COST_LIMIT_EXCEEDED. A retry draws on them
 * as well, and is not made where nothing is left. Whether an ask makes a call of its own is known once it has an answer:
 * what is remembered, or shared with another one in flight, makes none. So an ask beyond the limit waits for those under
 * way, and is refused only where all calls have been made indeed. A change counts, and is never refused.
 * @param limitNow calls, over everything that is asked through the result: as many as it says when one is asked for
 */
export function withAllowance(limitNow: () => number, askDuring: AskDuring): Allowance {
  let made = 0;
  /** Calls that those under way have made or may make. */
  let drawn = 0;
  const underWay = new Set<Promise<unknown>>();
  const isUsedUp = () => made + drawn >= limitNow();

  /** @param onEnd called before whoever asked goes on */
  const follow = <T>(answer: Promise<T>, onEnd: () => void): Promise<T> => {
    const settle = () => {
      underWay.delete(end);
      onEnd();
    };
    const end = answer.then(settle, settle);
    underWay.add(end);
    return answer;
  };

  const askNow = <T>(operation: Operation, request: UpstreamRequest<T>): Promise<T> => {
    const ledger = createLedger(operation.ledger);
    let own = 0;
    const draw = () => {
      own += 1;
      drawn += 1;
    };
    const mayCallAgain = () => {
      if (isUsedUp() || operation.mayCallAgain?.() === false) return false;
      draw();
      return true;
    };
    draw();
    return follow(askDuring({ ...operation, ledger, mayCallAgain })(request), () => {
      drawn -= own;
      made += ledger.calls;
    });
  };

  const askInTurn = async <T>(operation: Operation, request: UpstreamRequest<T>): Promise<T> => {
    // Nothing may come between the last look at the limit and the ask.
    while (isUsedUp()) {
      if (underWay.size === 0) {
        throw new GatewayError('COST_LIMIT_EXCEEDED', 'The operation needed too many upstream calls', {
          limit: limitNow(),
        });
      }
      await Promise.race(underWay);
    }
    return askNow(operation, request);
  };

  return {
    askDuring: (operation) => (request) => {
      if (request.onlyRemembered === true) return follow(askDuring(operation)(request), NOTHING);
      return request.method === 'GET' && isUsedUp()
        ? askInTurn(operation, request)
        : askNow(operation, request);
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

const NOTHING = () => undefined;

/**
 * Lets through what calls are left once all that the operation could need is set aside, each of them once.
 * @param requested how many it could need; null: that is not known, and none are left
 */
export function withSpareCalls(requested: () => number | null, askDuring: AskDuring): AskDuring {
  const askOnce: AskDuring = (during) => (request) => askDuring(during)({ ...request, onlyOnce: true });
  return withAllowance(() => COST_LIMIT - (requested() ?? COST_LIMIT), askOnce).askDuring;
}
