import { delay, type Clock } from '../clock.ts';
import type { UpstreamBudget } from '../domain/budget.ts';

/** How often it is looked at. */
const LOOK_MS = 1000;

/**
 * What is left of a budget: now, and whenever that has changed since the last look. Ends when its reader leaves; a
 * reader who is slow is told what is left then.
 */
export function watchBudget(read: () => UpstreamBudget, clock: Clock): AsyncIterableIterator<UpstreamBudget> {
  const left = new AbortController();
  const over = { done: true, value: undefined } as const;
  let told: UpstreamBudget | null = null;
  let lookAt = clock.now();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      while (!left.signal.aborted) {
        if (clock.now() < lookAt) {
          await delay(clock, lookAt - clock.now(), left.signal).catch(() => undefined);
          continue;
        }
        lookAt = clock.now() + LOOK_MS;
        const budget = read();
        if (told === null || differ(told, budget)) return { done: false, value: (told = budget) };
      }
      return over;
    },
    return: () => {
      left.abort();
      return Promise.resolve(over);
    },
  };
}

function differ(one: UpstreamBudget, other: UpstreamBudget): boolean {
  const { available, queued, maximum, restorePerSecond } = one;
  const isSame = available === other.available && queued === other.queued && maximum === other.maximum;
  return !isSame || restorePerSecond !== other.restorePerSecond;
}
