import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import type { Row } from '../row.ts';
import { REFUSED_URL } from '../../support/refused-url.ts';
import { startUpstreamWith } from '../upstreams.ts';
import { codesOf, type World } from '../world.ts';

const RUNS = '{ executions { totalCount } }';

async function isRefused(world: World) {
  const { query } = await world.gateway({ upstreamUrl: REFUSED_URL });
  const answer = await world.timed(() => world.answered(query(RUNS)));
  expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
  return { retries: answer.extensions.upstream.calls - 1 };
}

/** Everybody who connects before the retry is due is reset at once. */
async function isBackForTheRetry(world: World) {
  const sandbox = await world.sandbox();
  const proxy = await world.proxy(sandbox.url);
  proxy.disturb({ refuses: true });
  const { query } = await world.gateway({ upstreamUrl: proxy.url });
  const answer = await world.timed(async () => {
    const asking = query(RUNS);
    await eventually('the first try', () => proxy.taken() === 1);
    proxy.disturb({});
    return world.answered(asking);
  });
  expect(codesOf(answer)).toEqual({});
  return { retries: answer.extensions.upstream.calls - 1 };
}

/** Upstream answers once on each connection, and resets it when it is asked again. */
async function isResetOnReuse(world: World) {
  const used = new WeakSet();
  let reused = 0;
  const upstream = await startUpstreamWith(world, (response, body, { socket }) => {
    if (used.has(socket)) {
      reused += 1;
      socket.resetAndDestroy();
      return;
    }
    used.add(socket);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  const { query } = await world.gateway({ upstreamUrl: upstream.url });
  expect(codesOf(await query(RUNS))).toEqual({});
  const answer = await world.timed(() => world.answered(query(RUNS)));
  expect(codesOf(answer)).toEqual({});
  expect(reused).toBe(1);
  return { retries: answer.extensions.upstream.calls - 1 };
}

async function isUnknownHost(world: World) {
  const { query } = await world.gateway({ upstreamUrl: 'http://refold.invalid' });
  const answer = await world.timed(() => world.answered(query(RUNS)));
  expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
  return { retries: answer.extensions.upstream.calls - 1 };
}

/** The way to upstream is not there, or breaks. */
export const NETWORK: readonly Row[] = [
  {
    number: '14',
    fault: 'connections are refused',
    right: 'UPSTREAM_UNAVAILABLE',
    retries: 1,
    boundMs: 2000,
    run: isRefused,
  },
  {
    number: '14',
    fault: 'one connection is reset as soon as it is there',
    right: 'nobody notices',
    retries: 1,
    boundMs: 2000,
    run: isBackForTheRetry,
  },
  {
    number: '15',
    fault: 'a kept connection is reset when it is used again',
    right: 'nobody notices',
    retries: 1,
    boundMs: 2000,
    run: isResetOnReuse,
  },
  {
    number: '16',
    fault: 'a name that nobody knows',
    right: 'UPSTREAM_UNAVAILABLE',
    retries: 1,
    boundMs: 2000,
    run: isUnknownHost,
  },
];
