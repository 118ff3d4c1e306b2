import { delay, type Clock } from '../clock.ts';
import type { UpstreamBudget } from '../domain/budget.ts';

/** How often it is looked at. */
const LOOK_MS = 1000;

/** What is left of a budget: now, and whenever that has changed since the last look. Ends when its reader leaves. */
export function watchBudget(read: () => UpstreamBudget, clock: Clock): AsyncIterableIterator<UpstreamBudget> {
  const left = new AbortController();
  const over = { done: true, value: undefined } as const;
  let told: UpstreamBudget | null = null;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      while (!left.signal.aborted) {
        const budget = read();
        if (told === null || differ(told, budget)) return { done: false, value: (told = budget) };
        await delay(clock, LOOK_MS, left.signal).catch(() => undefined);
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
  return one.available !== other.available || one.queued !== other.queued || one.maximum !== other.maximum;
}
