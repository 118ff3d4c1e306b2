import { ExportResultCode } from '@opentelemetry/core';
import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import type { Clock } from '../clock.ts';
import type { Logger } from './logger.ts';
import { networkCauseOf } from './network-cause.ts';
import { createOutage } from './outage.ts';
import type { SpanBatch } from './span-batches.ts';

/** See `Outage`. */
const STEADY_MS = 60_000;

/** What an export may fail with. */
interface ExportError extends Error {
  /** A status, or a code of Node.js. */
  readonly code?: unknown;
}

/**
 * Has batches sent, and tells whoever runs the gateway that traces get lost, and that they do not any more: once each.
 * Nothing else comes of it: spans that nobody takes are let go of, and nobody who asks the gateway for something waits.
 */
export function watchExports(
  exporter: Pick<IOtlpExportDelegate<SpanBatch>, 'export'>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): (batch: SpanBatch) => Promise<void> {
  const messages = { away: 'traces cannot be sent', back: 'traces are sent again' };
  const outage = createOutage({ ...messages, steadyMs: STEADY_MS, clock, logger });
  return (batch) =>
    new Promise((resolve) => {
      exporter.export(batch, ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) outage.worked();
        else outage.failed(causeOf(error ?? new Error()));
        resolve();
      });
    });
}

/** What messages of the exporter mean, beside codes of the network. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/timed? ?out/i, 'timeout'],
  // It has asked to be left alone, and went on to: the exporter does not tell with which of 429, 502, 503 and 504.
  [/retryable status/, 'overloaded'],
];

/** In a word; the answer of a collector says nothing in the log but its status. */
function causeOf({ code, message }: ExportError): string {
  if (typeof code === 'number') return `status ${String(code)}`;
  const text = typeof code === 'string' ? code : message;
  return CAUSES.find(([pattern]) => pattern.test(text))?.[1] ?? networkCauseOf(text);
}
