import { afterEach, describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createOutcome } from '../../src/observability/outcome.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { startCollector, stopCollectors } from '../support/otlp.ts';

afterEach(stopAll);
afterEach(stopCollectors);

const OLD = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
/** As Prometheus 2 asks, and Prometheus 3. */
const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('a scraper has the format that it asks for', () => {
  test.each([
    ['*/*', OLD],
    ['text/plain', OLD],
    ['text/html,application/xhtml+xml,*/*;q=0.8', OLD],
    [PROMETHEUS_2, OPEN],
    [PROMETHEUS_3, OPEN],
    ['application/openmetrics-text;q=0.2, text/plain;q=0.4', OLD],
    ['application/openmetrics-text;q=0, */*', OLD],
    ['application/openmetrics-text;q=none', OLD],
  ])('%s', async (accept, contentType) => {
    const { url } = await startGateway();
    const answer = await fetch(`${url}/metrics`, { headers: { accept } });
    expect(answer.headers.get('content-type')).toBe(contentType);
    expect((await answer.text()).endsWith('# EOF\n')).toBe(contentType === OPEN);
  });

  test('one after the other: both tell the same series', async () => {
    const { url, query } = await startGateway();
    await query('query Runs { executions(page: { size: 1 }) { totalCount } }');
    const as = async (accept: string) => {
      const text = await (await fetch(`${url}/metrics`, { headers: { accept } })).text();
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return lines
        .map((line) => line.slice(0, line.lastIndexOf(' ')))
        .filter((line) => !line.startsWith('nodejs_'));
    };
    await as('*/*');
    const [first, open, old] = [await as('*/*'), await as(PROMETHEUS_2), await as('*/*')];
    expect(open).toEqual(first);
    expect(old).toEqual(first);
    expect(first).toContain('refold_gateway_operations_total{operation="Runs",type="query",code="OK"}');
  });
});

describe('OpenMetrics', () => {
  /** The families of a text: each name, and its type. */
  const familiesIn = (text: string) =>
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));

  test('has each family once, and no type that it does not know', async () => {
    const { url } = await startGateway();
    const text = await (await fetch(`${url}/metrics`, { headers: { accept: OPEN } })).text();
    const families = familiesIn(text);
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
    expect([...new Set(families.map(({ type }) => type))].sort()).toEqual([
      'counter',
      'gauge',
      'histogram',
      'unknown',
    ]);
    expect(families.filter(({ name, type }) => type === 'counter' && name.endsWith('_total'))).toEqual([]);
  });

  test('leads from what is measured to the traces that are kept, and the older format to none', async () => {
    const metrics = createMetrics();
    const kept = { traceId: '0af7651916cd43dd8448eb211c80319c', isSampled: true };
    const thrownAway = { traceId: 'ffffffffffffffffffffffffffffffff', isSampled: false };
    const outcome = { ...createOutcome(), operation: 'Runs', type: 'query' as const, requestedCost: 1 };
    const ended = { outcome, code: 'OK', durationMs: 30, calls: 1, client: null };
    const request = { method: 'POST', route: '/graphql', status: 200, durationMs: 30 };
    for (const trace of [kept, thrownAway]) {
      metrics.operated({ ...ended, trace });
      metrics.requested({ ...request, trace });
      metrics.answered('/execution', 200, 30, trace);
      metrics.waited('interactive', 30, trace);
    }
    const { text } = await metrics.print(OPEN);
    const exemplars = [...text.matchAll(/^(\w+)_bucket\{.*\} \d+ # (\{.*\}) (\S+) \d+(?:\.\d+)?$/gm)];
    expect(exemplars.map(([, name, labels, value]) => [name, labels, value])).toEqual(
      expect.arrayContaining(
        [
          'http_server_request_duration_seconds',
          'refold_gateway_operation_seconds',
          'refold_gateway_upstream_request_seconds',
          'refold_gateway_rate_wait_seconds',
        ].map((name) => [name, `{trace_id="${kept.traceId}"}`, '0.03']),
      ),
    );
    expect(exemplars).toHaveLength(4);
    expect((await metrics.print()).text).not.toContain('trace_id');
  });

  test('leads to an error right after what went well, and to another trace of either once a second', async () => {
    let time = 0;
    const metrics = createMetrics({ now: () => time });
    const outcome = { ...createOutcome(), operation: 'Runs', type: 'query' as const, requestedCost: 1 };
    const end = (code: string, traceId: string) => {
      const trace = { traceId, isSampled: true };
      metrics.operated({ outcome, code, durationMs: 30, calls: 1, client: null, trace });
    };
    const shown = async () => {
      const { text } = await metrics.print(OPEN);
      const leading = text.matchAll(/^\w+_bucket\{.*code="(\w+)".* # \{trace_id="(\w+)"\}/gm);
      return Object.fromEntries([...leading].map(([, code = '', id = '']) => [code, id]));
    };
    end('OK', 'a1');
    end('INTERNAL_SERVER_ERROR', 'b1');
    expect(await shown()).toEqual({ OK: 'a1', INTERNAL_SERVER_ERROR: 'b1' });
    time = 999;
    end('OK', 'a2');
    end('INTERNAL_SERVER_ERROR', 'b2');
    expect(await shown()).toEqual({ OK: 'a1', INTERNAL_SERVER_ERROR: 'b1' });
    time = 1000;
    end('INTERNAL_SERVER_ERROR', 'b3');
    expect(await shown()).toEqual({ OK: 'a1', INTERNAL_SERVER_ERROR: 'b3' });
  });
});

describe('where tracing is on', () => {
  const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
  /** The metrics that lead to the trace of an operation, which its caller keeps or does not. */
  const leadingTo = async (flags: '00' | '01') => {
    const collector = await startCollector();
    const { url, query } = await startGateway({ env: collector.env });
    const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-${flags}`;
    await query('query Runs { executions(page: { size: 1 }) { totalCount } }', {}, { ...DEMO, traceparent });
    const text = await (await fetch(`${url}/metrics`, { headers: { accept: PROMETHEUS_3 } })).text();
    const leading = text.matchAll(/^(\w+)_bucket\{.* # \{trace_id="(\w+)"\}/gm);
    return [...leading].map(([, name = '', id = '']) => [name, id]);
  };

  test('what an operation took leads to its trace', async () => {
    expect((await leadingTo('01')).sort()).toEqual([
      ['http_server_request_duration_seconds', TRACE_ID],
      ['refold_gateway_operation_seconds', TRACE_ID],
      ['refold_gateway_rate_wait_seconds', TRACE_ID],
      ['refold_gateway_upstream_request_seconds', TRACE_ID],
    ]);
  });

  test('nothing leads to a trace that nobody keeps', async () => {
    expect(await leadingTo('00')).toEqual([]);
  });
});

describe('what is switched off', () => {
  test('is not there, and the gateway answers all the same', async () => {
    const { url, query, logs } = await startGateway({ env: { METRICS: 'false', METRICS_PORT: '0' } });
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await query('{ executions(page: { size: 1 }) { totalCount } }')).errors).toEqual([]);
    expect(logs.join('')).not.toContain('"metrics"');
  });
});
