import { afterEach, describe, expect, test } from '@jest/globals';
import { AT_ONCE, PACE_MS, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { startGate } from '../support/gate.ts';
import { startGateway, startStill, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

/** A gateway without any cache, whose upstream answers when it is told to. */
async function startGated(env: Record<string, string> = {}) {
  const gate = await startGate();
  const gateway = await startOnFakeClock({
    upstreamUrl: gate.url,
    env: { UPSTREAM_TIMEOUT_MS: '60000', ...env },
  });
  return { ...gateway, gate, arrived: (count: number) => gate.until(() => gate.held.length === count) };
}

test('the longest wait for the rate is told, and not the sum of all', async () => {
  const { query, queued, passNext } = await startOnFakeClock({ env: REAL_RATE });
  const asking = query(`{
    a: executions(page: { number: 1, size: 1 }) { totalCount }
    b: executions(page: { number: 2, size: 1 }) { totalCount }
    c: executions(page: { number: 3, size: 1 }) { totalCount }
    d: executions(page: { number: 4, size: 1 }) { totalCount }
  }`);
  await queued(2);
  await passNext();
  await queued(1);
  await passNext();
  const { extensions } = await asking;
  expect(extensions.upstream).toMatchObject({ calls: 4, waitedMs: Math.round(2 * PACE_MS) });
});

describe('retries', () => {
  const ROUTE = '/execution/{execution_id}';

  test('are counted, and draw on what the operation may make', async () => {
    const { query, sandbox } = await startStill();
    sandbox.addFault({ match: { route: ROUTE }, status: 503 });
    const { errors, extensions } = await query('{ executions(first: 23) { nodes { nodes { id } } } }');
    expect(errors).toEqual([]);
    expect([extensions.cost?.requested, extensions.cost?.actual]).toEqual([24, 25]);
    expect(extensions.upstream.calls).toBe(sandbox.requests().length);
  });

  test('are not made where nothing is left', async () => {
    const { query, sandbox } = await startStill();
    sandbox.addFault({ match: { route: ROUTE }, status: 503, times: 2 });
    const { errors, extensions } = await query('{ executions(first: 24) { nodes { nodes { id } } } }');
    const codes = errors.map(({ extensions: { code } }) => code);
    expect(codes).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
    expect([extensions.cost?.requested, extensions.cost?.actual]).toEqual([25, 25]);
    expect(sandbox.requests()).toHaveLength(25);
  });
});

test('whoever goes on waiting pays once the first has left', async () => {
  const { visit, arrived, gate, queued, passNext, metricIs, clock, ask } = await startGated(REAL_RATE);
  const firsts = [ask(1), ask(2)];
  await arrived(AT_ONCE);
  const leaving = visit(3);
  await queued(1);
  const staying = ask(3);
  await metricIs('coalesced_total', 1);
  leaving.leave();
  await expect(leaving.answer).rejects.toThrow();
  // Each operation that is not over has its deadline set.
  await clock.until((due) => due.filter((ms) => ms === 5000).length === 3);
  await passNext();
  await arrived(AT_ONCE + 1);
  for (const request of gate.held) request.answer();
  expect((await staying).extensions.upstream).toMatchObject({ calls: 1, coalesced: 1 });
  await Promise.all(firsts);
});

test('an operation in a gateway without limits counts what upstream has counted, whatever fails', async () => {
  const { query, sandbox } = await startGateway();
  sandbox.addFault({ share: 0.3, status: 403 });
  let counted = 0;
  for (let round = 0; round < 30; round++) {
    const { extensions } = await query(`{
      executions(filter: { status: [ERRORED, STOPPED, COMPLETED] }, page: { size: 3 }) {
        nodes { workflow { description } application { description } nodes { id } }
      }
      workflows { totalCount }
      application(slug: "slack") { id }
    }`);
    counted += extensions.upstream.calls;
  }
  expect(counted).toBe(sandbox.requests().length);
});
