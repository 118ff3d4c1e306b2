import type { OperationPlugin } from './compose.ts';

/** Lets an answer wait for what a part that failed still asks of upstream, so that it tells all that was asked. */
export const settleFirst: OperationPlugin = {
  executionDidEnd: ({ contextValue }) => contextValue.settled(),
};
