import { expect } from '@jest/globals';
import type { Load } from '../../../src/http/pressure.ts';
import { startGate } from '../../support/gate.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const CALM = { isBusy: false, waitedMs: 0, memoryShare: 0 };

/** One operation is in progress; under pressure the next is refused, and after it the next is let in. */
async function refuses(world: World, load: Partial<Load>, env: Record<string, string>) {
  const gate = await startGate();
  let now = CALM;
  const { url, endpoint, query } = await world.gateway({ upstreamUrl: gate.url, env, loadProbe: () => now });
  const first = query('{ executions(page: { number: 1 }) { totalCount } }');
  await gate.until(() => gate.held.length === 1);

  now = { ...CALM, ...load };
  const refused = await world.timed(() => query('{ executions(page: { number: 2 }) { totalCount } }'));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(refused.errors[0]?.extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: 1000 });
  const garbage = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":' };
  expect((await fetch(endpoint, garbage)).status).toBe(503);
  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    expect((await fetch(url + path)).status).toBe(200);
  }

  now = CALM;
  gate.held[0]?.answer();
  expect((await first).errors).toEqual([]);
  expect((await fetch(endpoint, garbage)).status).toBe(400);
  const next = query('{ executions(page: { number: 3 }) { totalCount } }');
  await gate.until(() => gate.held.length === 2);
  gate.held[1]?.answer();
  expect((await next).errors).toEqual([]);
  return { retries: gate.held.length - 2 };
}

const pressure = (fault: string, load: Partial<Load>, env: Record<string, string> = {}): Row => ({
  number: '26',
  fault,
  right: '503 OVERLOADED with Retry-After before anything is parsed, and no call; who is in is answered',
  retries: 0,
  boundMs: 50,
  run: (world) => refuses(world, load, env),
});

/** More to do than can be done. */
export const OVERLOAD: readonly Row[] = [
  pressure('the event loop is behind', { isBusy: true, waitedMs: 20 }),
  pressure('memory is used up', { memoryShare: 0.95 }),
  pressure('as many operations in progress as may be', {}, { MAX_OPERATIONS_IN_PROGRESS: '1' }),
];
