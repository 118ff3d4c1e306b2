import { OperationTypeNode } from 'graphql';
import { refusal } from '../limits/limits.ts';
import type { OperationPlugin } from './compose.ts';

/** Refuses a subscription on a transport that gives one answer, and tells of those that give more. */
export const refuseUnstreamed: OperationPlugin = {
  didResolveOperation: ({ operation, contextValue: { stream } }) => {
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION && stream === null) {
      throw refusal(
        'BAD_REQUEST',
        'A subscription needs a WebSocket (graphql-transport-ws), or a POST that accepts text/event-stream ' +
          'or multipart/mixed;subscriptionSpec=1.0',
      );
    }
  },
};
