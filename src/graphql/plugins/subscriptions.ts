import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import type { Context } from '../../context.ts';
import { refusal } from '../limits/limits.ts';

/** Refuses a subscription on a transport that gives one answer, and tells of those that give more. */
export const refuseUnstreamed: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation, contextValue: { stream } }) => {
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION && stream === null) {
          throw refusal(
            'BAD_REQUEST',
            'A subscription needs a WebSocket (graphql-transport-ws), or a POST that accepts text/event-stream ' +
              'or multipart/mixed;subscriptionSpec=1.0',
          );
        }
        return Promise.resolve();
      },
    }),
};
