import type { Context } from '../../context.ts';
import { daysIn, type Counts, type LazyCounts } from '../../domain/count.ts';
import { DAY_MS, dayOf } from '../../domain/day.ts';
import { KNOWN_STATUSES, type ExecutionFilter } from '../../domain/model.ts';
import { largestPageSize } from '../../lists/page.ts';
import type { Resolvers } from './generated.ts';
import { readExecutionFilter } from './execution-filter.ts';
import { selectedFields } from './selected-fields.ts';

/** `executionCounts`: each of its fields is counted when it is asked for. */
export const countResolvers: Resolvers = {
  Query: {
    executionCounts: (_root, { filter }, context, info) => {
      const tellsStates = selectedFields(info).has('byStatus');
      return lazyCountsOf(readExecutionFilter(filter), context, tellsStates);
    },
  },
  ExecutionCounts: {
    byStatus: async (counts) => {
      const { byStatus } = await counts.byStatus();
      const zeros = (counts.filter.statuses ?? KNOWN_STATUSES).map((status) => [status, 0] as const);
      return listOf(new Map([...zeros, ...byStatus]));
    },
    buckets: async ({ filter }, _args, context) => {
      const days = daysIn(filter, dayOf(context.now()));
      const { countByDay } = context.background().execution;
      const found = await countByDay(
        filter,
        settledUntil(context),
        largestPageSize(context.maxPageSize),
        days,
      );
      const nodes = found.map(({ day, counts }) => ({
        start: new Date(day),
        total: counts?.total ?? null,
        byStatus: counts && listOf(counts.byStatus).filter(({ count }) => count > 0),
      }));
      const missing = nodes.filter(({ total }) => total === null).map(({ start }) => start);
      return { nodes, partial: missing.length > 0, missing };
    },
  },
};

/** @param tellsStates whether the states are asked for too: they tell the total then */
function lazyCountsOf(filter: ExecutionFilter, context: Context, tellsStates: boolean): LazyCounts {
  const { count, countByStatus } = context.upstream.execution;
  let counts: Promise<Counts> | undefined;
  const byStatus = () =>
    (counts ??= countByStatus(filter, settledUntil(context), largestPageSize(context.maxPageSize)));
  return {
    filter,
    byStatus,
    total: async () => (tellsStates ? (await byStatus()).total : count(filter, settledUntil(context))),
  };
}

/** In the order of their names, which does not depend on how they were found. */
function listOf(byStatus: Counts['byStatus']) {
  return [...byStatus].sort().map(([status, count]) => ({ status, count }));
}

/** Runs of days that ended a day ago have ended too, nearly always. */
function settledUntil({ now }: Context): string {
  return dayOf(new Date(now().getTime() - 2 * DAY_MS));
}
