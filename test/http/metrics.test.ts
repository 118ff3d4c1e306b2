import { afterEach, expect, test } from '@jest/globals';
import { apiKeyCredential, sessionTokenCredential } from '../../src/domain/credential.ts';
import { account, AT_ONCE, createMetrics, PACE_MS, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { numbers } from '../support/numbers.ts';
import { DEMO, DEMO_SESSION, startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';
import { closeStreams, openEvents } from '../support/live-streams.ts';
import { ofMetric, seriesAt } from '../support/series.ts';

afterEach(async () => {
  closeSockets();
  closeStreams();
  await stopAll();
});

const CACHED = { CACHE_LIST_MS: '2000', CACHE_STALE_MS: '10000' };

type Gateway = Awaited<ReturnType<typeof startOnFakeClock>>;

/** The gateway's own series: name and labels, and the value. */
async function seriesOf({ url }: Gateway): Promise<Map<string, number>> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  return new Map(
    lines
      .filter((line) => line.startsWith('refold_gateway_'))
      .map((line) => [
        line.slice('refold_gateway_'.length, line.lastIndexOf(' ')),
        Number(line.split(' ').at(-1)),
      ]),
  );
}

/** Has everything happen that is counted: answers of each kind, waits, refusals, hits, failures, an open circuit. */
async function useAll(gateway: Gateway): Promise<void> {
  const { ask, clock, metricIs, query, queued, sandbox, takeTurn } = gateway;
  await ask(1);
  await ask(1);
  clock.advance(2000);
  await ask(1);
  await clock.until((due) => due.length === 0);
  clock.advance(2000);
  for (const number of numbers(2, 1 + AT_ONCE)) await ask(number, DEMO_SESSION);
  const asking = [ask(11, DEMO_SESSION)];
  await queued(1);
  asking.push(ask(12, DEMO_SESSION));
  await queued(2);
  asking.push(ask(12, DEMO_SESSION));
  await metricIs('coalesced_total', 1);
  await ask(13, DEMO_SESSION);
  await takeTurn();
  await takeTurn();
  await Promise.all(asking);
  clock.advance(1000);
  await query('{ executions(page: { size: 0 }) { totalCount } }');
  await query('{ viewer { linkedAccountId } workflow(id: "64f7258e35b72267edc02589") { id } }');
  clock.advance(60_000);
  sandbox.addFault({ status: 503, retryAfter: 30, times: 5 });
  for (const number of numbers(101, 105)) {
    await ask(number);
    clock.advance(100);
  }
  // What is remembered is shown in its place.
  await ask(1);
}

test('GET /metrics counts what happens to requests', async () => {
  const gateway = await startOnFakeClock({ env: { ...REAL_RATE, ...CACHED, UPSTREAM_QUEUE_SIZE: '2' } });
  const { sandbox } = gateway;
  await useAll(gateway);
  const response = await fetch(`${gateway.url}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  expect(await response.text()).toMatch(
    /^# HELP refold_gateway_queue_length \S.*\n# TYPE refold_gateway_queue_length gauge$/m,
  );

  const series = await seriesOf(gateway);
  const { requests } = sandbox.stats();
  const expected = {
    // Requests to upstream, as upstream itself has counted them.
    'upstream_request_seconds_count{route="/execution",status="200"}': requests['GET /execution']?.['200'],
    'upstream_request_seconds_count{route="/execution",status="503"}': 5,
    'upstream_request_seconds_count{route="/workflow/{id}",status="200"}': 1,
    upstream_retries_total: 0,
    // The budget.
    'rate_wait_seconds_count{priority="interactive"}': 2 + AT_ONCE + 2 + 1 + 5,
    'rate_refusals_total{priority="interactive"}': 1,
    queue_length: 0,
    coalesced_total: 1,
    // The cache.
    'cache_reads_total{outcome="hit"}': 1,
    'cache_reads_total{outcome="stale"}': 1,
    cache_evictions_total: 0,
    cache_entries: 1 + AT_ONCE + 2,
    // What may be down.
    breaker_open: 0,
    breaker_open_callers: 1,
    // What it looks like to the callers.
    'operation_seconds_count{code="RATE_LIMITED"}': 1,
    'operation_seconds_count{code="BAD_USER_INPUT"}': 1,
    'operation_seconds_count{code="UPSTREAM_UNAVAILABLE"}': 5,
    'operations_total{operation="(anonymous)",type="query",code="RATE_LIMITED"}': 1,
    'operation_upstream_calls_total{operation="(anonymous)",type="query"}': 2 + AT_ONCE + 2 + 1 + 5,
  };
  expect(Object.fromEntries(series)).toMatchObject(expected);
  expect(series.get('rate_wait_seconds_sum{priority="interactive"}')).toBeGreaterThan(0.1);
  expect(series.get('cache_bytes')).toBeGreaterThan(0);
  expect(series.get('cache_reads_total{outcome="miss"}')).toBeGreaterThan(0);
});

test('the length of the queue and of waits are there while somebody waits', async () => {
  const gateway = await startOnFakeClock({ env: REAL_RATE });
  const { ask, answered, queued, takeAllTurns, metric } = gateway;
  const asking = numbers(1, AT_ONCE + 2).map((number) => ask(number));
  await queued(2);
  await answered(AT_ONCE);
  await takeAllTurns();
  await Promise.all(asking);
  expect(await metric('queue_length')).toBe(0);
  expect(await metric('rate_wait_seconds_bucket{le="0.05",priority="interactive"}')).toBe(AT_ONCE);
  expect(await metric('rate_wait_seconds_bucket{le="0.1",priority="interactive"}')).toBe(AT_ONCE + 1);
  expect(await metric('rate_wait_seconds_bucket{le="0.25",priority="interactive"}')).toBe(AT_ONCE + 2);
});

test('what is left of the rate is there, of the bucket that has least', async () => {
  const gateway = await startOnFakeClock({ env: { ...REAL_RATE, UPSTREAM_RATE_SCOPE: 'linked-account' } });
  const { ask, metric, clock } = gateway;
  const told = async () => [await metric('rate_available'), await metric('rate_buckets')];
  expect(await metric('rate_limit_per_second')).toBe(1000 / PACE_MS);
  expect(await metric('rate_limit_burst')).toBe(AT_ONCE);
  expect(await told()).toEqual([AT_ONCE, 0]);
  await ask(1, account(1));
  expect(await told()).toEqual([AT_ONCE - 1, 1]);
  await ask(1, account(2));
  await ask(2, account(2));
  expect(await told()).toEqual([AT_ONCE - 2, 2]);
  clock.advance(1000);
  expect(await told()).toEqual([AT_ONCE, 2]);
});

test('requests are counted by method, route and status, and those that are watched as viewers', async () => {
  const gateway = await startGateway();
  const { url, endpoint, query } = gateway;
  await query('{ __typename }');
  await query('{ __typename');
  await fetch(`${url}/no/such/${'a'.repeat(10)}`);
  await fetch(endpoint, { method: 'PUT' });
  const socket = await openSocket(url);
  const stream = await openEvents(url, { query: 'subscription { executionsChanged { cursor } }' });
  await stream.next();

  const { metric, metricIs } = createMetrics(url);
  const opened = ['websocket', 'sse', 'multipart'].map((name) =>
    metric(`live_opened_total{transport="${name}"}`),
  );
  expect(await Promise.all(opened)).toEqual([1, 1, 0]);
  stream.leave();
  socket.socket.close();
  await metricIs('live_connections{transport="sse"}', 0);
  await metricIs('live_connections{transport="websocket"}', 0);
  const counted = ofMetric(await seriesAt(gateway), 'http_server_request_duration_seconds_count');
  const told = Object.entries(counted).map(([labels, count]) => {
    const [, method, route, status] =
      /method="(.*)",http_route="(.*)",http_response_status_code="(.*)"/.exec(labels) ?? [];
    return `${String(method)} ${String(route)} ${String(status)}: ${String(count)}`;
  });
  expect(told.filter((line) => !line.includes('/metrics'))).toEqual([
    'POST /graphql 200: 1',
    'POST /graphql 400: 1',
    'GET unknown 404: 1',
    'PUT /graphql 405: 1',
  ]);
});

test('the lines of the log are counted by their level', async () => {
  const { url, query, sandbox, logs } = await startGateway();
  sandbox.addFault({ status: 503, times: 2 });
  await query('{ executions(page: { size: 1 }) { totalCount } }');
  const { metric } = createMetrics(url);
  const levels = logs.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(await metric('log_lines_total{level="warn"}')).toBe(levels.filter((level) => level === 40).length);
  expect(await metric('log_lines_total{level="warn"}')).toBeGreaterThan(0);
  expect(await metric('log_lines_total{level="info"}')).toBeGreaterThan(1);
  expect(await metric('log_lines_lost_total')).toBe(0);
});

test('no label tells who asked, or for what', async () => {
  const gateway = await startOnFakeClock({ env: { ...REAL_RATE, ...CACHED, UPSTREAM_QUEUE_SIZE: '2' } });
  await useAll(gateway);
  await gateway.query('query { executions(filter: { workflowName: "a secret name" }) { totalCount } }');

  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const { identity: key } = apiKeyCredential('API_KEY', DEMO['x-api-key'], DEMO.linked_account_id);
  const { identity: session } = sessionTokenCredential('session-demo', null);
  const telling = [
    'demo@example.com',
    'example',
    'tk_demo',
    'session-demo',
    '64f7258e35b72267edc02589',
    key,
    session,
  ];
  for (const word of [...telling, 'secret name', new URL(gateway.sandbox.url).host]) {
    expect(text).not.toContain(word);
  }
  const names = [...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name ?? '');
  const ofNode = ['le', 'kind', 'type', 'space', 'version', 'major', 'minor', 'patch'];
  const own = new Set(names.filter((name) => !ofNode.includes(name)));
  const ofHttp = ['http_request_method', 'http_response_status_code', 'http_route'];
  const ofOperations = ['client', 'code', 'operation'];
  const ofParts = ['level', 'node', 'outcome', 'priority', 'reason', 'route', 'status', 'transport', 'what'];
  expect([...own].sort()).toEqual([...ofHttp, ...ofOperations, ...ofParts].sort());
});

test('there are no more series for many callers than for one', async () => {
  const gateway = await startOnFakeClock({
    env: { ...CACHED, UPSTREAM_RATE_SCOPE: 'linked-account' },
    sandbox: { accounts: 100 },
  });
  await gateway.ask(1, account(1));
  await gateway.ask(1, account(1));
  const before = [...(await seriesOf(gateway)).keys()];
  expect(before.length).toBeGreaterThan(20);

  for (const number of numbers(2, 100)) {
    await gateway.ask(1, account(number));
    await gateway.ask(1, account(number));
  }

  expect([...(await seriesOf(gateway)).keys()]).toEqual(before);
  expect(await gateway.metric('cache_entries')).toBe(100);
});

test('whoever left before the answer is counted, and has a line in the log', async () => {
  const { visit, sandbox, metricIs, logs } = await startOnFakeClock();
  sandbox.addFault({ hang: 'before-headers' });
  const impatient = visit(1);
  await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
  impatient.leave();

  await metricIs('operation_seconds_count{code="GONE"}', 1);
  const lines = logs.map((line) => JSON.parse(line) as { status?: number });
  expect(lines.filter(({ status }) => status === 499)).toMatchObject([
    { msg: 'request', route: '/graphql', method: 'POST', codes: ['GONE'], cost: { requested: 1, actual: 1 } },
  ]);
});
