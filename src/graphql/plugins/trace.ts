import { endOperationTrace } from '../../observability/operation-trace.ts';
import type { OperationPlugin } from './compose.ts';

/** Prints the id of an operation's trace as `extensions.traceId`, in development. */
export const printTraceId: OperationPlugin = {
  willSendResponse: ({ contextValue: { operation }, response: { body } }) => {
    const traceId = operation.trace?.shownId ?? null;
    if (traceId === null || body.kind !== 'single') return;
    body.singleResult.extensions = { ...body.singleResult.extensions, traceId };
  },
};

/** Ends the span of an operation once all is known of it. */
export const endTrace: OperationPlugin = {
  willSendResponse: ({ contextValue: { operation, outcome } }) => {
    if (operation.trace !== null) endOperationTrace(operation.trace, outcome, operation.ledger);
  },
};
