import { afterEach, expect, test } from '@jest/globals';
import { startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

/** Where the metrics are, by the line that says where the gateway listens. */
function metricsUrlIn(logs: readonly string[]): string | undefined {
  const lines = logs.map((line) => JSON.parse(line) as { msg: string; metrics?: string });
  return lines.find(({ msg }) => msg === 'listening')?.metrics;
}

const statusOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).status;

test('the metrics move to a port of their own, and nothing else does', async () => {
  const { url, query, logs } = await startGateway({ env: { METRICS_PORT: '0', HOST: '127.0.0.2' } });
  const metricsUrl = metricsUrlIn(logs) ?? '';
  expect(new URL(metricsUrl).hostname).toBe('127.0.0.2');
  await query('{ __typename }');

  const answer = await fetch(`${metricsUrl}/metrics`);

  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await answer.text()).toContain('refold_gateway_operation_seconds_count{code="OK"} 1');
  expect(await statusOf(`${url}/metrics`)).toBe(404);
  expect(await statusOf(`${url}/health/live`)).toBe(200);
  const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{x}"}' };
  expect(await statusOf(`${metricsUrl}/graphql`, asked)).toBe(404);
  expect(await statusOf(`${metricsUrl}/graphql`)).toBe(404);
  expect(await statusOf(`${metricsUrl}/health/live`)).toBe(404);
});

test('the port of the metrics closes with the gateway', async () => {
  const { app, logs } = await startGateway({ env: { METRICS_PORT: '0' } });
  const metricsUrl = metricsUrlIn(logs) ?? '';
  expect(await statusOf(`${metricsUrl}/metrics`)).toBe(200);
  await app.stop();
  await expect(fetch(`${metricsUrl}/metrics`)).rejects.toThrow('fetch failed');
});

test('the metrics are with the rest where no port is set, and the log says nothing of one', async () => {
  const { url, logs } = await startGateway();
  expect(await statusOf(`${url}/metrics`)).toBe(200);
  expect(metricsUrlIn(logs)).toBeUndefined();
});

test('a port that is taken is named, and the other one is let go', async () => {
  const { url, app, sandbox } = await startGateway();
  const { port } = new URL(url);
  const taken = 'something listens there already. Stop it, or set';
  await expect(startGateway({ upstream: sandbox, env: { METRICS_PORT: port } })).rejects.toThrow(
    `HOST 127.0.0.1, METRICS_PORT ${port}: ${taken} METRICS_PORT to another port`,
  );
  await app.stop();

  const again = startGateway({ upstream: sandbox, env: { PORT: port, METRICS_PORT: port } });
  await expect(again).rejects.toThrow(`HOST 127.0.0.1, PORT ${port}: ${taken} PORT to another port`);
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed');
});
