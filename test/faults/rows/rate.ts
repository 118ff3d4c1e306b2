import { expect } from '@jest/globals';
import type { Row } from '../row.ts';
import { codesOf, type World } from '../world.ts';

const RUNS = 'query ($number: Int!) { executions(page: { number: $number, size: 1 }) { totalCount } }';
/** Nobody is told to wait longer than this. */
const FIVE_MINUTES_MS = 300_000;

/** Upstream asks for a second of patience, once. */
async function waitsAndSucceeds(world: World) {
  const { query, sandbox } = await world.gateway();
  sandbox.addFault({ status: 429, retryAfter: 1 });
  const answer = await world.timed(() => world.answered(query(RUNS, { number: 1 }), 1500));
  expect(codesOf(answer)).toEqual({});
  const [refused, served, ...more] = sandbox.requests();
  expect([refused?.status, served?.status, more]).toEqual([429, 200, []]);
  return { retries: 1 };
}

/** Upstream refuses once; the next question must not reach it. */
async function pauses(world: World, retryAfter: string | undefined) {
  const { query, sandbox } = await world.gateway();
  sandbox.addFault({ status: 429, ...(retryAfter !== undefined && { retryAfter }) });
  const refused = await query(RUNS, { number: 1 });
  expect(codesOf(refused)).toEqual({ executions: 'RATE_LIMITED' });
  const told = refused.errors[0]?.extensions['retryAfterMs'];
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(FIVE_MINUTES_MS);
  return { query, sandbox };
}

const tooLong = (fault: string, retryAfter: string): Row => ({
  number: '8',
  fault: `429 with a Retry-After that is ${fault}`,
  right: 'RATE_LIMITED with a believable retryAfterMs, and the budget pauses: nothing is sent',
  retries: 0,
  boundMs: 10,
  run: async (world) => {
    const { query, sandbox } = await pauses(world, retryAfter);
    const next = await world.timed(() => query(RUNS, { number: 2 }));
    expect(codesOf(next)).toEqual({ executions: 'RATE_LIMITED' });
    expect(next.errors[0]?.extensions['retryAfterMs']).toBeLessThanOrEqual(FIVE_MINUTES_MS);
    return { retries: sandbox.requests().length - 1 };
  },
});

const unbelievable = (fault: string, retryAfter: string | undefined): Row => ({
  number: '8',
  fault: `429 with ${fault}`,
  right: 'RATE_LIMITED with a believable retryAfterMs, and the budget pauses as long',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const { query, sandbox } = await pauses(world, retryAfter);
    const sent = sandbox.requests().length;
    // The next one waits until the pause is over.
    const next = await world.timed(() => world.answered(query(RUNS, { number: 2 }), 1500));
    expect(codesOf(next)).toEqual({});
    expect(next.extensions.upstream.waitedMs).toBeGreaterThan(0);
    return { retries: sent - 1 };
  },
});

const later = (ms: number) => new Date(Date.now() + ms).toUTCString();

/** Upstream wants to be left alone. */
export const RATE: readonly Row[] = [
  {
    number: '7',
    fault: '429 with a Retry-After that fits',
    right: 'it waits, and succeeds',
    retries: 1,
    boundMs: 5000,
    run: waitsAndSucceeds,
  },
  tooLong('too long', '30'),
  tooLong('huge', '999999999999'),
  tooLong('a date', later(600_000)),
  tooLong('a date in the next century', 'Fri, 01 Jan 2123 00:00:00 GMT'),
  unbelievable('no Retry-After', undefined),
  unbelievable('a Retry-After of zero', '0'),
  unbelievable('a negative Retry-After', '-5'),
  unbelievable('a Retry-After in the past', later(-60_000)),
  unbelievable('garbage as Retry-After', 'soon'),
  unbelievable('a Retry-After that overflows', '1e400'),
];
