import { expect } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { Fault } from '../../../sandbox/control/faults.ts';
import type { Row } from '../row.ts';
import { QUESTION, startUpstreamWith } from '../upstreams.ts';
import { codesOf, type World } from '../world.ts';

type Cut = (response: ServerResponse, body: string) => void;

const half = (body: string) => body.slice(0, body.length / 2);

const CUTS: readonly (readonly [string, Cut])[] = [
  [
    'by length',
    (response, body) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(half(body), () => response.destroy());
    },
  ],
  [
    'chunked',
    (response, body) => {
      response.writeHead(200);
      response.write(half(body), () => response.destroy());
    },
  ],
  [
    'by close',
    (response, body) => {
      response.useChunkedEncodingByDefault = false;
      response.shouldKeepAlive = false;
      response.writeHead(200).end(half(body));
    },
  ],
];

const truncated = CUTS.flatMap(([how, cut]): Row[] => [
  {
    number: '4',
    fault: `one answer of truncated JSON, ${how}`,
    right: 'nobody notices',
    retries: 1,
    boundMs: 5000,
    run: async (world) => {
      let isCut = true;
      const upstream = await startUpstreamWith(world, (response, body) => {
        if (isCut) cut(response, body);
        else response.writeHead(200).end(body);
        isCut = false;
      });
      const { query } = await world.gateway({ upstreamUrl: upstream.url });
      const answer = await world.timed(() => world.answered(query(QUESTION)));
      expect(codesOf(answer)).toEqual({});
      expect(answer.data).toMatchObject({ executions: { totalCount: 1 } });
      return { retries: upstream.tries() - 1 };
    },
  },
  {
    number: '4',
    fault: `truncated JSON, ${how}`,
    right: 'UPSTREAM_BAD_RESPONSE on its path, and its siblings',
    retries: 1,
    boundMs: 5000,
    run: async (world) => {
      const upstream = await startUpstreamWith(world, cut);
      const { query } = await world.gateway({ upstreamUrl: upstream.url });
      const answer = await world.timed(() => world.answered(query(QUESTION)));
      expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_BAD_RESPONSE' });
      expect(answer.data).toEqual({ applications: [{ slug: 'slack' }], executions: null });
      return { retries: upstream.tries() - 1 };
    },
  },
]);

/** What each route may be asked by, and where its answer is. */
const QUESTIONS = [
  ['/execution', 'executions', '{ executions { totalCount nodes { id } } }'],
  [
    '/execution/{execution_id}',
    'execution',
    '{ execution(id: "65410cf6cdf931a12d7ab009") { completionPercentage } }',
  ],
  ['/workflow/{id}', 'workflow', '{ workflow(id: "64f7258e35b72267edc02589") { name } }'],
  ['/application', 'applications', '{ applications { slug } }'],
] as const;

const KEPT = {
  CACHE_LIST_MS: '600000',
  CACHE_TERMINAL_MS: '600000',
  CACHE_WORKFLOW_MS: '600000',
  CACHE_APPLICATION_MS: '600000',
};

/** Has each route answer wrongly once. */
async function isRefused(world: World, fault: Fault) {
  const { query, sandbox } = await world.gateway({ env: KEPT });
  let retries = 0;
  for (const [route, field, question] of QUESTIONS) {
    sandbox.addFault({ match: { route }, ...fault });
    const before = sandbox.requests().length;
    const answer = await world.timed(() => query(question));
    expect([route, codesOf(answer)]).toEqual([route, { [field]: 'UPSTREAM_BAD_RESPONSE' }]);
    retries = Math.max(retries, sandbox.requests().length - before - 1);
    // It was not remembered: the next one asks again, and has what there is.
    const next = await query<Record<string, unknown>>(question);
    expect([route, codesOf(next)]).toEqual([route, {}]);
    expect(next.data[field]).not.toBeNull();
    expect(next.extensions.upstream.calls).toBeGreaterThan(0);
  }
  return { retries };
}

const wrong = (fault: string, how: Fault): Row => ({
  number: '5',
  fault,
  right: 'UPSTREAM_BAD_RESPONSE, never null, never remembered',
  retries: 0,
  boundMs: 1000,
  run: (world) => isRefused(world, how),
});

/** An answer whose first byte tells that it is none, and whose end never comes. */
const open = (fault: string, beginning: string): Row => ({
  number: '5',
  fault,
  right: 'UPSTREAM_BAD_RESPONSE at its first byte',
  retries: 0,
  boundMs: 1000,
  run: async (world) => {
    const upstream = await startUpstreamWith(world, (response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.write(beginning);
    });
    const { query } = await world.gateway({ upstreamUrl: upstream.url });
    const answer = await world.timed(() => query(QUESTION));
    expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_BAD_RESPONSE' });
    expect(answer.data).toEqual({ applications: [{ slug: 'slack' }], executions: null });
    return { retries: upstream.tries() - 1 };
  },
});

/** Upstream says something else than it should. */
export const UPSTREAM_BODIES: readonly Row[] = [
  ...truncated,
  open('HTML with a 200 that does not end', '<html>'),
  open('blanks and HTML with a 200 that does not end', '\r\n <html>'),
  open('a text with a 200 that does not end', '"ok'),
  wrong('HTML with a 200', { contentType: 'text/html' }),
  wrong('nothing with a 200', { body: '' }),
  wrong('null with a 200', { body: null }),
  wrong('a text with a 200', { body: '"ok"' }),
  wrong('a message with a 200', { body: { message: 'Welcome' } }),
  wrong('an error in a 200', { body: { status_code: 500, error_code: 'SERVER_ERROR', message: 'Failed' } }),
];
