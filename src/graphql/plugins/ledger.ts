import { upstreamExtension } from '../../domain/extensions.ts';
import type { OperationPlugin } from './compose.ts';

/** Prints the operation's ledger as `extensions.upstream`. */
export const printLedger: OperationPlugin = {
  willSendResponse: ({ contextValue: { operation }, response: { body } }) => {
    if (body.kind !== 'single') return;
    const upstream = upstreamExtension(operation.ledger);
    body.singleResult.extensions = { ...body.singleResult.extensions, upstream };
  },
};
