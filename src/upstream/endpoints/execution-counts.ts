import type { ExecutionFilter } from '../../domain/model.ts';
import { countAll, countByDay, countByStatus, type CountReads } from './count.ts';
import type { ExecutionList } from './execution-list.ts';

/**
 * Counts of the linked account's executions. In each, `settledUntil` says up to which day, `YYYY-MM-DD`, runs hardly
 * change any more.
 */
export function createExecutionCounts(list: ExecutionList) {
  const readsOf = (settledUntil: string): CountReads => {
    const optionsOf = ({ endDate }: ExecutionFilter) => ({
      isSettled: endDate !== undefined && endDate <= settledUntil,
    });
    return {
      newest: (filter, size) => list.of(filter, 'DESC', { number: 1, size }, optionsOf(filter)),
      count: async (filter, status) =>
        (await list.ofStatus(filter, status, 'DESC', { number: 1, size: 1 }, optionsOf(filter))).total,
    };
  };

  return {
    /** How many executions match: one call, or one for each status that the filter names. */
    count: (filter: ExecutionFilter, settledUntil: string) => countAll(readsOf(settledUntil), filter),

    /** How many are in each state, by lists of up to `maxRows` rows; see `countByStatus`. */
    countByStatus: (filter: ExecutionFilter, settledUntil: string, maxRows: number) =>
      countByStatus(readsOf(settledUntil), filter, maxRows),

    /** How many were created on each of these days, as far as upstream can be asked now; see `countByDay`. */
    countByDay: (filter: ExecutionFilter, settledUntil: string, maxRows: number, days: readonly string[]) =>
      countByDay(readsOf(settledUntil), filter, days, maxRows),
  };
}
