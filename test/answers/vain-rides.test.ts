import { afterEach, expect, test } from '@jest/globals';
import { postAlone, startOnFakeClock } from '../support/budget.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, stopAll } from '../support/gateway.ts';
import { aliased } from '../support/hostile.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(stopAll);

const LIST = 'query List { executions(page: { size: 3 }) { totalCount nodes { id } } }';

/** A gateway whose upstream answers when it is told to. */
async function startGated(setup: Parameters<typeof startOnFakeClock>[0] = {}) {
  const gate = await startGate();
  const env = { UPSTREAM_TIMEOUT_MS: '60000', ...setup.env };
  const gateway = await startOnFakeClock({ ...setup, upstreamUrl: gate.url, env });
  return { ...gateway, gate, arrived: (count: number) => gate.until(() => gate.held.length === count) };
}

test.each([
  ['one read', LIST, 1],
  ['a read that depends on another', '{ executions(last: 1) { nodes { id } } }', 2],
])('who asks after a webhook does not wait for one who asked before it: %s', async (_what, text, calls) => {
  const { url, endpoint, gate, arrived } = await startGated({ env: WEBHOOKS_ON });
  const client = new AbortController();
  const ask = () => postAlone(endpoint, JSON.stringify({ query: text }), DEMO, client.signal);
  const first = ask();
  await arrived(1);
  await postWebhook(url, runEvent());
  const later = ask();
  for (let call = 1; call <= calls; call++) {
    await arrived(1 + call);
    gate.held[call]?.answer();
  }

  const answer = await later;
  expect(answer).toMatchObject({ extensions: { upstream: { calls, coalesced: 0 } } });
  expect(answer).not.toHaveProperty('errors');
  expect(gate.held[0]?.isWaiting).toBe(true);
  client.abort();
  await expect(first).rejects.toThrow('aborted');
});

test('who asks after a change of its own does not wait for who asked before it', async () => {
  const { query, gate, arrived, metric } = await startGated();
  const first = query(LIST);
  await arrived(1);
  const change = query('mutation { rerunExecution(id: "1") { executionId } }');
  await arrived(2);
  gate.held[1]?.answer(400);
  await change;
  const later = query(LIST);
  await arrived(3);
  gate.held[2]?.answer();

  expect((await later).data).toMatchObject({ executions: { totalCount: 3 } });
  expect(gate.held[0]?.isWaiting).toBe(true);
  gate.held[0]?.answer();
  expect((await first).data).toMatchObject({ executions: { totalCount: 1 } });
  expect(await metric('answers_shared_total')).toBe(0);
});

test('who was let in while nobody waited is answered when the leader leaves, whoever waits by then', async () => {
  const load = { isBusy: false, waitedMs: 0, memoryShare: 0 };
  const { endpoint, gate, arrived, metric, metricIs } = await startGated({ loadProbe: () => load });
  const heavy = `{ executions(page: { size: 100 }) { ${aliased(20, 'nodes { id workflow { id } }')} } }`;
  const leader = new AbortController();
  const ask = (signal: AbortSignal) => postAlone(endpoint, JSON.stringify({ query: heavy }), DEMO, signal);
  const first = ask(leader.signal);
  await arrived(1);
  const later = ask(new AbortController().signal);
  await metricIs('coalesced_total', 1);
  load.waitedMs = 201;
  leader.abort();
  await expect(first).rejects.toThrow('aborted');
  await metricIs('operation_seconds_count{code="GONE"}', 1);
  gate.held[0]?.answer();

  expect(await later).toMatchObject({ data: { executions: { a0: [{ id: '0' }] } } });
  expect(await metric('overloaded_total{reason="heavy"}')).toBe(0);
});
