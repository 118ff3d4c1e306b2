import { afterEach, expect, test } from '@jest/globals';
import { DEMO, DEMO_SESSION, startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';
import { closeStreams, openEvents, openParts } from '../support/live-streams.ts';
import { numbers } from '../support/numbers.ts';
import { checkMetrics } from '../support/promtool.ts';

afterEach(async () => {
  closeSockets();
  closeStreams();
  await stopAll();
});

const SUBSCRIPTION = 'subscription Watch { executionsChanged { cursor } }';
const LIST = 'query Runs($number: Int) { executions(page: { number: $number, size: 1 }) { totalCount } }';

test('promtool has nothing to say of what is told under load, with viewers and with errors', async () => {
  const gateway = await startGateway();
  const { query, sandbox, url, endpoint } = gateway;
  const socket = await openSocket(url);
  socket.subscribe('1', SUBSCRIPTION);
  await socket.next();
  const streams = [
    await openEvents(url, { query: SUBSCRIPTION }),
    await openParts(url, { query: SUBSCRIPTION }),
  ];
  await Promise.all(streams.map((stream) => stream.next()));
  for (const number of numbers(1, 20)) {
    const client = {
      'graphql-client-name': `app ${String(number)}`,
      'graphql-client-version': '1.0.0-rc.1+7',
    };
    await query(LIST, { number }, { ...(number % 2 ? DEMO : DEMO_SESSION), ...client });
  }
  sandbox.addFault({ status: 503, times: 2 });
  await query(LIST, { number: 21 });
  sandbox.addFault({ status: 429, retryAfter: 30, times: 2 });
  await query(LIST, { number: 22 });
  await query(LIST, { number: 0 });
  await query('query Broken {');
  for (const path of ['/health/live', '/nothing/here', '/graphql/stream', '/webhooks/refold']) {
    await fetch(url + path);
  }
  for (const method of ['PUT', 'PATCH', 'PROPFIND', 'HEAD', 'OPTIONS']) await fetch(endpoint, { method });

  const printed = await (await fetch(`${url}/metrics`)).text();

  expect(printed).toContain('http_request_method="_OTHER"');
  expect(printed).toContain('refold_gateway_live_connections{transport="multipart"} 1');
  expect(await checkMetrics(printed)).toBe('');
  expect(await checkMetrics('# TYPE one_total gauge\none_total 1\n')).toContain('no help text');
});
