import { afterEach, describe, expect, test } from '@jest/globals';
import { createMetrics, errorsOf, startOnFakeClock } from '../support/budget.ts';
import { heapUsed } from '../support/collect-garbage.ts';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { DEMO, DEMO_SESSION, OTHER, OTHER_SESSION, stopAll } from '../support/gateway.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(stopAll);

/** Long enough for every answer to be fresh until a test lets it grow old. */
const CACHED = {
  CACHE_LIST_MS: '60000',
  CACHE_RUNNING_MS: '60000',
  CACHE_WORKFLOW_MS: '50000',
  CACHE_APPLICATION_MS: '40000',
  CACHE_NOT_FOUND_MS: '30000',
};
const LIST = '{ executions(page: { size: 3 }) { totalCount nodes { id status } } }';
const DEEP =
  'query Deep($size: Int) { executions(page: { size: $size }) { totalCount pageInfo { endCursor } ' +
  'nodes { id name workflow { id description } application { id authType } } } }';
/** The answer is made from upstream's, then from what is remembered of them, and given again from then on. */
const TIMES_UNTIL_REUSED = 3;

interface Statuses {
  readonly executions: { readonly nodes: readonly { readonly status: string }[] };
}

type Gateway = Awaited<ReturnType<typeof startRemembering>>;

function startRemembering(env: Record<string, string> = {}) {
  return startOnFakeClock({ env: { ...CACHED, ...env } });
}

/** How many answers were given again so far. */
const reused = ({ metric }: Pick<Gateway, 'metric'>) => metric('answers_reused_total');

/** Asks until the answer is given again. */
async function askUntilReused(
  gateway: Pick<Gateway, 'query' | 'metric'>,
  text: string,
  headers: Record<string, string> = DEMO,
) {
  const before = await reused(gateway);
  for (let time = 1; time < TIMES_UNTIL_REUSED; time++) await gateway.query(text, {}, headers);
  expect(await reused(gateway)).toBe(before);
  const answer = await gateway.query(text, {}, headers);
  expect(await reused(gateway)).toBe(before + 1);
  return answer;
}

const COUNTED = [
  'cache_reads_total{outcome="hit"}',
  'cache_reads_total{outcome="miss"}',
  'coalesced_total',
  'operation_seconds_count{code="OK"}',
];

/** All that is to be seen of one request, but for what belongs to it alone. */
async function exchangeOf(gateway: Gateway, url: string, init: RequestInit) {
  const { logs, metric } = gateway;
  const counts = async () => Promise.all(COUNTED.map((name) => metric(name)));
  const before = await counts();
  const response = await fetch(url, init);
  const body = await response.text();
  const after = await counts();
  const line = logs
    .map((one) => JSON.parse(one) as Record<string, unknown>)
    .findLast((one) => 'operation' in one);
  const { 'x-request-id': id, date, ...headers } = Object.fromEntries(response.headers);
  expect([id, date]).toEqual([line?.['requestId'], expect.any(String)]);
  return {
    status: response.status,
    headers,
    body: body.trim(),
    line: { ...line, requestId: '', time: '', durationMs: 0 },
    counted: after.map((value, nth) => value - (before[nth] ?? 0)),
  };
}

describe('an answer that is given again', () => {
  const asPost =
    (headers: Record<string, string>) =>
    (endpoint: string, query: string): [string, RequestInit] => [
      endpoint,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables: { size: 3 }, operationName: 'Deep' }),
      },
    ];
  const asGet: ReturnType<typeof asPost> = (endpoint, query) => {
    const search = new URLSearchParams({ query, variables: '{"size":3}' }).toString();
    return [`${endpoint}?${search}`, { headers: DEMO }];
  };

  test.each([
    ['with a session token', asPost(DEMO_SESSION)],
    ['with an API key', asPost(DEMO)],
    ['as another media type', asPost({ ...DEMO, accept: 'application/graphql-response+json' })],
    ['to a page of another site', asPost({ ...DEMO, origin: 'https://product.example' })],
    ['by GET', asGet],
  ])('is as if it had been made anew: %s', async (_how, asking) => {
    const gateway = await startRemembering({ CORS_ORIGINS: 'https://product.example' });
    const ask = (query: string) => exchangeOf(gateway, ...asking(gateway.endpoint, query));
    for (let time = 1; time < TIMES_UNTIL_REUSED; time++) await ask(DEEP);
    const again = await ask(DEEP);
    expect(await reused(gateway)).toBe(1);

    // The same in other words is made of the same answers of upstream, and made anew.
    const anew = await ask(`${DEEP} `);
    expect(await reused(gateway)).toBe(1);
    expect(again).toEqual(anew);
    expect(again).toMatchObject({ status: 200, line: { operation: 'Deep', codes: [] } });
    expect(again.body).toMatch(/^\{"data":.*"upstream":\{"calls":0,"cacheHits":3,"coalesced":0,/);
  });

  test('is asked of upstream once, and looked up by its letters', async () => {
    const gateway = await startRemembering();
    const { query, sandbox } = gateway;
    const answer = await askUntilReused(gateway, LIST);
    expect(answer.extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
    expect(sandbox.requests()).toHaveLength(1);
    await query(LIST, { unused: 1 });
    expect(await reused(gateway)).toBe(1);
  });

  test.each([
    ['is off', '0'],
    ['has no room for it', '2000'],
  ])('is none where the cache %s', async (_what, CACHE_MAX_BYTES) => {
    const gateway = await startRemembering({ CACHE_MAX_BYTES });
    for (let time = 0; time <= TIMES_UNTIL_REUSED; time++) await gateway.query(LIST);
    expect(await reused(gateway)).toBe(0);
    expect(await gateway.metric('answer_bytes')).toBe(0);
  });

  test('is none where what it is made from is not kept', async () => {
    const gateway = await startRemembering({ CACHE_LIST_MS: '0' });
    for (let time = 0; time <= TIMES_UNTIL_REUSED; time++) await gateway.query(DEEP);
    expect(await reused(gateway)).toBe(0);
    expect(await gateway.metric('answer_entries')).toBe(0);
  });
});

describe('an answer is made anew', () => {
  /** What the next answer to a question that was given again has cost. */
  const nextOf = async ({ query }: Pick<Gateway, 'query'>, text = LIST) => {
    return (await query(text)).extensions.upstream.calls;
  };

  test('when any part of it has grown too old', async () => {
    const gateway = await startRemembering();
    await askUntilReused(gateway, DEEP);
    gateway.clock.advance(39_999);
    await gateway.query(DEEP);
    expect(await reused(gateway)).toBe(2);
    // The applications.
    gateway.clock.advance(1);
    expect(await nextOf(gateway, DEEP)).toBe(1);
    expect(await reused(gateway)).toBe(2);
  });

  test('when its caller has changed something', async () => {
    const gateway = await startRemembering();
    await askUntilReused(gateway, LIST, OTHER);
    await askUntilReused(gateway, LIST);
    await gateway.query('mutation { stopExecution(id: "65410cf6cdf931a12d7ab009") { message } }');
    expect(await nextOf(gateway)).toBe(1);
    // Others have not.
    const before = await reused(gateway);
    await gateway.query(LIST, {}, OTHER);
    expect(await reused(gateway)).toBe(before + 1);
  });

  test('when upstream refuses the credentials', async () => {
    const gateway = await startRemembering();
    const { query, sandbox } = gateway;
    await askUntilReused(gateway, LIST);
    sandbox.addFault({ status: 401 });
    expect(errorsOf(await query('{ workflows { totalCount } }'))).toMatchObject([
      { code: 'UNAUTHENTICATED' },
    ]);
    expect(await nextOf(gateway)).toBe(1);
  });

  test('when upstream has not accepted the credentials for a while', async () => {
    const gateway = await startRemembering({ CACHE_LIST_MS: '600000' });
    await askUntilReused(gateway, LIST);
    gateway.clock.advance(60_000);
    expect(await nextOf(gateway)).toBe(1);
  });

  test('when a session token has ended by its own word', async () => {
    const clock = createFakeClock();
    const { url, query, take } = await startOver([], { env: CACHED, clock });
    const { metric } = createMetrics(url);
    const exp = Math.floor(clock.date() / 1000) + 10;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const headers = { authorization: `Bearer ${part({ alg: 'none' })}.${part({ exp })}.signed` };
    await askUntilReused({ query, metric }, LIST, headers);
    take();
    clock.advance(10_000);
    for (let time = 0; time < TIMES_UNTIL_REUSED; time++) await query(LIST, {}, headers);
    expect(take()).toHaveLength(TIMES_UNTIL_REUSED);
    expect(await reused({ metric })).toBe(1);
  });

  test('when a webhook tells of the account, and of no other', async () => {
    const RUN = failedRun(1, null, { status: 'RUNNING' });
    const { url, query, runs } = await startOver([RUN], { env: { ...CACHED, ...WEBHOOKS_ON } });
    const text = '{ executions { nodes { status } } }';
    const statusOf = async (headers = DEMO) => {
      const { executions } = (await query<Statuses>(text, {}, headers)).data;
      return executions.nodes[0]?.status;
    };
    for (let time = 0; time < TIMES_UNTIL_REUSED; time++) await statusOf();
    for (let time = 0; time < TIMES_UNTIL_REUSED; time++) await statusOf(OTHER);
    runs.splice(0, 1, { ...RUN, status: 'COMPLETED' });
    expect(await statusOf()).toBe('RUNNING');
    await postWebhook(url, runEvent({ instance_id: RUN.id }));
    expect([await statusOf(), await statusOf(OTHER)]).toEqual(['COMPLETED', 'RUNNING']);
  });
});

describe('nothing is given again', () => {
  test.each([
    ['a field that depends on more than upstream', '{ executions { nodes { id isRerun } } }'],
    [
      'such a field in a fragment',
      'query { executions { nodes { ...F } } } fragment F on Execution { failureKnown }',
    ],
    ['what tells of now', '{ executions { totalCount } viewer { upstreamBudget { available } } }'],
    ['the schema', '{ __schema { queryType { name } } }'],
    ['an error', '{ executions { totalCount } workflow(id: "000000000000000000000000") { id } }'],
    ['a request that is refused', '{ executions(page: { size: 1000 }) { totalCount } }'],
  ])('of %s', async (_what, text) => {
    const gateway = await startRemembering();
    for (let time = 0; time <= TIMES_UNTIL_REUSED; time++) await gateway.query(text);
    expect(await reused(gateway)).toBe(0);
    expect(await gateway.metric('answer_entries')).toBe(0);
  });

  test('of what is older than its freshness', async () => {
    const gateway = await startRemembering();
    const { clock, query, sandbox } = gateway;
    await query(LIST);
    clock.advance(60_000);
    sandbox.addFault({ status: 503, retryAfter: 30, times: 1000 });
    for (let time = 0; time <= TIMES_UNTIL_REUSED; time++) {
      expect((await query(LIST)).extensions.upstream.asOf).not.toBeNull();
    }
    expect(await reused(gateway)).toBe(0);
  });

  test('to one who signs in in two ways, or in none', async () => {
    const gateway = await startRemembering();
    await askUntilReused(gateway, LIST);
    const both = await gateway.query(LIST, {}, { ...DEMO, ...DEMO_SESSION });
    expect(errorsOf(both)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    expect(errorsOf(await gateway.query(LIST, {}, {}))).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
    expect(await reused(gateway)).toBe(1);
  });

  test('to another identity', async () => {
    const gateway = await startRemembering();
    await askUntilReused(gateway, LIST);
    for (const headers of [OTHER, DEMO_SESSION, OTHER_SESSION]) {
      expect((await gateway.query(LIST, {}, headers)).extensions.upstream.calls).toBe(1);
    }
    expect(await reused(gateway)).toBe(1);
  });

  test('of what makes a request too large to be looked up', async () => {
    const gateway = await startRemembering();
    const text = `${LIST}${' '.repeat(16_384)}`;
    for (let time = 0; time <= TIMES_UNTIL_REUSED; time++) await gateway.query(text);
    expect(await reused(gateway)).toBe(0);
  });
});

test('an answer keeps nothing of what upstream said once that had to make room', async () => {
  const [count, size] = [300, 200_000];
  const nodes = [{ node_id: '1', latest_output: 'x'.repeat(size) }];
  const runs = Array.from({ length: count }, (_, index) => failedRun(index + 1, null, { nodes }));
  const { query } = await startOver(runs, {
    env: { ...CACHED, CACHE_TERMINAL_MS: '60000', CACHE_MAX_BYTES: '4000000' },
  });
  const ask = async (id: string) => {
    for (let time = 1; time < TIMES_UNTIL_REUSED; time++)
      await query('query ($id: ID!) { execution(id: $id) { id } }', { id });
  };
  for (const { id } of runs.slice(0, 5)) await ask(id);
  const before = await heapUsed();

  for (const { id } of runs.slice(5)) await ask(id);

  expect((await heapUsed()) - before).toBeLessThan((count * size) / 3);
});
