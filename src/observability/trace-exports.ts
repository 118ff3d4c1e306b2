import { ExportResultCode } from '@opentelemetry/core';
import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { systemClock, within, type Clock } from '../clock.ts';
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

/** What has become of a batch; without a cause it was taken. */
interface Outcome {
  readonly cause: string | null;
}

/** The exporter's own timeout begins anew with each byte of an answer. */
const TOO_LATE: Outcome = { cause: 'timeout' };

/**
 * Has batches sent, and tells whoever runs the gateway that traces get lost, and that they do not any more: once each.
 * Nothing else comes of it: spans that nobody takes are let go of, and nobody who asks the gateway for something waits.
 * @param timeoutMs how long a batch is waited for, in the machine's own time, as the exporter's is
 */
export function watchExports(
  exporter: Pick<IOtlpExportDelegate<SpanBatch>, 'export'>,
  timeoutMs: number,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): (batch: SpanBatch) => Promise<void> {
  const messages = { away: 'traces cannot be sent', back: 'traces are sent again' };
  const outage = createOutage({ ...messages, steadyMs: STEADY_MS, clock, logger });
  const send = (batch: SpanBatch) =>
    new Promise<Outcome>((resolve) => {
      exporter.export(batch, ({ code, error }) => {
        resolve({ cause: code === ExportResultCode.SUCCESS ? null : causeOf(error ?? new Error()) });
      });
    });
  return async (batch) => {
    const { cause } = (await within(systemClock, timeoutMs, send(batch))) ?? TOO_LATE;
    if (cause === null) outage.worked();
    else outage.failed(cause);
  };
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
