import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, TraceFlags } from '@opentelemetry/api';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import {
  createOtlpHttpExportDelegate,
  httpAgentFactoryFromOptions,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { within, type Clock } from '../clock.ts';
import type { Logger } from './logger.ts';
import type { Attributes } from './span-attributes.ts';
import { MAX_EXPORTS, SpanBatches, type SpanBatch } from './span-batches.ts';
import { SpanIds } from './span-ids.ts';
import type { SpanRecord } from './span-record.ts';
import { baggageOf, remoteSpanOf } from './trace-context.ts';
import { watchExports } from './trace-exports.ts';
import { startSpan, type SpanMaker } from './trace-span.ts';
import { VERSION } from './version.ts';
import type { Tracing, TracingOptions, TracingParts } from './tracing.ts';

/** How long the end waits for what is left to be sent. */
const FLUSH_MS = 2000;
/** What is said of this process, unless `OTEL_RESOURCE_ATTRIBUTES` says something else. */
const OWN = { 'service.version': VERSION, 'service.instance.id': randomUUID() };
/** Batches are written already. What a collector says of those that it takes is not read. */
const AS_IT_IS = { serializeRequest: ({ bytes }: SpanBatch) => bytes, deserializeResponse: () => null };

/**
 * Builds what makes traces, and sends them by OpenTelemetry's exporter. It is imported where tracing is on, and only there. Everything is
 * handed over: what OpenTelemetry would read from the environment by itself, `settings/tracing.ts` has read before.
 */
export function createTracing(options: TracingOptions, { clock, logger, showsIds }: TracingParts): Tracing {
  const { propagators, incoming } = options;
  const sender = createSender(options, clock, logger);
  const passesContext = propagators.includes('tracecontext');
  const maker: SpanMaker = {
    onEnd: sender.add,
    ids: new SpanIds(),
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
      await within(clock, FLUSH_MS, sender.end());
    },
  };
}

/** What sends spans, in batches. */
function createSender({ exporter, batch, resource }: TracingOptions, clock: Clock, logger: Logger) {
  const otlp = createOtlpHttpExportDelegate(
    {
      url: exporter.url,
      headers: () => Promise.resolve({ ...exporter.headers, 'Content-Type': 'application/x-protobuf' }),
      timeoutMillis: exporter.timeoutMs,
      concurrencyLimit: MAX_EXPORTS,
      compression: exporter.compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
      // The endpoint is told nothing without a certificate, whatever Node.js is told by its environment.
      agentFactory: httpAgentFactoryFromOptions({
        keepAlive: true,
        ...exporter.tls,
        rejectUnauthorized: true,
      }),
    },
    AS_IT_IS,
    'otlp_http_span_exporter',
    { name: 'span', countItems: ({ count }) => count },
    undefined,
  );
  const known = defaultResource().merge(resourceFromAttributes({ ...OWN, ...resource }));
  const source = {
    // All of them are texts.
    resource: known.attributes as Attributes,
    scope: { name: 'refold-gateway', version: VERSION },
  };
  const batches = new SpanBatches(
    source,
    batch,
    watchExports(otlp, batch.exportTimeoutMs, { clock, logger }),
  );
  return {
    add: (record: SpanRecord) => {
      batches.add(record);
    },
    end: async () => {
      await batches.end();
      await otlp.shutdown();
    },
  };
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
