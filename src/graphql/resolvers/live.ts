import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.ts';
import type { Resolvers } from './generated.ts';

/** Subscriptions: each event is answered by an operation of its own, which asks the field for it. */
export const liveResolvers: Resolvers = {
  Subscription: {
    upstreamBudgetChanged: eachOf((_args: unknown, { live }) => live.budget()),
  },
};

/** A field whose values are the events of a stream, which the first operation opens. */
function eachOf<Args, Event>(
  open: (args: Args, context: Context, info: GraphQLResolveInfo) => AsyncIterable<Event>,
) {
  return {
    subscribe: (_root: unknown, args: Args, context: Context, info: GraphQLResolveInfo) =>
      open(args, context, info),
    resolve: (_root: unknown, args: Args, context: Context, info: GraphQLResolveInfo) =>
      context.stream?.event(() => open(args, context, info), context.operation.signal) ?? null,
  };
}
