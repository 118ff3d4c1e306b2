import type { Context } from '../../context.ts';
import {
  countedSpans,
  isIncomplete,
  unknownCounts,
  type Counts,
  type LazyCounts,
} from '../../domain/count.ts';
import { DAY_MS, dayOf } from '../../domain/day.ts';
import { allowsPartial, badInput, GatewayError } from '../../domain/errors.ts';
import { KNOWN_STATUSES, type ExecutionFilter } from '../../domain/model.ts';
import type { SpanUnit } from '../../domain/span.ts';
import { hasTimes, isMidnight } from '../../domain/time-range.ts';
import { createTimeZone } from '../../domain/time-zone.ts';
import type { Resolvers } from './generated.ts';
import { readExecutionFilter } from './execution-filter.ts';
import { selectedFields } from './selected-fields.ts';

/** `executionCounts`: each of its fields is counted when it is asked for. */
export const countResolvers: Resolvers = {
  Query: {
    executionCounts: (_root, { filter }, context, info) =>
      lazyCountsOf(readExecutionFilter(filter), context, selectedFields(info)),
  },
  ExecutionCounts: {
    partial: (counts) => counts.isPartial(),
    byStatus: async (counts) => {
      const { byStatus } = await counts.byStatus();
      const zeros = (counts.filter.statuses ?? KNOWN_STATUSES).map((status) => [status, 0] as const);
      return listOf(new Map([...zeros, ...byStatus]));
    },
    buckets: ({ filter }, { unit, timeZone }, context) => bucketsOf(filter, unit, timeZone, context),
  },
};

async function bucketsOf(filter: ExecutionFilter, unit: SpanUnit, timeZone: string, context: Context) {
  const zone = createTimeZone(timeZone);
  if (zone === null) throw badInput('buckets.timeZone must be a time zone, such as Europe/Berlin');
  const spans = countedSpans(filter, unit, zone, context.now().getTime());
  const { countBySpan } = context.elastic().execution.counts;
  const found = await countBySpan(filter, settledUntil(context), spans).catch((error: unknown) => {
    // Whole days of UTC are asked for as such, and what the filter itself has is refused in its own name.
    const asksForTimes = spans.some(({ fromMs }) => !isMidnight(new Date(fromMs)));
    const isTheirs = error instanceof GatewayError && error.code === 'NOT_SUPPORTED' && asksForTimes;
    throw isTheirs && !hasTimes(filter) ? daysOnly(unit) : error;
  });
  const nodes = found.map(({ span, counts }) => ({
    start: new Date(span.fromMs),
    total: counts?.total ?? null,
    byStatus: counts && listOf(counts.byStatus).filter(({ count }) => count !== 0),
  }));
  const missing = nodes.filter(({ total }) => total === null).map(({ start }) => start);
  return { nodes, partial: missing.length > 0, missing };
}

function daysOnly(unit: SpanUnit): GatewayError {
  const argument = unit === 'HOUR' ? 'buckets.unit' : 'buckets.timeZone';
  const message = `${argument}: there are too many executions to be told apart, and upstream knows whole days of UTC only`;
  return new GatewayError('NOT_SUPPORTED', message);
}

/** @param asked the fields that are asked for: the calls that tell the total may tell the states, too */
function lazyCountsOf(filter: ExecutionFilter, context: Context, asked: ReadonlySet<string>): LazyCounts {
  const settled = settledUntil(context);
  const tellsTotal = asked.has('total');
  const tellsStates = asked.has('byStatus');
  let first: Promise<Counts> | undefined;
  const atOnce = () => {
    const { countAtOnce } = (tellsTotal ? context.upstream : context.elastic()).execution.counts;
    return (first ??= countAtOnce(filter, settled));
  };
  let all: Promise<Counts> | undefined;
  const byStatus = () => (all ??= countTheRest(filter, context, atOnce()));
  let count: Promise<number | null> | undefined;
  const total = async () =>
    tellsStates
      ? (await atOnce()).total
      : (count ??= context.upstream.execution.counts.count(filter, settled));
  return {
    filter,
    byStatus,
    total,
    isPartial: async () => {
      // An error of the total is told by the total.
      if (tellsTotal && (await total().catch(() => null)) === null) return true;
      return tellsStates && isIncomplete(await byStatus());
    },
  };
}

/** What is known of each state, where the first calls may have told only the total, or nothing. */
async function countTheRest(
  filter: ExecutionFilter,
  context: Context,
  first: Promise<Counts>,
): Promise<Counts> {
  const counts = await first.catch((error: unknown) => {
    if (allowsPartial(error)) return unknownCounts(filter);
    throw error;
  });
  if (counts.total === null || filter.statuses !== undefined || !isIncomplete(counts)) return counts;
  return context.elastic().execution.counts.countStates(filter, settledUntil(context), counts.total);
}

/** In the order of their names, which does not depend on how they were found. */
function listOf(byStatus: Counts['byStatus']) {
  return [...byStatus].sort().map(([status, count]) => ({ status, count }));
}

/** Runs of days that ended a day ago have ended too, nearly always. */
function settledUntil(context: Context): string {
  return dayOf(new Date(context.now().getTime() - 2 * DAY_MS));
}
