import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import { DEMO } from '../../support/gateway.ts';
import { killAll, startMain } from '../../support/gateway-process.ts';
import { ANY_RATE } from '../../support/settings.ts';
import { numbers } from '../../support/numbers.ts';
import { peakBytes } from '../../support/peak-memory.ts';
import type { Row } from '../row.ts';
import { QUESTION, startUpstreamWith } from '../upstreams.ts';
import { codesOf, type World } from '../world.ts';

const MEGABYTE = 1024 * 1024;
const CAP_BYTES = 10 * MEGABYTE;
const CHUNK = Buffer.alloc(64 * 1024, '[');

/** Writes without an end, until nobody takes it any more; answers how much was taken. */
function pour(response: ServerResponse): () => number {
  let poured = 0;
  const fill = () => {
    while (!response.destroyed) {
      poured += CHUNK.length;
      if (!response.write(CHUNK)) return;
    }
  };
  response.on('drain', fill);
  fill();
  return () => poured;
}

/** What is in a buffer on the way counts as taken. */
const ON_THE_WAY_BYTES = 10 * MEGABYTE;

async function isEndless(world: World) {
  let pouredBytes = () => 0;
  const upstream = await startUpstreamWith(world, (response) => {
    response.writeHead(200);
    pouredBytes = pour(response);
  });
  const { query } = await world.gateway({ upstreamUrl: upstream.url });
  const answer = await world.timed(() => query(QUESTION));
  expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_BAD_RESPONSE' });
  expect(pouredBytes()).toBeLessThan(CAP_BYTES + ON_THE_WAY_BYTES);
  return { retries: upstream.tries() - 1 };
}

const refused = (fault: string, write: (response: ServerResponse) => void): Row => ({
  number: '6',
  fault,
  right: 'UPSTREAM_BAD_RESPONSE on its path, and its siblings',
  retries: 0,
  boundMs: 2000,
  run: async (world) => {
    const upstream = await startUpstreamWith(world, write);
    const { query } = await world.gateway({ upstreamUrl: upstream.url });
    const answer = await world.timed(() => world.answered(query(QUESTION)));
    expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_BAD_RESPONSE' });
    expect(answer.data).toEqual({ applications: [{ slug: 'slack' }], executions: null });
    return { retries: upstream.tries() - 1 };
  },
});

const RUNS = 'query ($number: Int!) { executions(page: { number: $number }) { totalCount } }';
const WARM_UP = 200;
const AT_ONCE = 4;

async function takesMemory(world: World) {
  let asked = 0;
  const upstream = await startUpstreamWith(world, (response, body) => {
    asked += 1;
    response.writeHead(200);
    if (asked <= WARM_UP) response.end(body);
    else pour(response);
  });
  world.onEnd(killAll);
  const { child, url } = await startMain({
    UPSTREAM_URL: upstream.url,
    ...ANY_RATE,
    CACHE_LIST_MS: '0',
  });
  const ask = async (number: number) => {
    const headers = { 'content-type': 'application/json', ...DEMO };
    const body = JSON.stringify({ query: RUNS, variables: { number } });
    return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).text();
  };
  for (let turn = 0; turn < WARM_UP; turn++) expect(await ask(1)).toContain('"totalCount":1');
  const before = peakBytes(child.pid);
  const answers = await world.timed(() => Promise.all(numbers(1, AT_ONCE).map(ask)));
  for (const answer of answers) expect(answer).toContain('UPSTREAM_BAD_RESPONSE');
  expect(peakBytes(child.pid) - before).toBeLessThanOrEqual(2 * AT_ONCE * CAP_BYTES);
  return { retries: asked - WARM_UP - AT_ONCE };
}

/** Upstream says too much. */
export const UPSTREAM_SIZES: readonly Row[] = [
  {
    number: '6',
    fault: 'a body without an end',
    right: 'it is cut off at the limit: UPSTREAM_BAD_RESPONSE',
    retries: 0,
    boundMs: 2000,
    run: isEndless,
  },
  refused('a body that says that it is huge', (response) => {
    response.writeHead(200, { 'content-length': 100 * CAP_BYTES });
    response.write('{');
  }),
  refused('a bomb in gzip', (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
    response.end(gzipSync(Buffer.alloc(20 * MEGABYTE, ' ')));
  }),
  refused('headers without an end', ({ socket }) => {
    const more = () => {
      while (socket?.writable === true && socket.write(`x-more: ${'x'.repeat(1000)}\r\n`));
    };
    socket?.write('HTTP/1.1 200 OK\r\n');
    socket?.on('drain', more);
    more();
  }),
  {
    number: '6',
    fault: 'memory for four bodies without an end at once',
    right: 'at most twice the limit for each',
    retries: 0,
    boundMs: null,
    isLong: true,
    run: takesMemory,
  },
];
