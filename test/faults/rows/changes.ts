import { setImmediate } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Fault } from '../../../sandbox/control/faults.ts';
import type { Sandbox } from '../../../sandbox/server.ts';
import { postAlone } from '../../support/budget.ts';
import { DEMO, type Answer } from '../../support/gateway.ts';
import { numbers } from '../../support/numbers.ts';
import { RERUN_FOR_ID } from '../../support/reruns.ts';
import { list } from '../../support/sandbox.ts';
import type { Row } from '../row.ts';
import { REFUSED_URL } from '../../support/refused-url.ts';
import { codesOf, type World } from '../world.ts';

const ACCOUNT = 'demo@example.com';
const POSTS = { method: 'POST' };

/** Runs that have failed, each to be run again. */
function addFailed(sandbox: Sandbox, count: number): readonly string[] {
  return sandbox.addExecutions({ account: ACCOUNT, count, status: 'ERRORED' });
}

/** How often upstream was asked to run it again. */
function sentFor(sandbox: Sandbox, id: string): number {
  return sandbox.requests().filter(({ method, path }) => method === 'POST' && path.includes(id)).length;
}

async function countOf(sandbox: Sandbox): Promise<number> {
  return (await list(sandbox, 'limit=1')).totalDocs;
}

/** Holds an answer against what has happened: what was done is not denied, and nothing is done twice. */
function expectHonest({ errors, data }: Answer, sent: number, done: number): void {
  expect(sent).toBeLessThanOrEqual(1);
  expect(done).toBeLessThanOrEqual(sent);
  const isUnknown = errors[0]?.extensions['outcome'] === 'UNKNOWN';
  const hasSaidDone = errors.length === 0 && (data as { rerunExecution: unknown }).rerunExecution !== null;
  expect({ done, honest: isUnknown || hasSaidDone === (done === 1) }).toEqual({ done, honest: true });
}

const struck = (fault: string, how: Fault): Row => ({
  number: '13',
  fault: `a change that upstream ${fault}`,
  right: 'outcome: UNKNOWN, and it is not sent again',
  retries: 0,
  boundMs: 5000,
  run: async (world) => {
    const { query, sandbox } = await world.gateway({ sandbox: { executions: 20 } });
    for (const takesEffect of [true, false]) {
      const [id = ''] = addFailed(sandbox, 1);
      const before = await countOf(sandbox);
      sandbox.addFault({ match: POSTS, takesEffect, ...how });
      const answer = await world.timed(async () => {
        const asking = query(RERUN_FOR_ID, { id });
        await sandbox.until(() =>
          sandbox.requests().some(({ path, status }) => path.includes(id) && status !== 'pending'),
        );
        if (how.hang !== undefined) world.clock.advance(2000);
        return asking;
      });
      expect(answer.errors).toMatchObject([
        { extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } },
      ]);
      expectHonest(answer, sentFor(sandbox, id), (await countOf(sandbox)) - before);
    }
    return { retries: 0 };
  },
});

/** More than a whole exchange has, so that some cuts miss it. */
const EXCHANGE_BYTES = 700;
const cutsOf = ({ isTimed }: World) => (isTimed ? 60 : 12);

/** Cuts one change after another at a byte that the seed chooses, on its way there or back. */
async function isCutAnywhere(world: World) {
  const sandbox = await world.sandbox({ executions: 20 });
  const proxy = await world.proxy(sandbox.url);
  const { query } = await world.gateway({ upstreamUrl: proxy.url });
  const cuts = cutsOf(world);
  const ids = addFailed(sandbox, 2 * cuts);
  for (const turn of numbers(1, cuts)) {
    const [id = '', other = ''] = ids.slice(2 * turn - 2);
    // As many that go well keep the circuit closed.
    expect((await query(RERUN_FOR_ID, { id: other })).errors).toEqual([]);
    const where = world.random.pick(['answerBytes', 'questionBytes'] as const);
    const cut = world.random.pick(['end', 'reset'] as const);
    const before = await countOf(sandbox);
    proxy.disturb({ [where]: world.random.below(EXCHANGE_BYTES), cut });
    const answer = await world.timed(() => world.answered(query(RERUN_FOR_ID, { id })));
    proxy.disturb({});
    expectHonest(answer, sentFor(sandbox, id), (await countOf(sandbox)) - before);
  }
  return { retries: 0 };
}

/** Enough for every circuit that there is to open. */
const REFUSALS = 10;

/** Nobody listens: what was never sent was not done, and is told so. */
async function isRefused(world: World) {
  const { query } = await world.gateway({ upstreamUrl: REFUSED_URL });
  for (const turn of numbers(1, REFUSALS)) {
    const id = `65410cf6cdf931a12d7ab0${String(9 + turn)}`;
    const answer = await world.timed(() => world.answered(query(RERUN_FOR_ID, { id })));
    expect(codesOf(answer)).toEqual({ rerunExecution: 'UPSTREAM_UNAVAILABLE' });
    expect(answer.errors[0]?.extensions).not.toHaveProperty('outcome');
    expect(answer.extensions.upstream.calls).toBeLessThanOrEqual(1);
  }
  return { retries: 0 };
}

/** The budget pauses, so that there is no turn in time. */
async function hasNoTurn(world: World) {
  const { query, sandbox } = await world.gateway();
  const [id = ''] = addFailed(sandbox, 1);
  sandbox.addFault({ status: 429, retryAfter: 60 });
  expect(codesOf(await query('{ executions { totalCount } }'))).toEqual({ executions: 'RATE_LIMITED' });
  const answer = await world.timed(() => query(RERUN_FOR_ID, { id }));
  expect(codesOf(answer)).toEqual({ rerunExecution: 'RATE_LIMITED' });
  expect(answer.errors[0]?.extensions).not.toHaveProperty('outcome');
  expect(sentFor(sandbox, id)).toBe(0);
  return { retries: 0 };
}

const LEAVERS = 30;

/** Has one caller after another leave at a moment that the seed chooses. */
async function callerLeaves(world: World) {
  const { app, endpoint, sandbox } = await world.gateway({ sandbox: { executions: 20 } });
  const ids = addFailed(sandbox, LEAVERS);
  const before = await countOf(sandbox);
  for (const id of ids) {
    const caller = new AbortController();
    const body = JSON.stringify({ query: RERUN_FOR_ID, variables: { id } });
    const asking = postAlone(endpoint, body, DEMO, caller.signal).catch(() => null);
    for (let turns = world.random.below(40); turns > 0; turns--) await setImmediate();
    caller.abort();
    await asking;
  }
  // Whatever is still under way is over then.
  await app.stop();
  const sent = ids.map((id) => sentFor(sandbox, id));
  expect(Math.max(...sent)).toBeLessThanOrEqual(1);
  const total = sent.reduce((sum, one) => sum + one, 0);
  expect((await countOf(sandbox)) - before).toBeLessThanOrEqual(total);
  return { retries: 0 };
}

/** Changes, of which each must be made once at the most. */
export const CHANGES: readonly Row[] = [
  ...[500, 502, 503, 504].map((status) =>
    struck(`answers with ${String(status)}`, { status, retryAfter: 0 }),
  ),
  struck('resets', { reset: true }),
  struck('cuts off', { truncate: true }),
  struck('never answers', { hang: 'before-headers' }),
  struck('never finishes to answer', { hang: 'after-headers' }),
  {
    number: '13',
    fault: 'a change whose connection is refused',
    right: 'UPSTREAM_UNAVAILABLE without an outcome: it was never sent',
    retries: 0,
    boundMs: 5000,
    run: isRefused,
  },
  {
    number: '13',
    fault: 'a change that has no turn in time',
    right: 'RATE_LIMITED without an outcome: it was never sent',
    retries: 0,
    boundMs: 5000,
    run: hasNoTurn,
  },
  {
    number: '13',
    fault: 'a change cut at any byte, there or back',
    right: 'outcome: UNKNOWN where nobody can tell, and it is not sent again',
    retries: 0,
    boundMs: 5000,
    isRandom: true,
    run: isCutAnywhere,
  },
  {
    number: '13',
    fault: 'a change whose caller leaves at any moment',
    right: 'it is not sent again',
    retries: 0,
    boundMs: null,
    isRandom: true,
    run: callerLeaves,
  },
];
