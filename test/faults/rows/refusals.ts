import { expect } from '@jest/globals';
import type { Row } from '../row.ts';
import { DEMO, OTHER } from '../../support/gateway.ts';
import { QUESTION, startUpstreamWith } from '../upstreams.ts';
import { codesOf, type World } from '../world.ts';

const RUNS = '{ executions { totalCount } }';
const RUN = '{ execution(id: "65410cf6cdf931a12d7ab009") { completionPercentage } }';
const KEPT = { CACHE_LIST_MS: '600000' };
const ACCOUNT = 'demo@example.com';

async function purgesOneIdentity(world: World) {
  const { query, sandbox } = await world.gateway({ env: KEPT });
  for (const caller of [DEMO, OTHER]) expect(codesOf(await query(RUNS, {}, caller))).toEqual({});
  sandbox.addFault({ match: { account: ACCOUNT }, status: 401, times: 2 });
  const tried = sandbox.requests().length;
  const refused = await world.timed(() => query(RUN));
  expect(codesOf(refused)).toEqual({ execution: 'UNAUTHENTICATED' });
  const retries = sandbox.requests().length - tried - 1;
  // What was remembered for them is shown no more, and for others it is.
  expect(codesOf(await query(RUNS))).toEqual({ executions: 'UNAUTHENTICATED' });
  const other = await query(RUNS, {}, OTHER);
  expect([codesOf(other), other.extensions.upstream.calls]).toEqual([{}, 0]);
  return { retries };
}

const refused = (status: number, code: string | null): Row => ({
  number: '10',
  fault: String(status),
  right: code ?? 'null: it is unknown, or of another account',
  retries: 0,
  boundMs: 1000,
  run: async (world) => {
    const { query, sandbox } = await world.gateway();
    sandbox.addFault({ match: { route: '/execution/{execution_id}' }, status });
    const answer = await world.timed(() => query(`{ viewer { linkedAccountId } ${RUN.slice(1)}`));
    expect(codesOf(answer)).toEqual(code === null ? {} : { execution: code });
    expect(answer.data).toEqual({ viewer: { linkedAccountId: ACCOUNT }, execution: null });
    return { retries: sandbox.requests().length - 1 };
  },
});

/** A list that these credentials may not see is no unknown one. */
async function isForbidden(world: World) {
  const { query, sandbox } = await world.gateway();
  sandbox.addFault({ match: { route: '/execution' }, status: 403 });
  const answer = await world.timed(() => query(`{ viewer { linkedAccountId } ${RUNS.slice(1)}`));
  expect(codesOf(answer)).toEqual({ executions: 'FORBIDDEN' });
  expect(answer.data).toEqual({ viewer: { linkedAccountId: ACCOUNT }, executions: null });
  return { retries: sandbox.requests().length - 1 };
}

/** Redirects there, and counts who comes. */
const redirected = (status: number, isElsewhere: boolean): Row => ({
  number: '18',
  fault: `${String(status)} to ${isElsewhere ? 'another' : 'the same'} origin`,
  right: 'UPSTREAM_BAD_RESPONSE, and nobody follows it',
  retries: 0,
  boundMs: 1000,
  run: async (world) => {
    const followed: unknown[] = [];
    const elsewhere = await world.server((request, response) => {
      followed.push(request.headers);
      response.end('{}');
    });
    const location = isElsewhere ? `${elsewhere}/api/v2/public/execution` : '/api/v2/public/workflow';
    const upstream = await startUpstreamWith(world, (response) => {
      response.writeHead(status, { location }).end();
    });
    const { query } = await world.gateway({ upstreamUrl: upstream.url });
    const answer = await world.timed(() => query(QUESTION));
    expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_BAD_RESPONSE' });
    expect(answer.data).toEqual({ applications: [{ slug: 'slack' }], executions: null });
    expect(followed).toEqual([]);
    expect(upstream.asked).toEqual(expect.not.arrayContaining(['/workflow']));
    return { retries: upstream.tries() - 1 };
  },
});

/** Upstream refuses, or points elsewhere. */
export const REFUSALS: readonly Row[] = [
  {
    number: '9',
    fault: '401',
    right: 'UNAUTHENTICATED, and only what was remembered for these credentials is forgotten',
    retries: 0,
    boundMs: 1000,
    run: purgesOneIdentity,
  },
  refused(400, 'BAD_USER_INPUT'),
  refused(403, null),
  refused(404, null),
  {
    number: '10',
    fault: '403 for a list',
    right: 'FORBIDDEN on its path, and its siblings',
    retries: 0,
    boundMs: 1000,
    run: isForbidden,
  },
  ...[301, 302, 303, 307, 308].flatMap((status) => [redirected(status, true), redirected(status, false)]),
];
