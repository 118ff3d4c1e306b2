import { DAY_MS } from '../../domain/day.ts';
import type { ExecutionFilter } from '../../domain/model.ts';
import { timeRangeOf, type TimeRange } from '../../domain/time-range.ts';
import { countAll, countAtOnce, countBySpan, countStates, type CountReads } from './count.ts';
import type { ExecutionList } from './execution-list.ts';

/**
 * Counts of the linked account's executions. In each, `settledUntil` says up to which day, `YYYY-MM-DD`, runs hardly
 * change any more.
 */
export function createExecutionCounts(list: ExecutionList) {
  const readsOf = (settledUntil: string): CountReads => {
    const settledUntilMs = Date.parse(settledUntil) + DAY_MS;
    const optionsOf = (filter: ExecutionFilter) => ({
      isSettled: timeRangeOf(filter).untilMs <= settledUntilMs,
    });
    return {
      newest: (filter) => list.newestPage(filter, optionsOf(filter)),
      count: async (filter, status) =>
        (await list.ofStatus(filter, status, 'DESC', optionsOf(filter)).first(1)).total,
    };
  };

  return {
    /** How many executions match: one call, or one for each status that the filter names. */
    count: (filter: ExecutionFilter, settledUntil: string) => countAll(readsOf(settledUntil), filter),

    /** How many match, and in which states as far as that tells; see `countAtOnce`. */
    countAtOnce: (filter: ExecutionFilter, settledUntil: string) =>
      countAtOnce(readsOf(settledUntil), filter),

    /** How many of `total` are in each state, as far as upstream can be asked now; see `countStates`. */
    countStates: (filter: ExecutionFilter, settledUntil: string, total: number | null) =>
      countStates(readsOf(settledUntil), filter, total),

    /** How many were created in each of these spans, as far as upstream can be asked now; see `countBySpan`. */
    countBySpan: (filter: ExecutionFilter, settledUntil: string, spans: readonly TimeRange[]) =>
      countBySpan(readsOf(settledUntil), filter, spans),
  };
}
