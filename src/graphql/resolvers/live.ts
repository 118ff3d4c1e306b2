import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.ts';
import { readExecutionFilter } from './execution-filter.ts';
import type {
  Resolvers,
  SubscriptionBulkJobChangedArgs,
  SubscriptionExecutionChangedArgs,
  SubscriptionExecutionsChangedArgs,
} from './generated.ts';
import { selectedFields } from './selected-fields.ts';

/** Subscriptions: each event is answered by an operation of its own, which asks the field for it. */
export const liveResolvers: Resolvers = {
  Subscription: {
    executionChanged: eachOf(({ id }: SubscriptionExecutionChangedArgs, { live }, info) =>
      live.execution(id, wantsDetail(info)),
    ),
    executionsChanged: eachOf(({ filter, after }: SubscriptionExecutionsChangedArgs, { live }) =>
      live.executions(readExecutionFilter(filter), after ?? null),
    ),
    bulkJobChanged: eachOf(({ id }: SubscriptionBulkJobChangedArgs, { bulk }) => bulk.changes(id)),
    upstreamBudgetChanged: eachOf((_args: unknown, { live }) => live.budget()),
  },
};

/** What a list does not tell of a run. */
const DETAIL = ['nodes', 'node', 'completionPercentage'];

/** Whether steps or progress are selected of a run. */
function wantsDetail(info: GraphQLResolveInfo): boolean {
  const selected = selectedFields(info);
  return DETAIL.some((field) => selected.has(field));
}

/** A field whose values are the events of a stream, which the first operation opens. */
function eachOf<Args, Event>(
  open: (args: Args, context: Context, info: GraphQLResolveInfo) => AsyncIterable<Event>,
) {
  return {
    // Its type wants the field around each event, which is what `resolve` is for.
    subscribe: (_root: unknown, args: Args, context: Context, info: GraphQLResolveInfo) =>
      open(args, context, info) as AsyncIterable<never>,
    // Null where the stream had no event: a field that cannot be that fails.
    resolve: (_root: unknown, args: Args, context: Context, info: GraphQLResolveInfo) =>
      (context.stream?.event(() => open(args, context, info), context.operation.signal) ??
        null) as Promise<Event>,
  };
}
