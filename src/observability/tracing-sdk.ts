import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { Clock } from '../clock.ts';
import type { Logger } from './logger.ts';
import { baggageOf, remoteSpanOf } from './trace-context.ts';
import { SpanInContext } from './span-in-context.ts';
import { watchExports } from './trace-exports.ts';
import { startSpan, type SpanMaker } from './trace-span.ts';
import { VERSION } from './version.ts';
import type { Tracing, TracingOptions, TracingParts } from './tracing.ts';

/** How long the end waits for what is left to be sent. */
const FLUSH_MS = 2000;
/** What is said of this process, unless `OTEL_RESOURCE_ATTRIBUTES` says something else. */
const OWN = { 'service.version': VERSION, 'service.instance.id': randomUUID() };
/** What of a span is kept at the most: far more than any has, but for events and links of operations with many calls. */
const SPAN_LIMITS = {
  attributeCountLimit: 64,
  eventCountLimit: 128,
  linkCountLimit: 64,
  attributeValueLengthLimit: 1024,
};

/**
 * Builds what makes traces, with OpenTelemetry's SDK. It is imported where tracing is on, and only there. Everything is
 * handed over: what the SDK would read from the environment by itself, `settings/tracing.ts` has read before.
 */
export function createTracing(options: TracingOptions, { clock, logger, showsIds }: TracingParts): Tracing {
  const { propagators, incoming } = options;
  const provider = createProvider(options, clock, logger);
  const passesContext = propagators.includes('tracecontext');
  const maker: SpanMaker = { tracer: provider.getTracer('refold-gateway', VERSION), passesContext, showsIds };
  const takesContext = passesContext && incoming !== 'ignore';
  const takesBaggage = propagators.includes('baggage') && incoming === 'parent';

  return {
    receive: (name, headers) => {
      const remote = takesContext ? remoteSpanOf(headers) : null;
      const baggage = takesBaggage ? baggageOf(headers) : null;
      if (remote === null) return startSpan(maker, { role: 'server', name, baggage });
      return incoming === 'parent'
        ? startSpan(maker, {
            role: 'server',
            name,
            within: new SpanInContext(trace.wrapSpanContext(remote)),
            baggage,
          })
        : startSpan(maker, { role: 'server', name, link: remote });
    },
    start: (role, name, link) => startSpan(maker, { role, name, link }),
    stop: async () => {
      const tooLong = Promise.withResolvers<null>();
      const cancel = clock.after(FLUSH_MS, () => {
        tooLong.resolve(null);
      });
      await Promise.race([provider.shutdown(), tooLong.promise]);
      cancel();
    },
  };
}

function createProvider(
  { exporter, sampler, batch, resource }: TracingOptions,
  clock: Clock,
  logger: Logger,
): TracerProvider {
  const otlp = new OTLPTraceExporter({
    url: exporter.url,
    headers: { ...exporter.headers },
    timeoutMillis: exporter.timeoutMs,
    compression: exporter.compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
    // The endpoint is told nothing without a certificate, whatever Node.js is told by its environment.
    httpAgentOptions: { keepAlive: true, ...exporter.tls, rejectUnauthorized: true },
  });
  return new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ ...OWN, ...resource })),
    sampler: samplerOf(sampler),
    spanLimits: SPAN_LIMITS,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: watchExports(otlp, { clock, logger }),
        scheduledDelayMillis: batch.delayMs,
        exportTimeoutMillis: batch.exportTimeoutMs,
        maxQueueSize: batch.maxQueue,
        maxExportBatchSize: batch.maxBatch,
      }),
    ],
  });
}

function samplerOf({ root: name, ratio, isParentBased }: TracingOptions['sampler']): Sampler {
  const roots = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name]();
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}
