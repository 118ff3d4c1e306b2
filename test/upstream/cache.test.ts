import { afterEach, describe, expect, test } from '@jest/globals';
import { AT_ONCE, errorsOf, PACE_MS, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { encoded } from '../support/encoded.ts';
import { numbers } from '../support/numbers.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, DEMO_SESSION, OTHER, startServer, stopAll, type Answer } from '../support/gateway.ts';

afterEach(stopAll);

/** The defaults, with times that tell the classes apart. */
const TIMES = {
  CACHE_LIST_MS: '2000',
  CACHE_WORKFLOW_MS: '300000',
  CACHE_APPLICATION_MS: '60000',
  CACHE_NOT_FOUND_MS: '5000',
  CACHE_STALE_MS: '10000',
  CACHE_STALE_IF_ERROR_MS: '600000',
};
/** Longer than a list is shown at all while upstream answers. */
const PAST_STALE_MS = 12_000;
/** A failure that is not worth a retry within the operation. */
const DOWN = { status: 503, retryAfter: 30, times: 1000 };

function startCached(env: Record<string, string> = {}) {
  return startOnFakeClock({ env: { ...TIMES, ...env } });
}

type Gateway = Awaited<ReturnType<typeof startCached>>;

/** Resolves once no refresh is under way, nor anything else. */
function settled({ clock }: Gateway): Promise<void> {
  return clock.until((due) => due.length === 0);
}

/** What an answer cost, in short. */
function costOf({ extensions }: Answer) {
  const { calls, cacheHits, asOf } = extensions.upstream;
  return { calls, cacheHits, asOf };
}

/** One row of executions in an operation of several, as `ask` asks for it. */
const pageOf = (number: number) =>
  `p${String(number)}: executions(page: { number: ${String(number)}, size: 1 }) { totalCount nodes { id } }`;

const ASKED = { calls: 1, cacheHits: 0, asOf: null };
const REMEMBERED = { calls: 0, cacheHits: 1, asOf: null };
const staleOf = (at: number) => ({ ...REMEMBERED, asOf: new Date(at).toISOString() });

describe('an answer is as good as new', () => {
  const CLASSES = [
    ['CACHE_LIST_MS', 'a list of executions', '{ executions { totalCount } }'],
    ['CACHE_WORKFLOW_MS', 'a list of workflows', '{ workflows { totalCount } }'],
    ['CACHE_WORKFLOW_MS', 'a workflow', '{ workflow(id: "64f7258e35b72267edc02589") { id name } }'],
    ['CACHE_APPLICATION_MS', 'the applications', '{ applications { id } }'],
    ['CACHE_APPLICATION_MS', 'an application', '{ application(slug: "slack") { id } }'],
  ] as const;

  test.each(CLASSES)('for %s: %s', async (name, _what, text) => {
    const { query, clock } = await startCached({
      CACHE_LIST_MS: '40001',
      CACHE_WORKFLOW_MS: '40002',
      CACHE_APPLICATION_MS: '40003',
      CACHE_STALE_MS: '0',
    });
    const freshMs = { CACHE_LIST_MS: 40_001, CACHE_WORKFLOW_MS: 40_002, CACHE_APPLICATION_MS: 40_003 }[name];

    const first = await query(text);
    expect(first.errors).toEqual([]);
    expect(costOf(first)).toEqual(ASKED);
    clock.advance(freshMs - 1);
    const second = await query(text);
    expect(costOf(second)).toEqual(REMEMBERED);
    expect(second.data).toEqual(first.data);
    clock.advance(1);
    expect(costOf(await query(text))).toEqual(ASKED);
    expect(costOf(await query(text))).toEqual(REMEMBERED);
  });

  test.each(CLASSES)('never, where %s is 0: %s', async (name, _what, text) => {
    const { query, sandbox } = await startCached({ [name]: '0' });
    expect(costOf(await query(text))).toEqual(ASKED);
    expect(costOf(await query(text))).toEqual(ASKED);
    // Nor is it kept for bad times.
    sandbox.addFault(DOWN);
    expect(errorsOf(await query(text))).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
  });

  test('to the same question only', async () => {
    const { ask, query, pagesAsked } = await startCached();
    await ask(1);
    expect(costOf(await ask(2))).toEqual(ASKED);
    expect(costOf(await ask(1))).toEqual(REMEMBERED);
    expect(pagesAsked()).toEqual([1, 2]);
    const sorted = await query('{ executions(page: { number: 1, size: 9 }, sort: ASC) { totalCount } }');
    expect(costOf(sorted)).toEqual(ASKED);
  });

  test('and counts as a hit', async () => {
    const { ask, metric } = await startCached();
    await ask(1);
    await ask(1);
    await ask(1);
    expect(await metric('cache_reads_total{outcome="miss"}')).toBe(1);
    expect(await metric('cache_reads_total{outcome="hit"}')).toBe(2);
    expect(await metric('cache_reads_total{outcome="stale"}')).toBe(0);
    expect(await metric('cache_entries')).toBe(1);
  });
});

/** Has so many questions wait for the rate that one more would have to wait for long. */
async function crowd({ ask, queued, answered }: Gateway): Promise<Promise<Answer>[]> {
  const asking = numbers(101, 100 + AT_ONCE + 18).map((number) => ask(number));
  await queued(18);
  await answered(1 + AT_ONCE);
  return asking;
}

describe('an answer that was as good as new a moment ago', () => {
  const totalOf = (answer: Answer) =>
    (answer.data as { executions: { totalCount: number } }).executions.totalCount;

  test('is waited for where there is budget: a poll sees what is new', async () => {
    const { ask, clock, metric, sandbox } = await startCached(REAL_RATE);
    const total = totalOf(await ask(1));
    for (const poll of numbers(1, 4)) {
      clock.advance(5000);
      sandbox.addExecutions({ account: 'demo@example.com', count: 3 });
      const answer = await ask(1);
      expect(costOf(answer)).toEqual(ASKED);
      expect(totalOf(answer)).toBe(total + 3 * poll);
    }
    expect(await metric('cache_reads_total{outcome="stale"}')).toBe(0);
  });

  test('is waited for in operations of several calls, too', async () => {
    const { clock, passNext, query, queued } = await startCached(REAL_RATE);
    const text = `{ ${numbers(1, 8).map(pageOf).join(' ')} }`;
    for (const ageMs of [0, 5000]) {
      clock.advance(ageMs);
      const asking = query(text);
      await queued(8 - AT_ONCE);
      for (let left = 8 - AT_ONCE; left > 0; left--) await passNext();
      expect(costOf(await asking)).toEqual({ calls: 8, cacheHits: 0, asOf: null });
    }
  });

  test('is fetched once for all who wait for it', async () => {
    const gate = await startGate();
    const { ask, clock, metricIs } = await startOnFakeClock({ upstreamUrl: gate.url, env: TIMES });
    const first = ask(1);
    await gate.until(() => gate.held.length === 1);
    gate.held[0]?.answer();
    await first;
    clock.advance(2000);
    const asking = numbers(1, 5).map(() => ask(1));
    await metricIs('coalesced_total', 4);
    gate.held[1]?.answer();

    const totals = (await Promise.all(asking)).map(totalOf);
    expect(totals).toEqual(numbers(1, 5).map(() => 2));
    expect(gate.held).toHaveLength(2);
  });

  test('is shown at once, with its time, where a new one would have to wait', async () => {
    const gateway = await startCached(REAL_RATE);
    const { ask, clock, metric, pagesAsked, queued, takeAllTurns } = gateway;
    const first = await ask(1);
    const at = clock.date();
    clock.advance(2000);
    const crowding = await crowd(gateway);

    for (let again = 0; again < 3; again++) {
      const stale = await ask(1);
      expect(stale.data).toEqual(first.data);
      expect(costOf(stale)).toEqual(staleOf(at));
    }
    expect(await metric('cache_reads_total{outcome="stale"}')).toBe(3);

    // One refresh at a time, behind all that somebody waits for.
    await queued(19);
    await takeAllTurns();
    await Promise.all(crowding);
    clock.advance(PACE_MS);
    await settled(gateway);
    expect(pagesAsked().filter((page) => page === 1)).toHaveLength(2);
    expect(pagesAsked().at(-1)).toBe(1);
    expect(costOf(await ask(1))).toEqual(REMEMBERED);
  });

  test('is shown where a new one takes longer than a second, which counts for the next to ask', async () => {
    const gateway = await startCached();
    const { ask, clock, sandbox } = gateway;
    const first = await ask(1);
    const at = clock.date();
    clock.advance(2000);
    sandbox.addFault({ hang: 'before-headers' });

    const asking = ask(1);
    await sandbox.until(() => sandbox.requests()[1]?.status === 'hang');
    clock.advance(1000);
    const stale = await asking;
    expect(stale.data).toEqual(first.data);
    expect(costOf(stale)).toEqual({ ...staleOf(at), calls: 1 });

    // Its attempt is over, and the retry succeeds.
    clock.advance(1000);
    await clock.until((due) => due.some((ms) => ms <= 100));
    clock.advance(100);
    await settled(gateway);
    expect(costOf(await ask(1))).toEqual(REMEMBERED);
    expect(sandbox.requests()).toHaveLength(3);
  });

  test('is shown where a new one fails', async () => {
    const { ask, clock, sandbox } = await startCached();
    const first = await ask(1);
    const at = clock.date();
    clock.advance(2000);
    sandbox.addFault(DOWN);
    const stale = await ask(1);
    expect(stale).toMatchObject({ errors: [], data: first.data as object });
    expect(costOf(stale)).toEqual({ ...staleOf(at), calls: 1 });
  });

  test('is not shown where the credentials are refused', async () => {
    const { ask, clock, sandbox } = await startCached();
    await ask(1);
    clock.advance(2000);
    sandbox.addFault({ status: 401 });
    expect((await ask(1)).status).toBe(401);
  });

  test('tells the oldest time, where one operation shows several', async () => {
    const { ask, clock, query, sandbox } = await startCached();
    await ask(1);
    const at = clock.date();
    clock.advance(1000);
    await ask(2);
    clock.advance(5000);
    sandbox.addFault(DOWN);
    const both = await query(`{ ${pageOf(2)} ${pageOf(1)} }`);
    expect(costOf(both)).toEqual({ ...staleOf(at), cacheHits: 2, calls: 2 });
  });
});

describe('while upstream cannot be asked, what there is is shown, with its time', () => {
  test('when it fails', async () => {
    const { ask, clock, metric, sandbox } = await startCached();
    const first = await ask(1);
    const at = clock.date();
    clock.advance(PAST_STALE_MS);
    sandbox.addFault(DOWN);

    const answer = await ask(1);

    expect(answer).toMatchObject({ errors: [], data: first.data as object });
    expect(costOf(answer)).toEqual({ ...staleOf(at), calls: 1 });
    expect(await metric('cache_reads_total{outcome="stale"}')).toBe(1);
  });

  test('when the time of the operation is up', async () => {
    const { ask, clock, sandbox } = await startCached({ UPSTREAM_TIMEOUT_MS: '60000' });
    const first = await ask(1);
    const at = clock.date();
    clock.advance(PAST_STALE_MS);
    sandbox.addFault({ hang: 'before-headers' });

    const asking = ask(1);
    await sandbox.until(() => sandbox.requests()[1]?.status === 'hang');
    clock.advance(5000);

    const answer = await asking;
    expect(answer).toMatchObject({ errors: [], data: first.data as object });
    expect(costOf(answer)).toEqual({ ...staleOf(at), calls: 1 });
  });

  test('when its rate leaves no room', async () => {
    const { ask, clock, sandbox } = await startCached({
      UPSTREAM_RATE_PER_SECOND: '1',
      UPSTREAM_BURST: '1',
      OPERATION_TIMEOUT_MS: '500',
    });
    await ask(1);
    const at = clock.date();
    clock.advance(PAST_STALE_MS);
    await ask(2);

    const answer = await ask(1);

    expect(answer.errors).toEqual([]);
    expect(costOf(answer)).toEqual(staleOf(at));
    expect(errorsOf(await ask(3))).toMatchObject([{ code: 'RATE_LIMITED' }]);
    expect(sandbox.requests()).toHaveLength(2);
  });

  test('when it answers 429', async () => {
    const { ask, clock, sandbox } = await startCached();
    await ask(1);
    const at = clock.date();
    clock.advance(PAST_STALE_MS);
    sandbox.addFault({ status: 429, retryAfter: 30 });
    expect(costOf(await ask(1))).toEqual({ ...staleOf(at), calls: 1 });
  });

  test('but not when it answers no', async () => {
    const { ask, clock, sandbox } = await startCached();
    await ask(1);
    for (const status of [400, 403, 404, 501]) {
      clock.advance(PAST_STALE_MS);
      sandbox.addFault({ status });
      expect(errorsOf(await ask(1))).toMatchObject([{ upstream: { status } }]);
    }
  });

  test('and not for ever', async () => {
    const { ask, clock, sandbox } = await startCached();
    await ask(1);
    const at = clock.date();
    sandbox.addFault(DOWN);
    clock.advance(599_999);
    expect(costOf(await ask(1))).toEqual({ ...staleOf(at), calls: 1 });
    clock.advance(1);
    expect(errorsOf(await ask(1))).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
  });
});

describe('an error', () => {
  test.each([400, 403, 418, 500, 501, 503])('%d is not remembered', async (status) => {
    const { ask, sandbox } = await startCached();
    sandbox.addFault({ status, retryAfter: 30 });
    expect(errorsOf(await ask(1))).toMatchObject([{ upstream: { status } }]);
    const next = await ask(1);
    expect(next.errors).toEqual([]);
    expect(costOf(next)).toEqual(ASKED);
  });

  test('in the shape of the answer is not remembered', async () => {
    const { ask, sandbox } = await startCached();
    sandbox.addFault({ body: { docs: 'none' } });
    expect(errorsOf(await ask(1))).toEqual([{ code: 'UPSTREAM_BAD_RESPONSE' }]);
    expect(costOf(await ask(1))).toEqual(ASKED);
  });

  const UNKNOWN = '{ workflow(id: "000000000000000000000000") { id } }';

  test('404 is remembered shortly', async () => {
    const { query, clock, sandbox } = await startCached();
    const first = await query(UNKNOWN);
    expect(errorsOf(first)).toMatchObject([{ code: 'NOT_FOUND', upstream: { status: 404 } }]);
    clock.advance(4999);
    const second = await query(UNKNOWN);
    expect(costOf(second)).toEqual(REMEMBERED);
    expect(errorsOf(second)).toEqual([{ code: 'NOT_FOUND', upstream: { status: 404 } }]);
    expect(second.data).toEqual(first.data);
    clock.advance(1);
    expect(costOf(await query(UNKNOWN))).toEqual(ASKED);
    expect(sandbox.requests()).toHaveLength(2);
  });

  test('404 is not remembered where CACHE_NOT_FOUND_MS is 0', async () => {
    const { query } = await startCached({ CACHE_NOT_FOUND_MS: '0' });
    await query(UNKNOWN);
    expect(costOf(await query(UNKNOWN))).toEqual(ASKED);
  });

  test('404 is never shown for bad times', async () => {
    const { query, clock, sandbox } = await startCached();
    await query(UNKNOWN);
    clock.advance(5000);
    sandbox.addFault(DOWN);
    expect(errorsOf(await query(UNKNOWN))).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
  });
});

describe('credentials that upstream refuses', () => {
  test('end all that is remembered for them, and for nobody else', async () => {
    const { ask, sandbox } = await startCached();
    await ask(1);
    await ask(1, OTHER);
    await ask(1, DEMO_SESSION);
    sandbox.addFault({ status: 401, match: { query: { page: '2' } } });
    expect(errorsOf(await ask(2))).toMatchObject([{ code: 'UNAUTHENTICATED' }]);

    sandbox.addFault({ status: 401 });
    const refused = await ask(1);
    expect(refused.status).toBe(401);
    expect(costOf(refused)).toEqual(ASKED);
    expect(costOf(await ask(1, OTHER))).toEqual(REMEMBERED);
    expect(costOf(await ask(1, DEMO_SESSION))).toEqual(REMEMBERED);
  });

  test('leave nothing to show for bad times', async () => {
    const { ask, sandbox } = await startCached();
    await ask(1);
    sandbox.addFault({ status: 401 });
    await ask(2);
    sandbox.addFault(DOWN);
    expect(errorsOf(await ask(1))).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
  });

  test('end what was on its way before', async () => {
    const gate = await startGate();
    const { ask } = await startOnFakeClock({ upstreamUrl: gate.url, env: TIMES });
    const early = ask(1);
    await gate.until(() => gate.held.length === 1);
    const refused = ask(2);
    await gate.until(() => gate.held.length === 2);
    gate.held[1]?.answer(401);
    expect((await refused).status).toBe(401);
    gate.held[0]?.answer();
    expect((await early).errors).toEqual([]);

    const again = ask(1);
    await gate.until(() => gate.held.length === 3);
    gate.held[2]?.answer();
    expect(costOf(await again)).toEqual(ASKED);
  });

  test('end what was about to be shown for bad times', async () => {
    const { ask, clock, sandbox } = await startCached({ UPSTREAM_TIMEOUT_MS: '60000' });
    await ask(1);
    clock.advance(PAST_STALE_MS);
    sandbox.addFault({ hang: 'before-headers', match: { query: { page: '1' } } });
    const asking = ask(1);
    await sandbox.until(() => sandbox.requests()[1]?.status === 'hang');
    sandbox.addFault({ status: 401 });
    await ask(2);
    clock.advance(5000);
    expect(errorsOf(await asking)).toEqual([{ code: 'UPSTREAM_TIMEOUT' }]);
  });
});

describe('credentials that upstream has not accepted for a minute', () => {
  const WORKFLOWS = '{ workflows { totalCount } }';

  test('are put to it again, whatever is remembered', async () => {
    const { query, clock, sandbox } = await startCached();
    await query(WORKFLOWS);
    clock.advance(59_999);
    expect(costOf(await query(WORKFLOWS))).toEqual(REMEMBERED);
    clock.advance(1);
    sandbox.addFault({ status: 401 });
    const refused = await query(WORKFLOWS);
    expect(refused.status).toBe(401);
    expect(costOf(refused)).toEqual(ASKED);
  });

  test('are as good as new once it has accepted them for anything', async () => {
    const { ask, query, clock } = await startCached();
    await query(WORKFLOWS);
    clock.advance(50_000);
    expect(costOf(await ask(1))).toEqual(ASKED);
    clock.advance(50_000);
    expect(costOf(await query(WORKFLOWS))).toEqual(REMEMBERED);
  });
});

describe('a session token that is a JWT', () => {
  /** An upstream that takes any token, until it is told not to. */
  async function startTrusting() {
    const upstream = { status: 200, tokens: [] as unknown[] };
    const upstreamUrl = await startServer((request, response) => {
      upstream.tokens.push(request.headers.authorization);
      response.writeHead(upstream.status, { 'retry-after': '30' });
      response.end(`{"docs":[{"_id":"a"}],"totalDocs":${String(upstream.tokens.length)}}`);
    });
    const gateway = await startOnFakeClock({ upstreamUrl, env: { ...TIMES, CACHE_LIST_MS: '3600000' } });
    return { ...gateway, upstream };
  }

  function tokenOf(claims: object): Record<string, string> {
    const parts = [{ alg: 'HS256' }, claims].map(encoded);
    return { authorization: `Bearer ${parts.join('.')}.signature` };
  }

  test('is never answered from the cache past its end', async () => {
    const { ask, clock, upstream } = await startTrusting();
    const endsAt = Math.ceil(clock.date() / 1000) + 30;
    const token = tokenOf({ exp: endsAt });
    expect(costOf(await ask(1, token))).toEqual(ASKED);
    clock.advance(endsAt * 1000 - 1 - clock.date());
    expect(costOf(await ask(1, token))).toEqual(REMEMBERED);

    clock.advance(1);
    expect(costOf(await ask(1, token))).toEqual(ASKED);
    expect(costOf(await ask(1, token))).toEqual(ASKED);
    upstream.status = 503;
    expect(errorsOf(await ask(1, token))).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
    upstream.status = 401;
    expect((await ask(1, token)).status).toBe(401);
  });

  test('does not share with another one of the same account', async () => {
    const { ask, upstream } = await startTrusting();
    const tokens = [
      { account: 'a', jti: 1 },
      { account: 'a', jti: 2 },
    ].map(tokenOf);
    for (const [index, token] of tokens.entries()) {
      const answer = await ask(1, token);
      expect(costOf(answer)).toEqual(ASKED);
      expect(answer.data).toMatchObject({ executions: { totalCount: index + 1 } });
    }
    for (const [index, token] of tokens.entries()) {
      const answer = await ask(1, token);
      expect(costOf(answer)).toEqual(REMEMBERED);
      expect(answer.data).toMatchObject({ executions: { totalCount: index + 1 } });
    }
    expect(upstream.tokens).toEqual(tokens.map(({ authorization }) => authorization));
  });
});

test('callers do not share what is remembered, be it of one account', async () => {
  const { ask, sandbox } = await startCached();
  const callers = [DEMO, OTHER, DEMO_SESSION, { authorization: 'Bearer session-other' }];
  const first: Answer[] = [];
  for (const caller of callers) first.push(await ask(1, caller));
  const second: Answer[] = [];
  for (const caller of callers) second.push(await ask(1, caller));

  expect(first.map(costOf)).toEqual(callers.map(() => ASKED));
  expect(second.map(costOf)).toEqual(callers.map(() => REMEMBERED));
  const rows = (answers: Answer[]) => answers.map(({ data }) => data as unknown);
  expect(rows(second)).toEqual(rows(first));
  expect(rows(first)[0]).not.toEqual(rows(first)[1]);
  expect(sandbox.requests()).toHaveLength(4);
});

describe('CACHE_MAX_BYTES', () => {
  test('bounds what is kept: what was not used for longest goes first', async () => {
    const { ask, metric } = await startCached({ CACHE_MAX_BYTES: '20000' });
    await ask(1);
    const entryBytes = await metric('cache_bytes');
    expect(entryBytes).toBeGreaterThan(512);
    const room = Math.floor(20_000 / entryBytes);
    for (const number of numbers(2, 2 * room)) {
      await ask(number);
      // Used all the time, so it stays.
      expect(costOf(await ask(1))).toEqual(REMEMBERED);
    }

    expect(await metric('cache_bytes')).toBeLessThanOrEqual(20_000);
    const entries = await metric('cache_entries');
    expect(entries).toBeGreaterThan(1);
    expect(await metric('cache_evictions_total')).toBe(2 * room - entries);
    expect(costOf(await ask(2 * room))).toEqual(REMEMBERED);
    expect(costOf(await ask(2))).toEqual(ASKED);
  });

  test('of 0 keeps nothing', async () => {
    const { ask, metric } = await startCached({ CACHE_MAX_BYTES: '0' });
    await ask(1);
    expect(costOf(await ask(1))).toEqual(ASKED);
    expect(await metric('cache_entries')).toBe(0);
  });
});

describe('200 dashboards that all show the same', () => {
  test('and poll at once cost one call per freshness time', async () => {
    const gateway = await startCached(REAL_RATE);
    const { ask, clock, sandbox } = gateway;
    for (const round of numbers(1, 4)) {
      const answers = await Promise.all(numbers(1, 200).map(() => ask(1)));
      expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      await settled(gateway);
      expect(sandbox.requests()).toHaveLength(round);
      clock.advance(2000);
    }
  });

  test('and poll every five seconds, each at a time of its own, cost no more', async () => {
    const gateway = await startCached(REAL_RATE);
    const { ask, clock, sandbox } = gateway;
    const startedAt = clock.now();
    for (const turn of numbers(1, 400)) {
      const { errors, extensions } = await ask(1);
      expect(errors).toEqual([]);
      // Nobody sees what is older than a list may be.
      expect(extensions.upstream.asOf).toBeNull();
      await settled(gateway);
      clock.advance(25);
      expect(clock.now() - startedAt).toBe(25 * turn);
    }
    expect(sandbox.requests()).toHaveLength(5);
  });
});

test.each([
  ['an answer', '{ executions { totalCount } }', DEMO],
  ['an answer without a sign-in', '{ executions { totalCount } }', {}],
  ['a document that makes no sense', '{', DEMO],
])('%s is not for anything on the way to remember', async (_what, text, signIn) => {
  const { query, url } = await startCached();
  const answers = [
    await query(text, {}, signIn),
    await fetch(`${url}/graphql?query=${encodeURIComponent(text)}`, { headers: signIn }),
  ];
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('vary')?.toLowerCase().split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'x-api-key', 'linked_account_id', 'linked-account-id']),
    );
  }
});
