import type { IncomingMessage } from 'node:http';
import { expect } from '@jest/globals';
import { DEMO } from '../../support/gateway.ts';
import type { Row } from '../row.ts';
import { startUpstreamWith } from '../upstreams.ts';
import { codesOf, type World } from '../world.ts';

const RUNS = 'query ($number: Int!) { executions(page: { number: $number, size: 1 }) { totalCount } }';
const JSON_TYPE = { 'content-type': 'application/json' };
const FIRST = '{ executions { totalCount } }';
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

/** The same, by a time: by upstream's own clock, which is years behind. */
async function waitsUntil(world: World) {
  let refusals = 0;
  const upstream = await startUpstreamWith(world, (response, body) => {
    if (refusals > 0) return void response.writeHead(200, JSON_TYPE).end(body);
    refusals += 1;
    const [date, retryAfter] = ['Wed, 01 Nov 2023 12:00:00 GMT', 'Wed, 01 Nov 2023 12:00:01 GMT'];
    response.writeHead(429, { date, 'retry-after': retryAfter }).end('{}');
  });
  const { query } = await world.gateway({ upstreamUrl: upstream.url });
  const since = world.clock.now();
  const answer = await world.timed(() => world.answered(query(FIRST), 1500));
  expect(codesOf(answer)).toEqual({});
  expect(world.clock.now() - since).toBeGreaterThanOrEqual(1000);
  return { retries: upstream.tries() - 1 };
}

/** What is asked with another key counts apart, and goes on. */
async function pausesOneKey(world: World) {
  const keyOf = ({ headers }: IncomingMessage) => headers['x-api-key'];
  const served: unknown[] = [];
  const upstream = await startUpstreamWith(world, (response, body, request) => {
    if (keyOf(request) === DEMO['x-api-key']) response.writeHead(429, { 'retry-after': '30' }).end('{}');
    else {
      served.push(keyOf(request));
      response.writeHead(200, JSON_TYPE).end(body);
    }
  });
  const env = { UPSTREAM_RATE_SCOPE: 'api-key' };
  const { query } = await world.gateway({ upstreamUrl: upstream.url, env });
  const another = { ...DEMO, 'x-api-key': 'tk_another' };
  for (let times = 0; times < 2; times++) {
    expect(codesOf(await query(FIRST))).toEqual({ executions: 'RATE_LIMITED' });
    const answer = await world.timed(() => query(FIRST, {}, another));
    expect([codesOf(answer), answer.extensions.upstream.waitedMs]).toEqual([{}, 0]);
  }
  expect(served).toEqual(['tk_another', 'tk_another']);
  // The first of the one that is paused, and no more.
  return { retries: upstream.tries() - served.length - 1 };
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
  {
    number: '7',
    fault: '429 with a Retry-After that is a time that fits',
    right: "it waits as long, by upstream's own clock, and succeeds",
    retries: 1,
    boundMs: 5000,
    run: waitsUntil,
  },
  {
    number: '8',
    fault: '429 for one of two keys that count apart',
    right: 'the budget of that key pauses; the other one is served at once',
    retries: 0,
    boundMs: 1000,
    run: pausesOneKey,
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
