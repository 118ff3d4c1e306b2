import { afterEach, describe, expect, test } from '@jest/globals';
import { errorsOf, PACE_MS, REAL_RATE, startOnFakeClock, AT_ONCE } from '../support/budget.ts';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { stopAll, type Answer } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';
import { linksOf, rerun } from '../support/reruns.ts';
import { FAILED } from '../support/sandbox.ts';

afterEach(stopAll);

const JUMPS = [
  ['back', -600_000],
  ['forward', 600_000],
] as const;

const TIMES = {
  CACHE_LIST_MS: '2000',
  CACHE_NOT_FOUND_MS: '5000',
  CACHE_STALE_MS: '10000',
  CACHE_STALE_IF_ERROR_MS: '60000',
};
/** A failure that is not worth a retry within the operation. */
const DOWN = { status: 503, retryAfter: 30, times: 1000 };

interface Nodes {
  readonly executions: { readonly nodes: unknown[]; readonly pageInfo: { readonly endCursor: string } };
}

function costOf({ extensions }: Answer) {
  const { calls, cacheHits, asOf } = extensions.upstream;
  return { calls, cacheHits, asOf };
}

const ASKED = { calls: 1, cacheHits: 0, asOf: null };
const REMEMBERED = { calls: 0, cacheHits: 1, asOf: null };

describe.each(JUMPS)('where the time of day is set %s by ten minutes', (_way, jumpMs) => {
  const startCached = (env: Record<string, string> = {}) => startOnFakeClock({ env: { ...TIMES, ...env } });

  test('an answer is as fresh as it was, and no fresher', async () => {
    const { ask, clock } = await startCached();
    expect(costOf(await ask(1))).toEqual(ASKED);
    clock.setBy(jumpMs);
    clock.advance(1999);
    expect(costOf(await ask(1))).toEqual(REMEMBERED);
    clock.advance(1);
    expect(costOf(await ask(1))).toEqual(ASKED);
  });

  test('what is older than its freshness is told by when it was answered', async () => {
    const { ask, clock, sandbox } = await startCached();
    const first = await ask(1);
    const asOf = new Date(clock.date()).toISOString();
    clock.setBy(jumpMs);
    clock.advance(2000);
    sandbox.addFault(DOWN);
    const stale = await ask(1);
    expect(stale).toMatchObject({ errors: [], data: first.data as object });
    expect(costOf(stale)).toEqual({ calls: 1, cacheHits: 1, asOf });
  });

  test('nothing is shown for longer than it may be while upstream is down', async () => {
    const { ask, clock, sandbox } = await startCached();
    await ask(1);
    clock.setBy(jumpMs);
    clock.advance(60_000);
    sandbox.addFault(DOWN);
    expect(errorsOf(await ask(1))).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
  });

  test('what does not exist is remembered for as long as ever', async () => {
    const { query, clock, sandbox } = await startCached();
    const text = '{ workflow(id: "000000000000000000000000") { id } }';
    const callsOf = async () => {
      await query(text);
      return sandbox.requests().length;
    };
    const calls = await callsOf();
    clock.setBy(jumpMs);
    clock.advance(4999);
    expect(await callsOf()).toBe(calls);
    clock.advance(1);
    expect(await callsOf()).toBeGreaterThan(calls);
  });

  test('what must be read anew is', async () => {
    const clock = createFakeClock();
    const run = failedRun(1, { message: 'No such channel' });
    const { query, runs, take } = await startOver([{ ...run, status: 'RUNNING' }], {
      clock,
      env: { CACHE_RUNNING_MS: '3600000' },
    });
    await query(`{ execution(id: "${run.id}") { status } }`);
    take();
    runs[0] = run;
    clock.advance(1);
    clock.setBy(jumpMs);

    const { data } = await query<Nodes>('{ executions { nodes { status failure { message } } } }');

    const failed = { status: 'ERRORED', failure: { message: 'No such channel' } };
    expect(data.executions.nodes).toEqual([failed]);
    expect(take()).toEqual(['/execution', `/execution/${run.id}`]);
  });

  test('a list goes on from a cursor whose row has gone', async () => {
    const clock = createFakeClock();
    const all = numbers(1, 6).map((minutes) => failedRun(minutes, null));
    const { query, runs } = await startOver(all, { clock });
    const text =
      'query ($after: String) { executions(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }';
    const { data } = await query<Nodes>(text);
    runs.splice(1, 1);
    clock.setBy(jumpMs);

    const next = await query<Nodes>(text, { after: data.executions.pageInfo.endCursor });

    expect(next.errors).toEqual([]);
    expect(next.data.executions.nodes).toEqual([{ id: all[2]?.id }, { id: all[3]?.id }]);
    expect(next.extensions.upstream.calls).toBe(1);
  });

  test('requests wait for their turn as long as before', async () => {
    const { ask, answered, clock, queued, takeTurn } = await startOnFakeClock({ env: REAL_RATE });
    const asking = numbers(1, AT_ONCE + 2).map((number) => ask(number));
    await queued(2);
    await answered(AT_ONCE);
    clock.setBy(jumpMs);
    expect(await takeTurn()).toBeCloseTo(PACE_MS);
    expect(await takeTurn()).toBeCloseTo(PACE_MS);
    expect((await Promise.all(asking)).flatMap(errorsOf)).toEqual([]);
  });

  test('reruns are told in the order in which they were made', async () => {
    const gateway = await startOnFakeClock();
    const first = await rerun(gateway, FAILED);
    gateway.clock.setBy(jumpMs);
    const second = await rerun(gateway, FAILED);
    expect(await linksOf(gateway, FAILED)).toMatchObject({ reruns: [{ id: first }, { id: second }] });
  });
});
