import type { Context } from '../../context.ts';
import { refusesState } from '../../domain/errors.ts';
import type { ExecutionDetail } from '../../domain/model.ts';
import type { Resolvers, UserError } from './generated.ts';

/** Changes: done at most once, and answered with the execution as it is afterwards. */
export const mutationResolvers: Resolvers = {
  Mutation: {
    stopExecution: async (_root, { id }, context) => {
      const { value, userErrors } = await refusedOr(context.upstream.execution.stop(id));
      return { execution: await lookUp(context, id), message: value?.message ?? null, userErrors };
    },
    rerunExecution: async (_root, { id }, context) => {
      const { value, userErrors } = await refusedOr(context.upstream.execution.rerun(id));
      if (value === null) return { execution: null, executionId: null, originalExecutionId: id, userErrors };
      const [execution] = await Promise.all([lookUp(context, value.id), context.lineage.note(id, value.id)]);
      return { execution, executionId: value.id, originalExecutionId: id, userErrors };
    },
  },
};

/** A refusal that has to do with the run's state is something to show, not a failure. */
async function refusedOr<T>(
  change: Promise<T>,
): Promise<{ readonly value: T | null; readonly userErrors: readonly UserError[] }> {
  try {
    return { value: await change, userErrors: [] };
  } catch (error) {
    if (!refusesState(error)) throw error;
    const message = 'The run is not in a state that allows this';
    return { value: null, userErrors: [{ code: 'NOT_ALLOWED', message, field: 'id' }] };
  }
}

/** The run as it is now; null when that cannot be found out: the change is done all the same. */
async function lookUp({ upstream }: Context, id: string): Promise<ExecutionDetail | null> {
  return upstream.execution.get(id).catch(() => null);
}
