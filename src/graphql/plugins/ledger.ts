import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from '../../context.ts';

/** Prints the operation's ledger as `extensions.upstream`. */
export const printLedger: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ contextValue: { operation }, response: { body } }) => {
        if (body.kind === 'single') {
          const { calls, cacheHits, coalesced, waitedMs, asOf } = operation.ledger;
          // Milliseconds are whole to the reader.
          const upstream = { calls, cacheHits, coalesced, waitedMs: Math.round(waitedMs), asOf };
          body.singleResult.extensions = { ...body.singleResult.extensions, upstream };
        }
        return Promise.resolve();
      },
    }),
};
