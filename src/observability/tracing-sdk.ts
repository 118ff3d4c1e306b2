import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Clock } from '../clock.ts';
import type { Logger } from './logger.ts';
import { baggageOf, remoteSpanOf } from './trace-context.ts';
import { watchExports } from './trace-exports.ts';
import { startSpan, type SpanMaker } from './trace-span.ts';
import { VERSION } from './version.ts';
import type { Tracing, TracingOptions, TracingParts } from './tracing.ts';

/** How long the end waits for what is left to be sent. */
const FLUSH_MS = 2000;
/** What is said of this process, unless `OTEL_RESOURCE_ATTRIBUTES` says something else. */
const OWN = { 'service.version': VERSION, 'service.instance.id': randomUUID() };
/**
 * Builds what makes traces, with OpenTelemetry's SDK. It is imported where tracing is on, and only there. Everything is
 * handed over: what the SDK would read from the environment by itself, `settings/tracing.ts` has read before.
 */
export function createTracing(options: TracingOptions, { clock, logger, showsIds }: TracingParts): Tracing {
  const { propagators, incoming } = options;
  const sender = createSender(options, clock, logger);
  const passesContext = propagators.includes('tracecontext');
  const maker: SpanMaker = {
    source: {
      resource: defaultResource().merge(resourceFromAttributes({ ...OWN, ...options.resource })),
      scope: { name: 'refold-gateway', version: VERSION },
      sender,
    },
    ids: new RandomIdGenerator(),
    isSampled: createIsSampled(options.sampler),
    passesContext,
    showsIds,
  };
  const takesContext = passesContext && incoming !== 'ignore';
  const takesBaggage = propagators.includes('baggage') && incoming === 'parent';

  return {
    receive: (name, headers) => {
      const remote = takesContext ? remoteSpanOf(headers) : null;
      const baggage = takesBaggage ? baggageOf(headers) : null;
      if (remote === null) return startSpan(maker, { role: 'server', name, baggage });
      return incoming === 'parent'
        ? startSpan(maker, { role: 'server', name, within: remote, baggage })
        : startSpan(maker, { role: 'server', name, link: remote });
    },
    start: (role, name, link) => startSpan(maker, { role, name, link }),
    stop: async () => {
      const tooLong = Promise.withResolvers<null>();
      const cancel = clock.after(FLUSH_MS, () => {
        tooLong.resolve(null);
      });
      await Promise.race([sender.shutdown(), tooLong.promise]);
      cancel();
    },
  };
}

/** What sends spans, in batches. */
function createSender({ exporter, batch }: TracingOptions, clock: Clock, logger: Logger): BatchSpanProcessor {
  const otlp = new OTLPTraceExporter({
    url: exporter.url,
    headers: { ...exporter.headers },
    timeoutMillis: exporter.timeoutMs,
    compression: exporter.compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
    // The endpoint is told nothing without a certificate, whatever Node.js is told by its environment.
    httpAgentOptions: { keepAlive: true, ...exporter.tls, rejectUnauthorized: true },
  });
  return new BatchSpanProcessor({
    exporter: watchExports(otlp, { clock, logger }),
    scheduledDelayMillis: batch.delayMs,
    exportTimeoutMillis: batch.exportTimeoutMs,
    maxQueueSize: batch.maxQueue,
    maxExportBatchSize: batch.maxBatch,
  });
}

/** Decides by what came before where it counts, and else by the trace's id, which all of its spans have. */
function createIsSampled({ root, ratio, isParentBased }: TracingOptions['sampler']): SpanMaker['isSampled'] {
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  const decideFor = {
    always_on: () => true,
    always_off: () => false,
    traceidratio: (traceId: string) =>
      byRatio.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED,
  }[root];
  return (traceId, parent) =>
    isParentBased && parent !== null ? (parent.traceFlags & TraceFlags.SAMPLED) !== 0 : decideFor(traceId);
}
