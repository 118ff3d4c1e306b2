import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { documentIn } from '../observability/outcome.ts';

/** What tells of operations. */
export interface ReportParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Tells of an operation, once it is over: how many results it has had, and whether its client has left. */
export type OperationReport = (results: number, isGone: boolean) => void;

/**
 * Builds what tells of what comes of an operation.
 * @param since when it began, on the clock
 */
export function createReport(
  { clock, logger, metrics }: ReportParts,
  context: Context,
  { transport, since }: { readonly transport: string; readonly since: number },
): OperationReport {
  const { requestId, ledger, trace } = context.operation;
  const { outcome, client } = context;
  // It may be days until the last result: no more of the span is kept.
  const ids = trace?.ids;
  const traced = trace && { traceId: trace.traceId, isSampled: trace.isSampled };
  return (results: number, isGone: boolean) => {
    const codes = isGone ? ['GONE'] : [...outcome.codes];
    const durationMs = clock.now() - since;
    const code = codes[0] ?? 'OK';
    metrics.operated({ outcome, code, durationMs, calls: ledger.calls, client, trace: traced });
    logger.info('operation', {
      requestId,
      ...ids,
      transport,
      ...(client && { client }),
      operation: outcome.operation,
      codes,
      ...documentIn(outcome),
      durationMs: Math.round(durationMs),
      results,
      cost: { requested: outcome.requestedCost, actual: ledger.calls },
    });
  };
}
