import { afterEach, describe, expect, test } from '@jest/globals';
import { REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { DEMO, stopAll, type Setup } from '../support/gateway.ts';
import { startCollector, stopCollectors, type ReceivedSpan } from '../support/otlp.ts';
import { printTree } from '../support/trace-tree.ts';

afterEach(stopAll);
afterEach(stopCollectors);

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
/** As a service in front sends it. */
const PARENT = { traceparent: `00-${TRACE_ID}-${CALLER}-01` };

/** A page of a run history: three calls upstream, of which the third has to wait for its turn. */
const PAGE = `query RunHistory {
  executions(page: { number: 1, size: 10 }) {
    nodes { id status workflow { name description } application { name slug } }
  }
}`;

async function startTraced({ env, ...setup }: Omit<Setup, 'clock'> = {}) {
  const collector = await startCollector();
  const gateway = await startOnFakeClock({ ...setup, env: { ...collector.env, ...env } });
  /** All there is, once the gateway has stopped: it sends what is left. */
  const allSpans = async (): Promise<readonly ReceivedSpan[]> => {
    await gateway.app.stop();
    return collector.spans();
  };
  return { ...gateway, collector, allSpans };
}

const named = (spans: readonly ReceivedSpan[], name: string) => spans.filter((span) => span.name === name);
const the = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const [span, ...more] = named(spans, name);
  if (span === undefined || more.length > 0) throw new Error(`There is not one span ${name}`);
  return span;
};

describe('a page of a tenant', () => {
  test('is one trace, with each upstream call and what it waited for, and goes on upstream', async () => {
    const { query, queued, passNext, sandbox, allSpans } = await startTraced({ env: REAL_RATE });
    const answering = query(PAGE, {}, { ...DEMO, ...PARENT, tracestate: 'front=1', baggage: 'tier=gold' });
    await queued(1);
    await passNext();
    const { errors, extensions } = await answering;
    expect([errors, extensions]).toMatchObject([[], { traceId: TRACE_ID }]);
    const spans = await allSpans();

    expect(printTree(spans, TRACE_ID)).toBe(
      [
        '└─ POST /graphql [server] http.response.status_code=200',
        '   └─ query [server] graphql.operation.name=RunHistory refold.answer=executed refold.cost.requested=4 refold.cost.actual=3 (cache /api/v2/public/execution miss) (cache /api/v2/public/workflow miss) (cache /api/v2/public/application miss)',
        '      ├─ GET /api/v2/public/execution [client] http.response.status_code=200',
        '      ├─ rate limit wait [internal] refold.priority=interactive',
        '      ├─ GET /api/v2/public/workflow [client] http.response.status_code=200',
        '      └─ GET /api/v2/public/application [client] http.response.status_code=200',
      ].join('\n'),
    );
    expect(the(spans, 'POST /graphql')).toMatchObject({ parentId: CALLER, traceState: 'front=1' });
    const told = sandbox
      .requests()
      .map(({ headers: { traceparent, tracestate, baggage } }) => [traceparent, tracestate, baggage]);
    const attempts = spans
      .filter(({ kind }) => kind === 'client')
      .map(({ spanId }) => [`00-${TRACE_ID}-${spanId}-01`, 'front=1', 'tier=gold']);
    expect(told.toSorted()).toEqual(attempts.toSorted());
  });

  test('says of each part what the conventions ask for', async () => {
    const { query, url, sandbox, allSpans } = await startTraced();
    await query(PAGE);
    const spans = await allSpans();
    expect(the(spans, 'POST /graphql').attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'url.scheme': new URL(url).protocol.slice(0, -1),
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
    });
    expect(the(spans, 'query').attributes).toEqual({
      'graphql.operation.name': 'RunHistory',
      'graphql.operation.type': 'query',
      'refold.answer': 'executed',
      'refold.cost.requested': 4,
      'refold.cost.actual': 3,
      'refold.cache.hits': 0,
      'refold.coalesced': 0,
      'refold.rate.waited_ms': 0,
    });
    const { hostname, port } = new URL(sandbox.url);
    expect(the(spans, 'GET /api/v2/public/execution').attributes).toEqual({
      'http.request.method': 'GET',
      'url.template': '/api/v2/public/execution',
      'server.address': hostname,
      'server.port': Number(port),
      'http.response.status_code': 200,
    });
    expect(the(spans, 'POST /graphql').resource).toMatchObject({
      'service.name': 'refold-gateway',
      'telemetry.sdk.language': 'nodejs',
    });
  });

  test('has its ids in the lines of the log', async () => {
    const { query, sandbox, logs, allSpans } = await startTraced();
    sandbox.addFault({ status: 400 });
    await query(PAGE, {}, { ...DEMO, ...PARENT });
    const spans = await allSpans();
    const lines = logs.map((line) => JSON.parse(line) as { msg: string; traceId?: string; spanId?: string });
    const idsOf = (message: string) =>
      lines.filter(({ msg }) => msg === message).map(({ traceId, spanId }) => [traceId, spanId]);
    expect(idsOf('request')).toEqual([[TRACE_ID, the(spans, 'POST /graphql').spanId]]);
    expect(idsOf('upstream failed')).toEqual([[TRACE_ID, the(spans, 'query').spanId]]);
  });
});

describe('an upstream call that fails', () => {
  test('is a span for each attempt', async () => {
    const { ask, passRetryWaits, sandbox, allSpans } = await startTraced();
    sandbox.addFault({ status: 503, times: 1 });
    const answering = ask(1);
    await passRetryWaits();
    await answering;
    const attempts = named(await allSpans(), 'GET /api/v2/public/execution');
    expect(
      attempts.map(({ attributes, isError }) => [
        attributes['http.response.status_code'],
        attributes['error.type'],
        attributes['http.request.resend_count'],
        isError,
      ]),
    ).toEqual([
      [503, '503', undefined, true],
      [200, undefined, 1, false],
    ]);
  });

  test('and the operation, with their codes', async () => {
    const { query, sandbox, allSpans } = await startTraced();
    sandbox.addFault({ status: 403 });
    await query(PAGE);
    const spans = await allSpans();
    expect(the(spans, 'query')).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'FORBIDDEN', 'refold.error.codes': ['FORBIDDEN'] },
    });
  });
});
