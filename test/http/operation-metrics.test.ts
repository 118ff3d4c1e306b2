import { afterEach, expect, test } from '@jest/globals';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createOutcome } from '../../src/observability/outcome.ts';
import { startOnFakeClock } from '../support/budget.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';
import { numbers } from '../support/numbers.ts';
import { ofMetric, seriesAt, seriesIn } from '../support/series.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const OPERATIONS = 'refold_gateway_operations_total';
const CALLS = 'refold_gateway_operation_upstream_calls_total';
const HOUR_MS = 3_600_000;

const listNamed = (name: string) => `query ${name} { executions(page: { size: 1 }) { totalCount } }`;

/** How many names of operations have series of their own. */
const namesIn = (series: ReadonlyMap<string, number>) =>
  [...series.keys()].filter((key) => key.startsWith(CALLS) && !key.includes('operation="(')).length;

/** All series but those of Node.js, which has one for each kind of collection that it has made. */
const ownOf = (series: ReadonlyMap<string, number>) =>
  [...series.keys()].filter((key) => !key.startsWith('nodejs_'));

test('operations are counted by name, type and code, with what they took, could cost and cost', async () => {
  const gateway = await startGateway();
  const { query } = gateway;
  await query(listNamed('Runs'));
  await query(listNamed('Runs'));
  await query('query Runs { executions(page: { size: 0 }) { totalCount } }');
  await query('{ executions(page: { size: 2 }) { totalCount } }');
  await query('mutation Stop { stopExecution(id: "65410cf6cdf931a12d7ab009") { message } }');
  await query('query Broken {');

  const series = await seriesAt(gateway);
  expect(ofMetric(series, OPERATIONS)).toEqual({
    '{operation="Runs",type="query",code="OK"}': 2,
    '{operation="Runs",type="query",code="BAD_USER_INPUT"}': 1,
    '{operation="(anonymous)",type="query",code="OK"}': 1,
    '{operation="Stop",type="mutation",code="OK"}': 1,
    '{operation="(unknown)",type="unknown",code="GRAPHQL_PARSE_FAILED"}': 1,
  });
  expect(ofMetric(series, CALLS)).toMatchObject({
    '{operation="Runs",type="query"}': 2,
    '{operation="(anonymous)",type="query"}': 1,
    '{operation="(unknown)",type="unknown"}': 0,
  });
  expect(series.get('refold_gateway_operation_cost_bucket{le="1",kind="requested"}')).toBe(4);
  expect(series.get('refold_gateway_operation_cost_count{kind="actual"}')).toBe(5);
  expect(
    series.get('refold_gateway_operation_time_seconds_total{operation="Runs",type="query"}'),
  ).toBeGreaterThan(0);
});

test('an operation that is refused for its cost is counted under a name that is known, and none is made of it', async () => {
  const gateway = await startGateway();
  const { query } = gateway;
  const many = numbers(1, 26).map(
    (number) => `a${String(number)}: executions(page: { number: ${String(number)} }) { totalCount }`,
  );
  await query(`query Greedy { ${many.join(' ')} }`);
  await query(listNamed('Greedy'));
  await query(`query Greedy { ${many.join(' ')} }`);
  expect(ofMetric(await seriesAt(gateway), OPERATIONS)).toEqual({
    '{operation="(other)",type="query",code="COST_LIMIT_EXCEEDED"}': 1,
    '{operation="Greedy",type="query",code="OK"}': 1,
    '{operation="Greedy",type="query",code="COST_LIMIT_EXCEEDED"}': 1,
  });
});

test('a subscription is counted when it ends, and is no latency', async () => {
  const gateway = await startGateway();
  const socket = await openSocket(gateway.url);
  socket.subscribe('1', 'subscription Watch { executionsChanged { cursor } }');
  await socket.next();
  socket.complete('1');
  socket.subscribe('2', listNamed('Runs'));
  await socket.next();
  await socket.next();

  const series = await seriesAt(gateway);
  expect(ofMetric(series, OPERATIONS)).toEqual({
    '{operation="Watch",type="subscription",code="GONE"}': 1,
    '{operation="Runs",type="query",code="OK"}': 1,
  });
  expect(series.get('refold_gateway_operation_seconds_count{code="GONE"}')).toBeUndefined();
  expect(series.get('refold_gateway_operation_seconds_count{code="OK"}')).toBe(1);
});

test('whoever is not let in by Refold brings no names', async () => {
  const gateway = await startGateway();
  const { query } = gateway;
  const stranger = { authorization: 'Bearer nobody-knows-this' };
  for (const number of numbers(1, 5)) await query(listNamed(`Made${String(number)}`), {}, stranger);
  for (const number of numbers(1, 5)) await query(`query Free${String(number)} { __typename }`, {}, {});
  expect(ofMetric(await seriesAt(gateway), OPERATIONS)).toEqual({
    '{operation="(other)",type="query",code="UNAUTHENTICATED"}': 5,
    '{operation="(other)",type="query",code="OK"}': 5,
  });
});

test('made-up names of operations and clients make no more series, and push nobody out', async () => {
  const gateway = await startGateway();
  const { query } = gateway;
  const ask = (name: string, client: string) =>
    query(listNamed(name), {}, { ...DEMO, 'apollographql-client-name': client });
  await ask('Runs', 'dashboard');
  for (const number of numbers(1, 60)) await ask(`Made${String(number)}`, `made-${String(number)}`);
  // The first to ask is a series, too.
  await seriesAt(gateway);
  const before = await seriesAt(gateway);
  expect(namesIn(before)).toBe(50);

  for (const number of numbers(61, 300)) await ask(`Made${String(number)}`, `made-${String(number)}`);
  await ask('Runs', 'dashboard');

  const after = await seriesAt(gateway);
  expect(ownOf(after)).toEqual(ownOf(before));
  const of = (name: string, labels: string) => ofMetric(after, `refold_gateway_${name}`)[labels];
  expect(of('operations_total', '{operation="Runs",type="query",code="OK"}')).toBe(2);
  expect(of('operations_total', '{operation="(other)",type="query",code="OK"}')).toBe(251);
  expect(of('client_operations_total', '{client="dashboard",version="(unknown)",code="OK"}')).toBe(2);
  expect(of('client_operations_total', '{client="(other)",version="(other)",code="OK"}')).toBe(251);
});

test('ten thousand names are no more than fifty', async () => {
  const metrics = createMetrics({ now: () => 0 });
  for (const number of numbers(1, 10_000)) {
    const name = `Made${String(number)}`;
    const outcome = { ...createOutcome(), operation: name, type: 'query' as const, requestedCost: 1 };
    metrics.operated({ outcome, code: 'OK', durationMs: 1, calls: 1, client: { name, version: '1' } });
  }
  const series = seriesIn((await metrics.print()).text);
  expect(namesIn(series)).toBe(50);
  expect(Object.keys(ofMetric(series, 'refold_gateway_client_operations_total'))).toHaveLength(51);
});

test('a name that has not been seen for an hour makes room for another one', async () => {
  const gateway = await startOnFakeClock();
  const { clock, query } = gateway;
  for (const number of numbers(1, 50)) await query(listNamed(`Old${String(number)}`));
  clock.advance(HOUR_MS);
  await query(listNamed('Old1'));
  await query(listNamed('Early'));
  expect(namesIn(await seriesAt(gateway))).toBe(50);
  clock.advance(1);
  await query(listNamed('New'));

  const names = Object.keys(ofMetric(await seriesAt(gateway), OPERATIONS));
  expect(names).toHaveLength(51);
  expect(names).toEqual(
    expect.arrayContaining([
      '{operation="Old1",type="query",code="OK"}',
      '{operation="New",type="query",code="OK"}',
      '{operation="(other)",type="query",code="OK"}',
    ]),
  );
  expect(names).not.toContain('{operation="Old2",type="query",code="OK"}');
});
