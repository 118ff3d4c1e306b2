import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { httpUrl, whole } from './readers.ts';
import { optional, setting, type ValuesOf } from './setting.ts';

/** As OpenTelemetry has it: in any case. */
const flagInAnyCase = z
  .string()
  .refine((value) => /^(true|false)$/i.test(value), 'must be true or false')
  .transform((value) => value.toLowerCase() === 'true');

const PROTOCOL = 'http/protobuf';
const protocol = z.enum([PROTOCOL, 'http/json', 'grpc'], 'must be http/protobuf, http/json or grpc');
const compression = z.enum(['gzip', 'none'], 'must be gzip or none');
const durationMs = whole(1, 600_000);

const pemFile = z.string().transform((path, context) => {
  try {
    const pem = readFileSync(path, 'utf8');
    if (pem.includes('-----BEGIN ')) return pem;
  } catch {
    // It is said below.
  }
  context.addIssue({ code: 'custom', message: 'must be the path of a file in PEM form that can be read' });
  return z.NEVER;
});

/** `key=value` pairs, comma-separated, with values that are percent-encoded. */
function pairs(what: string, isKey: RegExp) {
  return z.string().transform((text, context): Readonly<Record<string, string>> => {
    const members = text.split(',').filter((member) => member.trim() !== '');
    const read = members.map((member) => {
      const [, key = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(member) ?? [];
      return [key, decoded(value)] as const;
    });
    if (read.every(([key, value]) => isKey.test(key) && value !== null))
      return Object.fromEntries(read) as Record<string, string>;
    context.addIssue({
      code: 'custom',
      message: `must be ${what} such as name=value, comma-separated, with values percent-encoded`,
    });
    return z.NEVER;
  });
}

/** Null: it is not encoded as it should be, or has characters that no header may have. */
function decoded(value: string): string | null {
  try {
    const text = decodeURIComponent(value);
    return /^\P{Cc}*$/u.test(text) ? text : null;
  } catch {
    return null;
  }
}

const headers = pairs('headers', /^[\w!#$%&'*+.^`|~-]+$/);
const attributes = pairs('attributes', /^[^\s=,]+$/);

const PROPAGATORS = ['tracecontext', 'baggage'] as const;
type Propagator = (typeof PROPAGATORS)[number];

const propagators = z.string().transform((text, context): readonly Propagator[] => {
  const names = new Set(text.split(',').map((name) => name.trim()));
  if (names.size === 1 && names.has('none')) return [];
  const known = PROPAGATORS.filter((name) => names.has(name));
  if (known.length === names.size) return known;
  context.addIssue({ code: 'custom', message: 'must be tracecontext, baggage, both of them, or none' });
  return z.NEVER;
});

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const share = z
  .string()
  .regex(/^(0|1|[01]?\.\d+|1\.0+)$/, 'must be a number from 0 to 1')
  .transform(Number)
  .refine((value) => value <= 1, 'must be a number from 0 to 1');

const ONLY_TRACES = 'wins over it for traces';

/** Traces, by the variables that OpenTelemetry has for all programs. */
export const TRACING_SETTINGS = {
  OTEL_SDK_DISABLED: setting(flagInAnyCase, 'false', '`true` turns tracing off, whatever else is set.'),
  OTEL_TRACES_EXPORTER: optional(
    z.enum(['otlp', 'none'], 'must be otlp or none: there is no other exporter'),
    '`otlp` turns tracing on, `none` off. Unset: on where there is an endpoint.',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    httpUrl(false),
    'Where the collector takes OTLP over HTTP, without its `/v1/traces`; turns tracing on. Unset: `http://localhost:4318`, where tracing is on.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(
    httpUrl(false),
    `The whole address for traces; turns tracing on, and ${ONLY_TRACES}.`,
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: setting(
    protocol,
    PROTOCOL,
    'Must be `http/protobuf` where tracing is on: neither gRPC nor JSON is spoken.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optional(protocol, `The same, and ${ONLY_TRACES}.`),
  OTEL_EXPORTER_OTLP_HEADERS: optional(
    headers,
    'Headers for the collector, such as `api-key=…`, comma-separated, with values percent-encoded.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: optional(headers, `The same; each ${ONLY_TRACES}.`),
  OTEL_EXPORTER_OTLP_TIMEOUT: setting(
    durationMs,
    '10000',
    'How long sending a batch may take, tries again included, in milliseconds.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: optional(durationMs, `The same, and ${ONLY_TRACES}.`),
  OTEL_EXPORTER_OTLP_COMPRESSION: setting(compression, 'none', '`gzip` or `none`.'),
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: optional(compression, `The same, and ${ONLY_TRACES}.`),
  OTEL_EXPORTER_OTLP_CERTIFICATE: optional(
    pemFile,
    'File with the certificates that the collector’s is believed by, in PEM form. Unset: those of Node.js.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: optional(pemFile, `The same, and ${ONLY_TRACES}.`),
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: optional(
    pemFile,
    'File with the certificate of the gateway, for a collector that asks for one.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: optional(pemFile, `The same, and ${ONLY_TRACES}.`),
  OTEL_EXPORTER_OTLP_CLIENT_KEY: optional(pemFile, 'File with its private key.'),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: optional(pemFile, `The same, and ${ONLY_TRACES}.`),
  OTEL_SERVICE_NAME: optional(z.string(), 'What the gateway is called in traces. Unset: `refold-gateway`.'),
  OTEL_RESOURCE_ATTRIBUTES: optional(
    attributes,
    'What else is said of it, such as `deployment.environment.name=production`, comma-separated.',
  ),
  OTEL_TRACES_SAMPLER: setting(
    z.enum(SAMPLERS, `must be ${SAMPLERS.slice(0, -1).join(', ')} or ${SAMPLERS.at(-1) ?? ''}`),
    'parentbased_always_on',
    'Which traces are kept: all of them, none, or a share; with `parentbased_`, what a parent has decided comes first.',
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(share, '1', 'That share, from 0 to 1.'),
  OTEL_BSP_SCHEDULE_DELAY: setting(durationMs, '5000', 'How often spans are sent, in milliseconds.'),
  OTEL_BSP_EXPORT_TIMEOUT: setting(
    durationMs,
    '30000',
    'How long a batch is waited for before the next one, in milliseconds.',
  ),
  OTEL_BSP_MAX_QUEUE_SIZE: setting(
    whole(1, 100_000),
    '2048',
    'How many spans may wait to be sent; what comes beyond that is lost.',
  ),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: setting(whole(1, 100_000), '512', 'How many of them are sent at once.'),
  OTEL_PROPAGATORS: setting(
    propagators,
    'tracecontext,baggage',
    'What is taken in and passed on to Refold: `tracecontext` (`traceparent`, `tracestate`), `baggage`, or `none`.',
  ),
  TRACE_CONTEXT: setting(
    z.enum(['parent', 'link', 'ignore'], 'must be parent, link or ignore'),
    'parent',
    'What a `traceparent` that comes in is: the parent; only linked to, without its baggage (right where browsers of strangers send it); or nothing.',
  ),
};

type TracingValues = ValuesOf<typeof TRACING_SETTINGS>;

/** Where a collector on the same machine takes them. */
const LOCAL = new URL('http://localhost:4318');

/** Whether traces are asked for. */
function isOn(values: TracingValues): boolean {
  if (values.OTEL_SDK_DISABLED || values.OTEL_TRACES_EXPORTER === 'none') return false;
  const endpoint = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT;
  return values.OTEL_TRACES_EXPORTER === 'otlp' || endpoint !== null;
}

/** What does not go together, a line a mistake. A value that is a mistake by itself is null. */
export function tracingMistakes(values: TracingValues): string[] {
  if (!isOn(values)) return [];
  const mistakes: string[] = [];
  const name = values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL === null ? 'PROTOCOL' : 'TRACES_PROTOCOL';
  const spoken = values[`OTEL_EXPORTER_OTLP_${name}`];
  if (spoken === 'grpc' || spoken === 'http/json') {
    mistakes.push(`OTEL_EXPORTER_OTLP_${name} must be ${PROTOCOL}: collectors take that at port 4318`);
  }
  const { OTEL_BSP_MAX_QUEUE_SIZE: queue, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch } = values;
  if (queue > 0 && batch > queue) {
    mistakes.push('OTEL_BSP_MAX_EXPORT_BATCH_SIZE must not be more than OTEL_BSP_MAX_QUEUE_SIZE');
  }
  return mistakes;
}

/** The same by its names in the code; null: tracing is off. */
export function tracingOf(values: TracingValues) {
  if (!isOn(values)) return null;
  const sampler = values.OTEL_TRACES_SAMPLER;
  return {
    exporter: exporterOf(values),
    sampler: {
      root: sampler.replace('parentbased_', '') as 'always_on' | 'always_off' | 'traceidratio',
      ratio: values.OTEL_TRACES_SAMPLER_ARG,
      isParentBased: sampler.startsWith('parentbased_'),
    },
    batch: {
      delayMs: values.OTEL_BSP_SCHEDULE_DELAY,
      exportTimeoutMs: values.OTEL_BSP_EXPORT_TIMEOUT,
      maxQueue: values.OTEL_BSP_MAX_QUEUE_SIZE,
      maxBatch: values.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
    },
    resource: {
      'service.name': 'refold-gateway',
      ...values.OTEL_RESOURCE_ATTRIBUTES,
      ...(values.OTEL_SERVICE_NAME !== null && { 'service.name': values.OTEL_SERVICE_NAME }),
    },
    propagators: values.OTEL_PROPAGATORS,
    incoming: values.TRACE_CONTEXT,
  };
}

function exporterOf(values: TracingValues) {
  const ca = values.OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE ?? values.OTEL_EXPORTER_OTLP_CERTIFICATE;
  const cert =
    values.OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE ?? values.OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE;
  const key = values.OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY ?? values.OTEL_EXPORTER_OTLP_CLIENT_KEY;
  return {
    url: urlOf(values),
    headers: { ...values.OTEL_EXPORTER_OTLP_HEADERS, ...values.OTEL_EXPORTER_OTLP_TRACES_HEADERS },
    timeoutMs: values.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? values.OTEL_EXPORTER_OTLP_TIMEOUT,
    compression: values.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION ?? values.OTEL_EXPORTER_OTLP_COMPRESSION,
    tls: { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) },
  };
}

function urlOf({
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own,
  OTEL_EXPORTER_OTLP_ENDPOINT: shared,
}: TracingValues): string {
  if (own !== null) return own.href;
  return `${(shared ?? LOCAL).href.replace(/\/$/, '')}/v1/traces`;
}

/** What OpenTelemetry would do for other programs, and the gateway does not. A sentence each. */
export function tracingWarnings(env: Readonly<Record<string, string | undefined>>): string[] {
  const { OTEL_METRICS_EXPORTER: metrics = '', OTEL_LOGS_EXPORTER: logs = '' } = env;
  return [
    ...(/^(|none|prometheus)$/.test(metrics)
      ? []
      : ['OTEL_METRICS_EXPORTER is set, and metrics are not sent: Prometheus reads them at /metrics']),
    ...(/^(|none)$/.test(logs)
      ? []
      : ['OTEL_LOGS_EXPORTER is set, and logs are not sent: they are on standard output']),
  ];
}
