import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Clock } from '../clock.ts';
import type { Logger } from './logger.ts';
import { networkCauseOf } from './network-cause.ts';

/** It works again once nothing has failed for so long; so what comes and goes does not fill the log. */
const STEADY_MS = 60_000;

/** What an export may fail with. */
interface ExportError extends Error {
  /** A status, or a code of Node.js. */
  readonly code?: unknown;
}

/**
 * Tells whoever runs the gateway that traces get lost, and that they do not any more: once each. Nothing else comes of it:
 * spans that nobody takes are let go of, and nobody who asks the gateway for something waits for them.
 */
export function watchExports(
  exporter: SpanExporter,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): SpanExporter {
  let isLosing = false;
  let failedAt = -Infinity;

  const note = (error: ExportError | null) => {
    if (error === null) {
      if (!isLosing || clock.now() - failedAt < STEADY_MS) return;
      isLosing = false;
      logger.info('traces are sent again');
      return;
    }
    failedAt = clock.now();
    if (isLosing) return;
    isLosing = true;
    logger.warn('traces cannot be sent', { cause: causeOf(error) });
  };

  return {
    export: (spans, done) => {
      exporter.export(spans, ({ code, error }) => {
        note(code === ExportResultCode.SUCCESS ? null : (error ?? new Error()));
        done({ code: ExportResultCode.SUCCESS });
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
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
