import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from '../../context.ts';
import { upstreamExtension } from '../../domain/extensions.ts';

/** Prints the operation's ledger as `extensions.upstream`. */
export const printLedger: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ contextValue: { operation }, response: { body } }) => {
        if (body.kind === 'single') {
          const upstream = upstreamExtension(operation.ledger);
          body.singleResult.extensions = { ...body.singleResult.extensions, upstream };
        }
        return Promise.resolve();
      },
    }),
};
