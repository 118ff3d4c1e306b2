import { nullIfUnknown } from '../../domain/errors.ts';
import type { Context } from '../../context.ts';
import type { Execution, ExecutionDetail } from '../../domain/model.ts';
import { connectionFields, connectionOf, type NamedList } from './connection.ts';
import { embeddedOrLoaded } from './embedded-or-loaded.ts';
import { inAnyOrder, readExecutionFilter } from './execution-filter.ts';
import { failureFields } from './failure.ts';
import type { QueryExecutionsArgs, Resolvers } from './generated.ts';
import { lineageFields } from './lineage.ts';
import { readable } from './readable.ts';

const field = embeddedOrLoaded<ExecutionDetail>(({ loaders }, run) => loaders.execution.complete(run));
const nodesOf = field('nodes').resolve;

/** `executions` and `execution`, and the fields of an `Execution` wherever it is met. */
export const executionResolvers: Resolvers = {
  Query: {
    execution: (_root, { id }, { loaders }) => loaders.execution.load(id).catch(nullIfUnknown),
    executions: (_root, args, context) => connectionOf(args, context, executionsOf(args, context)),
  },
  ExecutionConnection: connectionFields,
  Execution: {
    name: field('name'),
    status: field('status'),
    rawStatus: field('rawStatus'),
    createdAt: field('createdAt'),
    updatedAt: field('updatedAt'),
    completedAt: field('completedAt'),
    durationMs: field('durationMs'),
    environment: field('environment'),
    source: field('source'),
    type: field('type'),
    configId: field('configId'),
    eventId: field('eventId'),
    linkedAccountId: field('linkedAccountId'),
    isChild: field('isChild'),
    workflow: field('workflow'),
    application: field('application'),
    completionPercentage: field('completionPercentage'),
    nodes: async (run, args, context, info) => {
      const nodes = await nodesOf(run, args, context);
      return nodes && readable(nodes, context, info);
    },
    node: async (run, { id }, context) => {
      const nodes = await nodesOf(run, {}, context);
      return nodes?.find((node) => node.id === id) ?? null;
    },
    ...failureFields,
    ...lineageFields,
  },
};

function executionsOf(
  { filter: given, sort: direction }: Pick<QueryExecutionsArgs, 'filter' | 'sort'>,
  { upstream }: Context,
): NamedList<Execution> {
  const filter = readExecutionFilter(given);
  const sort = direction === 'ASC' ? 'ASC' : 'DESC';
  return {
    name: { executions: inAnyOrder(filter), sort },
    list: upstream.execution.list(filter, sort),
    accountOf: ({ linkedAccountId }) => linkedAccountId,
  };
}
