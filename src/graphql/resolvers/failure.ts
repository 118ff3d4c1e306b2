import type { Context } from '../../context.ts';
import { FAILED_STATUSES, hasFailed, type ExecutionFailure } from '../../domain/failure.ts';
import { groupFailures } from '../../domain/failure-groups.ts';
import type { Execution, ExecutionRef } from '../../domain/model.ts';
import { readExecutionFilter } from './execution-filter.ts';
import type { ExecutionResolvers, Resolvers } from './generated.ts';
import { readable } from './readable.ts';

/** The fields of an `Execution` that tell why it has failed. */
export const failureFields: Pick<ExecutionResolvers, 'failure' | 'failureKnown'> = {
  failure: async (run, _args, context) => (await reasonOf(run, context)).failure,
  failureKnown: async (run, _args, context) => (await reasonOf(run, context)).isKnown,
};

/** `executionFailures`: the newest runs that failed, as many as can be looked up now. */
export const failureResolvers: Resolvers = {
  Query: {
    executionFailures: async (_root, { filter: given }, context, info) => {
      const { upstream, loaders } = context;
      const filter = readExecutionFilter(given);
      const statuses = filter.statuses?.filter(hasFailed) ?? FAILED_STATUSES;
      if (statuses.length === 0) return { groups: [], examined: 0, partial: false };
      const { items, isAll } = await upstream.execution.newestPage({ ...filter, statuses });
      const read = await Promise.all(
        readable(items, context, info).map((run) => loaders.failedRun.load(run)),
      );
      const examined = read.filter((failed) => failed !== null);
      const partial = !isAll || examined.length < items.length;
      return { groups: groupFailures(examined), examined: examined.length, partial };
    },
  },
};

/** Why a run has failed, as far as it is known: a run that has not failed has no reason, and that is known. */
interface KnownReason {
  readonly failure: ExecutionFailure | null;
  readonly isKnown: boolean;
}

async function reasonOf(run: ExecutionRef, { loaders }: Context): Promise<KnownReason> {
  const told = isTold(run) ? run : await loaders.execution.load(run.id);
  if (!hasFailed(told.status)) return { failure: null, isKnown: told.status !== 'UNKNOWN' };
  const failed = await loaders.failedRun.load(told);
  return { failure: failed?.failure ?? null, isKnown: failed !== null };
}

/** Whether a run is known as a list tells it. */
function isTold(run: ExecutionRef): run is Execution {
  return run.status !== undefined;
}
