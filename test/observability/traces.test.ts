import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { REAL_RATE } from '../support/budget.ts';
import { DEMO, stopAll } from '../support/gateway.ts';
import { stopCollectors } from '../support/otlp.ts';
import { printTree } from '../support/trace-tree.ts';
import { CALLER, linkTo, named, PAGE, PARENT, startTraced, the, TRACE_ID } from '../support/traced.ts';
import { startGate } from '../support/gate.ts';

const PAGE_OF_DOCS = readFileSync(new URL('../../docs/tracing.md', import.meta.url), 'utf8');

afterEach(stopAll);
afterEach(stopCollectors);

describe('a page of a tenant', () => {
  test('is one trace, with each upstream call and what it waited for, and goes on upstream', async () => {
    const { query, queued, passNext, sandbox, allSpans } = await startTraced({ env: REAL_RATE });
    const answering = query(PAGE, {}, { ...DEMO, ...PARENT, tracestate: 'front=1', baggage: 'tier=gold' });
    await queued(1);
    await passNext();
    const { errors, extensions } = await answering;
    expect([errors, extensions]).toMatchObject([[], { traceId: TRACE_ID }]);
    const spans = await allSpans();

    const [, tree] = /<!-- tree -->\n```text\n([^]*?)\n```/.exec(PAGE_OF_DOCS) ?? [];
    expect(printTree(spans, TRACE_ID)).toBe(tree);
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
      'url.path': '/graphql',
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

describe('an answer that others have a part in', () => {
  /** A traced gateway whose upstream answers when it is told to. */
  async function startGated() {
    const gate = await startGate();
    const gateway = await startTraced({ upstreamUrl: gate.url, env: { UPSTREAM_TIMEOUT_MS: '60000' } });
    return { ...gateway, gate };
  }
  const LIST = '{ executions(page: { size: 1 }) { totalCount } }';

  test('is linked to the attempt that was made for another one', async () => {
    const { query, gate, metricIs, allSpans } = await startGated();
    const first = query(LIST);
    await gate.until(() => gate.held.length === 1);
    // The same in other words is executed by itself.
    const others = [query(LIST), query(`${LIST} `)];
    await metricIs('coalesced_total', 2);
    gate.held[0]?.answer();
    await Promise.all([first, ...others]);

    const spans = await allSpans();
    const attempt = the(spans, 'GET /api/v2/public/execution');
    const shared = named(spans, 'query').filter(({ attributes }) => attributes['refold.coalesced'] === 1);
    expect(shared.map(({ attributes }) => attributes['refold.answer']).toSorted()).toEqual([
      'executed',
      'shared',
    ]);
    for (const { links, events, traceId } of shared) {
      expect(links).toEqual([linkTo(attempt)]);
      expect(events.map(({ name }) => name)).toContain('coalesced');
      expect(traceId).not.toBe(attempt.traceId);
    }
  });

  test('is told by the span of the request alone, where it is a whole one that was remembered', async () => {
    const { query, allSpans } = await startTraced({ env: { CACHE_LIST_MS: '60000' } });
    const ask = async () => {
      const { extensions } = await query('query List { executions(page: { size: 1 }) { totalCount } }');
      return (extensions as { traceId?: string }).traceId;
    };
    const traces = [await ask(), await ask(), await ask()];

    const spans = await allSpans();
    expect(named(spans, 'query').map(({ traceId }) => traceId)).toEqual(traces.slice(0, 2));
    const again = spans.filter(({ traceId }) => traceId === traces[2]);
    expect(again).toHaveLength(1);
    expect(again[0]).toMatchObject({
      name: 'POST /graphql',
      attributes: {
        'refold.answer': 'remembered',
        'graphql.operation.name': 'List',
        'graphql.operation.type': 'query',
        'refold.cost.requested': 1,
      },
    });
  });
});

test('a request that is refused before anything of it runs has its spans all the same', async () => {
  const { endpoint, allSpans } = await startTraced();
  const post = (body: string) =>
    fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json', ...DEMO }, body });
  await post('{"query":');
  await post('{}');
  await post(JSON.stringify({ query: '{ nothing }' }));
  const spans = await allSpans();
  expect(
    named(spans, 'POST /graphql').map(({ attributes }) => attributes['http.response.status_code']),
  ).toEqual([400, 400, 400]);
  const operations = named(spans, 'GraphQL Operation');
  expect(operations.map(({ attributes }) => attributes['error.type'])).toContain('GRAPHQL_VALIDATION_FAILED');
});

test('requests of different kinds say what each is, though they come in turn', async () => {
  const { url, endpoint, allSpans } = await startTraced({ env: { TRUST_PROXY: '127.0.0.1' } });
  const ask = async (method: string, at: string, protocol: string) => {
    await (await fetch(at, { method, headers: { ...DEMO, 'x-forwarded-proto': protocol } })).text();
    return [`${method} ${new URL(at).pathname}`, method, new URL(at).pathname, protocol];
  };
  const asked: string[][] = [];
  for (let time = 0; time < 2; time++) {
    asked.push(await ask('POST', endpoint, 'https'), await ask('POST', endpoint, 'http'));
    asked.push(await ask('GET', endpoint, 'https'), await ask('POST', `${url}/webhooks/refold`, 'https'));
    // More than there are.
    for (let odd = 0; odd < 20; odd++) asked.push(await ask('POST', endpoint, `odd${String(odd)}`));
  }
  const told = (await allSpans()).flatMap(({ name, attributes: said }) =>
    'http.route' in said ? [[name, said['http.request.method'], said['http.route'], said['url.scheme']]] : [],
  );
  expect(told.toSorted()).toEqual(asked.toSorted());
});

test('health, metrics and pages are not traced', async () => {
  const { url, allSpans } = await startTraced();
  for (const path of ['/health/live', '/health/ready', '/metrics', '/', '/nothing'])
    await (await fetch(`${url}${path}`)).text();
  expect(await allSpans()).toEqual([]);
});

test('whoever leaves before the answer has left a trace', async () => {
  const { visit, sandbox, collector } = await startTraced();
  sandbox.addFault({ hang: 'before-headers' });
  const impatient = visit(1);
  await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
  impatient.leave();

  const request = await collector.span('the request', ({ name }) => name === 'POST /graphql');
  expect(request).toMatchObject({ isError: true, attributes: { 'error.type': 'GONE' } });
  await collector.span('its operation', ({ parentId }) => parentId === request.spanId);
  await collector.span(
    'its attempt',
    ({ kind, traceId }) => kind === 'client' && traceId === request.traceId,
  );
});
