import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from '../../context.ts';

/** Lets an answer wait for what a part that failed still asks of upstream, so that it tells all that was asked. */
export const settleFirst: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      executionDidStart: ({ contextValue }) =>
        Promise.resolve({ executionDidEnd: () => contextValue.settled() }),
    }),
};
