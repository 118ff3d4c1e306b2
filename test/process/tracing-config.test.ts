import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config.ts';
import { mistakesIn } from '../support/mistakes.ts';

type Env = Readonly<Record<string, string>>;

const HERE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('tracing is on', () => {
  test.each<[Env, string]>([
    [HERE, 'http://collector:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example/base/' }, 'https://otlp.example/base/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otlp.example/mine' }, 'https://otlp.example/mine'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otlp.example' }, 'https://otlp.example/'],
    [
      { ...HERE, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otlp.example/mine' },
      'https://otlp.example/mine',
    ],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
    [{ ...HERE, OTEL_SDK_DISABLED: 'FALSE' }, 'http://collector:4318/v1/traces'],
    [
      { ...HERE, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
      'http://collector:4318/v1/traces',
    ],
  ])('with %j, and sends to %s', (env, url) => {
    expect(loadConfig(env).tracing?.exporter.url).toBe(url);
  });
});

test.each<[Env]>([
  [{}],
  [{ OTEL_SERVICE_NAME: 'gateway', OTEL_TRACES_SAMPLER: 'always_on' }],
  [{ ...HERE, OTEL_SDK_DISABLED: 'True' }],
  [{ ...HERE, OTEL_TRACES_EXPORTER: 'none' }],
  [{ ...HERE, OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
])('tracing is off with %j', (env) => {
  expect(loadConfig(env).tracing).toBeNull();
});

test('what is said for traces wins over what is said for all', () => {
  const { tracing } = loadConfig({
    ...HERE,
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=3%2C4',
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
  });
  expect(tracing?.exporter).toMatchObject({
    headers: { a: '1', b: '3,4' },
    timeoutMs: 2000,
    compression: 'none',
    tls: {},
  });
});

test('the rest is as OpenTelemetry has it by default', () => {
  expect(loadConfig(HERE).tracing).toEqual({
    exporter: {
      url: 'http://collector:4318/v1/traces',
      headers: {},
      timeoutMs: 10_000,
      compression: 'none',
      tls: {},
    },
    sampler: { root: 'always_on', ratio: 1, isParentBased: true },
    batch: { delayMs: 5000, exportTimeoutMs: 30_000, maxQueue: 2048, maxBatch: 512 },
    resource: { 'service.name': 'refold-gateway' },
    propagators: ['tracecontext', 'baggage'],
    incoming: 'parent',
  });
});

describe('a mistake is told of, and not what was written:', () => {
  test.each<[string, string]>([
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:secret@collector'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'ftp://collector'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'thrift'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/json'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api key=secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=secret%0d%0a'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=secret%'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/no/such/file'],
    ['OTEL_EXPORTER_OTLP_CLIENT_KEY', import.meta.filename],
    ['OTEL_RESOURCE_ATTRIBUTES', 'production'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'a half'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-1'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '4096'],
    ['OTEL_PROPAGATORS', 'b3'],
    ['OTEL_PROPAGATORS', 'tracecontext,none'],
    ['TRACE_CONTEXT', 'maybe'],
  ])('%s=%s', (name, value) => {
    const mistakes = mistakesIn({ ...HERE, [name]: value });
    expect(mistakes).toEqual([expect.stringMatching(new RegExp(`^${name} must `))]);
    expect(mistakes.join()).not.toMatch(/secret/);
  });

  test('several at once', () => {
    expect(
      mistakesIn({ ...HERE, OTEL_TRACES_SAMPLER: 'x', OTEL_BSP_SCHEDULE_DELAY: 'y', PORT: 'z' }),
    ).toHaveLength(3);
  });
});

describe('whoever starts it is warned', () => {
  const warningsOf = (env: Env) => loadConfig({ ...HERE, ...env }).warnings;

  test.each([
    ['OTEL_METRICS_EXPORTER', 'otlp'],
    ['OTEL_LOGS_EXPORTER', 'otlp'],
  ])('that %s=%s has no effect', (name, value) => {
    expect(warningsOf({ [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  test('of a typing mistake', () => {
    expect(warningsOf({ OTEL_SERVICE_NAMES: 'gateway' })).toEqual([
      expect.stringContaining('did you mean OTEL_SERVICE_NAME?'),
    ]);
  });

  test('of nothing that is meant for others', () => {
    const others = {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_BLRP_SCHEDULE_DELAY: '1000',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'a=b',
      OTEL_NODE_RESOURCE_DETECTORS: 'all',
    };
    expect(warningsOf(others)).toEqual([]);
  });
});
