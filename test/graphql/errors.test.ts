import { afterEach, describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import type { Clock } from '../../src/clock.ts';
import { formatError } from '../../src/graphql/format-error.ts';
import { unavailable } from '../../src/upstream/failure.ts';
import { retryDelayMs } from '../../src/upstream/retry.ts';
import type { Fault } from '../../sandbox/control/faults.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import {
  DEMO,
  DEMO_SESSION,
  startGateway,
  startServer,
  stopAll,
  type Answer,
  type Setup,
} from '../support/gateway.ts';

const LIST = '{ executions(page: { size: 2 }) { nodes { id } } }';
const LEAK = 'upstream-internals';
/** An error of upstream's that says what nobody is to see. */
const TALKATIVE = {
  error_code: 'SERVER_ERROR',
  request_id: 'req-4711',
  message: `${LEAK} at https://db.internal.example/?key=tk_demo for session-demo`,
  stack: `Error: ${LEAK}\n    at query (/srv/app/src/db.js:10:5)`,
};

/** What a line of the log may have. */
const LOG_FIELDS = [
  'codes',
  'cost',
  'durationMs',
  'level',
  'method',
  'msg',
  'operation',
  'requestId',
  'route',
  'stack',
  'status',
  'time',
  'url',
];

const answers: Answer[] = [];
const gateways: { readonly logs: readonly string[]; readonly secrets: readonly string[] }[] = [];

/** A gateway whose every answer and log line is searched for secrets after the test. */
async function startWatched(setup: Setup = {}) {
  const gateway = await startGateway(setup);
  const upstream = new URL(setup.upstreamUrl ?? gateway.sandbox.url);
  gateways.push({ logs: gateway.logs, secrets: [upstream.host, '/api/v2/public'] });
  const query: typeof gateway.query = async (...args) => {
    const answer = await gateway.query(...args);
    answers.push(answer);
    return answer;
  };
  return { ...gateway, query };
}

/** A watched gateway on a clock that the test moves. */
async function startOnFakeClock(setup: Setup = {}) {
  const clock = createFakeClock();
  return { ...(await startWatched({ ...setup, clock })), clock };
}

afterEach(async () => {
  await stopAll();
  expectNothingLeaked();
});

function expectNothingLeaked() {
  const seen = answers.splice(0).map(({ data, errors, extensions, headers }) => ({
    data: data as unknown,
    errors,
    extensions,
    headers: [...headers],
  }));
  const all = gateways.splice(0);
  const logs = all.flatMap((gateway) => gateway.logs);
  const secrets = ['tk_demo', 'session-demo', LEAK, 'node_modules', 'file://', '    at '];
  for (const text of [...seen.map((answer) => JSON.stringify(answer)), ...logs]) {
    for (const secret of [...secrets, ...all.flatMap((gateway) => gateway.secrets)]) {
      expect(text).not.toContain(secret);
    }
  }
  for (const line of logs) {
    expect(LOG_FIELDS).toEqual(expect.arrayContaining(Object.keys(JSON.parse(line) as object)));
    expect(line).not.toContain('demo@example.com');
  }
}

function errorOf(answer: Answer) {
  expect(answer.errors).toHaveLength(1);
  const [error] = answer.errors;
  return { status: answer.status, message: error?.message, ...error?.extensions };
}

/** Lets a retry's wait pass, once there is one. */
async function passRetryWait(clock: FakeClock): Promise<number> {
  await clock.until(([soonest = Infinity]) => soonest < 500);
  const [waitMs = NaN] = clock.due();
  clock.advance(waitMs);
  return waitMs;
}

/** Lets every short wait pass until the answer is there. */
async function passWaits(clock: FakeClock, answering: Promise<Answer>): Promise<Answer> {
  const wait = clock.until(([soonest = Infinity]) => soonest < 500).then(() => null);
  const answer = await Promise.race([answering, wait]);
  if (answer !== null) return answer;
  clock.advance(clock.due()[0] ?? 0);
  return passWaits(clock, answering);
}

describe('an answer of upstream that is no success', () => {
  const REFUSED: [number, string, number, string][] = [
    [400, 'BAD_USER_INPUT', 200, 'Upstream refused the request as malformed'],
    [401, 'UNAUTHENTICATED', 401, 'Upstream refused the credentials'],
    [403, 'FORBIDDEN', 200, 'Upstream does not allow this for these credentials'],
    [404, 'NOT_FOUND', 200, 'Upstream knows nothing by this id'],
    [418, 'UPSTREAM_BAD_RESPONSE', 200, 'Upstream gave an unexpected answer'],
    [501, 'NOT_SUPPORTED', 200, 'Upstream does not support this here'],
  ];

  test.each(REFUSED)(
    '%d is %s with HTTP status %d and asked once',
    async (upstream, code, status, message) => {
      const { query, sandbox } = await startWatched();
      sandbox.addFault({ status: upstream, body: TALKATIVE });

      const answer = await query(LIST);

      expect(errorOf(answer)).toEqual({
        status,
        message,
        code,
        upstream: { status: upstream, code: 'SERVER_ERROR', requestId: 'req-4711' },
      });
      expect(answer.data).toBeNull();
      expect(answer.extensions.upstream.calls).toBe(1);
      expect(sandbox.requests()).toHaveLength(1);
    },
  );

  const PASSING: [number, string, string][] = [
    [408, 'UPSTREAM_TIMEOUT', 'Upstream took too long'],
    [500, 'UPSTREAM_UNAVAILABLE', 'Upstream failed'],
    [502, 'UPSTREAM_UNAVAILABLE', 'Upstream failed'],
    [503, 'UPSTREAM_UNAVAILABLE', 'Upstream failed'],
    [504, 'UPSTREAM_TIMEOUT', 'Upstream took too long'],
    [599, 'UPSTREAM_UNAVAILABLE', 'Upstream failed'],
  ];

  test.each(PASSING)('%d is %s once two retries have not helped', async (upstream, code, message) => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: upstream, body: TALKATIVE, times: 4 });

    const answering = query(LIST);
    const waits = [await passRetryWait(clock), await passRetryWait(clock)];
    const answer = await answering;

    expect(errorOf(answer)).toEqual({
      status: 200,
      message,
      code,
      upstream: { status: upstream, code: 'SERVER_ERROR', requestId: 'req-4711' },
    });
    expect(answer.extensions.upstream.calls).toBe(3);
    expect(sandbox.requests()).toHaveLength(3);
    expect(waits[0]).toBeGreaterThanOrEqual(50);
    expect(waits[0]).toBeLessThanOrEqual(100);
    expect(waits[1]).toBeGreaterThanOrEqual(100);
    expect(waits[1]).toBeLessThanOrEqual(200);
  });

  test('429 is RATE_LIMITED once two retries have not helped', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: 429, body: TALKATIVE, times: 4 });

    const answer = await passWaits(clock, query(LIST));

    expect(errorOf(answer)).toEqual({
      status: 200,
      message: 'Upstream is asked too often',
      code: 'RATE_LIMITED',
      upstream: { status: 429, code: 'SERVER_ERROR', requestId: 'req-4711' },
    });
    expect(sandbox.requests()).toHaveLength(3);
  });

  test('is forgotten when a retry helps', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: 503, times: 2 });

    const answering = query(LIST);
    await passRetryWait(clock);
    await passRetryWait(clock);
    const answer = await answering;

    expect(answer.errors).toEqual([]);
    expect(answer.data).toMatchObject({ executions: { nodes: [{}, {}] } });
    expect(sandbox.stats().requests).toEqual({ 'GET /execution': { 503: 2, 200: 1 } });
  });

  test('keeps its request id through the retries', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: 503 });
    const answering = query(LIST, {}, { ...DEMO, 'x-request-id': 'one-question' });
    await passRetryWait(clock);
    await answering;
    expect(sandbox.requests().map(({ headers }) => headers['x-request-id'])).toEqual([
      'one-question',
      'one-question',
    ]);
  });

  test.each<[string, unknown, object]>([
    ['in the words of the newer generation', { error: 'BAD_INPUT', message: LEAK }, { code: 'BAD_INPUT' }],
    ['with a sentence for a code', { error: `${LEAK} failed`, request_id: 'a b' }, {}],
    ['with objects for its fields', { error_code: { LEAK }, request_id: [LEAK] }, {}],
    ['with an endless code', { error_code: 'X'.repeat(65), request_id: 'x'.repeat(65) }, {}],
    ['in HTML', `<html><body>${LEAK}</body></html>`, {}],
    ['with no more than null', null, {}],
  ])('%s shows no more than is safe', async (_case, body, shown) => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ status: 400, body, contentType: 'text/html' });
    expect(errorOf(await query(LIST))).toMatchObject({
      code: 'BAD_USER_INPUT',
      upstream: { status: 400, ...shown },
    });
  });
});

describe('Retry-After', () => {
  test.each<[number, string]>([
    [429, 'RATE_LIMITED'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('of %d beyond the deadline is answered at once, with the time', async (status, code) => {
    const { query, sandbox } = await startOnFakeClock();
    sandbox.addFault({ status, retryAfter: 30, times: 3 });

    const answer = await query(LIST);

    expect(errorOf(answer)).toMatchObject({ code, retryAfterMs: 30_000, upstream: { status } });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('that fits the deadline is waited for, and a little longer', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: 429, retryAfter: 1 });

    const answering = query(LIST);
    // Only the deadline and the wait are set: the attempt is over.
    await clock.until(
      (due) => sandbox.requests()[0]?.status === 429 && due.length === 2 && (due[0] ?? 0) < 2000,
    );
    const [waitMs] = clock.due();
    expect(waitMs).toBeGreaterThanOrEqual(1050);
    expect(waitMs).toBeLessThanOrEqual(1100);
    clock.advance(999);
    expect(sandbox.requests()).toHaveLength(1);
    clock.advance(101);

    expect((await answering).errors).toEqual([]);
    expect(sandbox.requests()).toHaveLength(2);
  });

  test('may be an HTTP date', async () => {
    const { query, sandbox } = await startOnFakeClock();
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    sandbox.addFault({ status: 429, retryAfter: inAnHour, times: 3 });

    const { retryAfterMs } = errorOf(await query(LIST)) as { retryAfterMs?: number };

    // The date has no more than whole seconds, and the test itself takes some time.
    expect(retryAfterMs).toBeGreaterThan(3_500_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
    expect(sandbox.requests()).toHaveLength(1);
  });

  test.each(['9'.repeat(400), '9007199254741'])('beyond counting is left out: %s', async (retryAfter) => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: 429, retryAfter, times: 3 });
    const error = errorOf(await passWaits(clock, query(LIST)));
    expect(error).toMatchObject({ code: 'RATE_LIMITED' });
    expect(error).not.toHaveProperty('retryAfterMs');
  });

  test.each(['Wed, 21 Oct 2015 07:28:00 GMT', '0', 'soon', '-5'])(
    'of %p does not hold a retry up',
    async (retryAfter) => {
      const { query, sandbox, clock } = await startOnFakeClock();
      sandbox.addFault({ status: 429, retryAfter });
      const since = clock.now();
      const answer = await passWaits(clock, query(LIST));
      expect(answer.errors).toEqual([]);
      expect(clock.now() - since).toBeLessThanOrEqual(350);
    },
  );
});

describe('an answer that makes no sense', () => {
  const NO_JSON = 'Upstream answered with something other than JSON';
  const NO_PAGE = "Upstream's answer is not the shape of a page of executions";
  test.each<[string, Fault, string]>([
    ['HTML', { contentType: 'text/html' }, NO_JSON],
    ['half a JSON text', { body: '{"docs": [' }, NO_JSON],
    ['nothing', { body: '' }, NO_JSON],
    ['a list that is no list', { body: { docs: LEAK } }, NO_PAGE],
    ['a row without an id', { body: { docs: [{ name: LEAK }], totalDocs: 1 } }, NO_PAGE],
    ['null', { body: null }, NO_PAGE],
    ['too much', { hugeBytes: 50_000_000 }, 'Upstream answered with too much'],
  ])('%s is UPSTREAM_BAD_RESPONSE and asked once', async (_case, fault, message) => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ ...fault, times: 3 });

    const answer = await query(LIST);

    expect(errorOf(answer)).toEqual({ status: 200, message, code: 'UPSTREAM_BAD_RESPONSE' });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('too much for the configured size is refused, and just as much is not', async () => {
    const { query, sandbox } = await startWatched({ env: { UPSTREAM_MAX_RESPONSE_BYTES: '2000' } });
    const pageOf = (bytes: number) => {
      const empty = JSON.stringify({ docs: [], totalDocs: 0, padding: '' });
      return JSON.stringify({ docs: [], totalDocs: 0, padding: 'x'.repeat(bytes - empty.length) });
    };
    sandbox.addFault({ body: pageOf(2000) });
    sandbox.addFault({ body: pageOf(2001) });

    expect((await query(LIST)).errors).toEqual([]);
    expect(errorOf(await query(LIST))).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  test('an empty 204 is UPSTREAM_BAD_RESPONSE', async () => {
    const upstreamUrl = await startServer((_request, response) => response.writeHead(204).end());
    const { query } = await startWatched({ upstreamUrl });
    expect(errorOf(await query(LIST))).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  test.each([301, 302, 303, 307, 308])('a redirect by %d is not followed', async (status) => {
    const hops: string[] = [];
    const elsewhere = await startServer((_request, response) => {
      hops.push('second');
      response.end('{"docs":[],"totalDocs":0}');
    });
    const upstreamUrl = await startServer((_request, response) => {
      hops.push('first');
      response.writeHead(status, { location: `${elsewhere}/${LEAK}` }).end();
    });
    const { query } = await startWatched({ upstreamUrl });

    expect(errorOf(await query(LIST))).toEqual({
      status: 200,
      message: 'Upstream gave an unexpected answer',
      code: 'UPSTREAM_BAD_RESPONSE',
      upstream: { status },
    });
    expect(hops).toEqual(['first']);
  });
});

describe('a connection that fails', () => {
  const UNREACHABLE = {
    status: 200,
    message: 'Upstream cannot be reached',
    code: 'UPSTREAM_UNAVAILABLE',
  };

  test.each<[string, Fault]>([
    ['a reset', { reset: true }],
    ['a body that breaks off', { truncate: true }],
  ])('by %s is UPSTREAM_UNAVAILABLE once two retries have not helped', async (_case, fault) => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ ...fault, times: 4 });

    const answering = query(LIST);
    await passRetryWait(clock);
    await passRetryWait(clock);

    expect(errorOf(await answering)).toEqual(UNREACHABLE);
    expect(sandbox.requests()).toHaveLength(3);
  });

  test('because nobody listens is UPSTREAM_UNAVAILABLE', async () => {
    const { query, clock } = await startOnFakeClock({ upstreamUrl: 'http://127.0.0.1:1' });
    const answering = query(LIST);
    await passRetryWait(clock);
    await passRetryWait(clock);
    expect(errorOf(await answering)).toEqual(UNREACHABLE);
  });

  test('for want of TLS is not tried again', async () => {
    const { sandbox } = await startGateway();
    const { query } = await startOnFakeClock({ upstreamUrl: sandbox.url.replace('http:', 'https:') });
    const answer = await query(LIST);
    expect(errorOf(answer)).toEqual(UNREACHABLE);
    expect(answer.extensions.upstream.calls).toBe(1);
  });
});

describe('time', () => {
  test('an attempt has 2 s, and another one may help', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ hang: 'before-headers' });

    const answering = query(LIST);
    await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
    expect(clock.due()).toEqual([2000, 5000]);
    clock.advance(2000);
    await passRetryWait(clock);

    expect((await answering).errors).toEqual([]);
    expect(sandbox.stats().requests).toEqual({ 'GET /execution': { hang: 1, 200: 1 } });
  });

  test('an attempt has 2 s to the end of its body', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ hang: 'after-headers' });

    const answering = query(LIST);
    await sandbox.until(() => sandbox.requests()[0]?.status === 200);
    // By the time that another caller has its answer, this one has its headers.
    expect((await query(LIST, {}, DEMO_SESSION)).errors).toEqual([]);
    clock.advance(2000);
    await passRetryWait(clock);

    expect((await answering).errors).toEqual([]);
    expect(sandbox.requests()).toHaveLength(3);
  });

  test('an operation has 5 s, retries included', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ hang: 'before-headers', times: 4 });
    const hanging = (count: number) => sandbox.until(() => sandbox.requests().length === count);
    const startedAt = clock.now();

    const answering = query(LIST);
    await hanging(1);
    clock.advance(2000);
    await passRetryWait(clock);
    await hanging(2);
    clock.advance(2000);
    await passRetryWait(clock);
    await hanging(3);
    clock.advance(5000 - (clock.now() - startedAt));

    expect(errorOf(await answering)).toEqual({
      status: 200,
      message: 'The operation took too long',
      code: 'UPSTREAM_TIMEOUT',
    });
    expect(sandbox.requests()).toHaveLength(3);
  });

  test('an attempt that is too slow without a retry left is UPSTREAM_TIMEOUT', async () => {
    const { query, sandbox, clock } = await startOnFakeClock({ env: { OPERATION_TIMEOUT_MS: '2050' } });
    sandbox.addFault({ hang: 'before-headers' });

    const answering = query(LIST);
    await sandbox.until(() => sandbox.requests().length === 1);
    clock.advance(2000);

    expect(errorOf(await answering)).toEqual({
      status: 200,
      message: 'Upstream did not answer in time',
      code: 'UPSTREAM_TIMEOUT',
    });
  });

  test('leaves no timer behind', async () => {
    const { query, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: 500, times: 1 });
    const answering = query(LIST);
    await passRetryWait(clock);
    await answering;
    expect(clock.due()).toEqual([]);
  });
});

describe('a client that goes away', () => {
  test('takes its upstream call with it', async () => {
    const { endpoint, sandbox } = await startOnFakeClock();
    sandbox.addFault({ delayMs: 3_600_000, times: 3 });
    const client = new AbortController();

    const asking = fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...DEMO },
      body: JSON.stringify({ query: LIST }),
      signal: client.signal,
    });
    await sandbox.until(() => sandbox.requests().length === 1);
    client.abort();

    await expect(asking).rejects.toThrow('aborted');
    await sandbox.until(() => sandbox.requests()[0]?.status === 'aborted');
    await stopAll();
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('is not asked for during a retry wait', async () => {
    const { endpoint, sandbox, clock } = await startOnFakeClock();
    sandbox.addFault({ status: 503, times: 3 });
    const client = new AbortController();

    const asking = fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...DEMO },
      body: JSON.stringify({ query: LIST }),
      signal: client.signal,
    });
    await clock.until(([soonest = Infinity]) => soonest < 500);
    client.abort();
    await expect(asking).rejects.toThrow('aborted');

    await clock.until((due) => due.length === 0);
    expect(sandbox.requests()).toHaveLength(1);
  });
});

describe('a failure of a part', () => {
  test('nulls its field, with an error on its path, and the rest stays', async () => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ match: { route: 'GET /application' }, status: 403, body: TALKATIVE });

    const answer = await query(`{
      viewer { signIn }
      executions(page: { size: 2 }) { nodes { id application { id name description } } }
    }`);

    expect(answer.status).toBe(200);
    const application = { id: expect.any(String), name: expect.any(String), description: null };
    expect(answer.data).toEqual({
      viewer: { signIn: 'API_KEY' },
      executions: {
        nodes: [
          { id: expect.any(String), application },
          { id: expect.any(String), application },
        ],
      },
    });
    expect(
      answer.errors.map(({ path, message, extensions }) => ({ path, message, code: extensions.code })),
    ).toEqual(
      [0, 1].map((index) => ({
        path: ['executions', 'nodes', index, 'application', 'description'],
        message: 'Upstream does not allow this for these credentials',
        code: 'FORBIDDEN',
      })),
    );
  });

  test('for want of a sign-in is no 401 while the rest is answered', async () => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ match: { route: 'GET /workflow/{id}' }, status: 401 });

    const answer = await query('{ viewer { signIn } workflow(id: "652ff3e5c4f2f0a1b2c3d4e5") { id } }');

    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ viewer: { signIn: 'API_KEY' }, workflow: null });
    expect(answer.errors).toMatchObject([{ path: ['workflow'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('a defect', () => {
  const MASKED = [{ message: 'Something went wrong here', extensions: { code: 'INTERNAL_SERVER_ERROR' } }];

  /** Time that breaks when a timer of that length is set. */
  function brokenClock(delayMs: number): Clock {
    const clock = createFakeClock();
    return {
      now: () => clock.now(),
      date: () => clock.date(),
      after: (ms, callback) => {
        if (ms === delayMs) throw new TypeError('the clock has stopped');
        return clock.after(ms, callback);
      },
    };
  }

  test.each([
    ['while a field is resolved', 2000, 200],
    ['before anything is resolved', 5000, 500],
  ])('%s is masked, and logged with its stack', async (_case, delayMs, status) => {
    const { query, logs } = await startGateway({ clock: brokenClock(delayMs) });

    const answer = await query(LIST);

    expect(answer.status).toBe(status);
    expect(answer.errors).toMatchObject(MASKED);
    expect(JSON.stringify(answer)).not.toContain('clock');
    const logged = logs.map((line) => JSON.parse(line) as { msg: string; stack?: string });
    const defects = logged.filter(({ msg }) => msg === 'unexpected error');
    expect(defects).toHaveLength(1);
    expect(defects[0]?.stack).toContain('TypeError: the clock has stopped\n    at ');
  });

  test.each<[string, unknown]>([
    ['an error', new Error(LEAK)],
    ['an error of GraphQL around it', new GraphQLError(LEAK, { originalError: new Error(LEAK) })],
    ['an error that poses as ours', new GraphQLError(LEAK, { extensions: { code: 'CUSTOM', secret: LEAK } })],
    ['no error at all', LEAK],
    ['nothing', undefined],
  ])('is masked where it is %s', (_case, thrown) => {
    const formatted = {
      message: LEAK,
      path: ['executions'],
      extensions: { code: 'CUSTOM', stacktrace: [LEAK] },
    };
    expect(formatError(formatted, thrown)).toEqual({ ...MASKED[0], path: ['executions'] });
  });
});

test('a message that repeats refused input is cut', async () => {
  const { query } = await startWatched();
  const answer = await query('query ($id: ID!) { workflow(id: $id) { id } }', { id: ['x'.repeat(10_000)] });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(answer.errors[0]?.message).toHaveLength(500);
});

test('a request leaves one line in the log, and nothing of what was asked in it', async () => {
  const { query, logs } = await startWatched();
  const before = logs.length;

  await query(
    'query History($filter: ExecutionFilter) { executions(filter: $filter) { totalCount } }',
    { filter: { workflowName: 'a secret name' } },
    { ...DEMO, 'x-request-id': 'r-1' },
  );

  expect(logs).toHaveLength(before + 1);
  expect(JSON.parse(logs[before] ?? '')).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    msg: 'request',
    requestId: 'r-1',
    method: 'POST',
    route: '/graphql',
    status: 200,
    durationMs: expect.any(Number),
    operation: 'History',
    codes: [],
    cost: { requested: 1, actual: 1 },
  });
});

test('of a long operation name no more than 128 characters are in the log', async () => {
  const { query, logs } = await startWatched();
  await query(`query ${'x'.repeat(5000)} { __typename }`);
  expect(JSON.parse(logs.at(-1) ?? '')).toMatchObject({ msg: 'request', operation: 'x'.repeat(128) });
});

test('the codes of errors are in the log', async () => {
  const { query, sandbox, logs } = await startWatched();
  sandbox.addFault({ status: 403, body: TALKATIVE });
  await query(LIST);
  expect(JSON.parse(logs.at(-1) ?? '')).toMatchObject({ status: 200, codes: ['FORBIDDEN'] });
});

describe('the wait before a retry', () => {
  const GET = { method: 'GET' };
  const lost = unavailable('lost', true);
  test.each([
    ['the first, at the least', GET, lost, 0, 5000, 0, 50],
    ['the first, at the most', GET, lost, 0, 5000, 1, 100],
    ['the second, at the least', GET, lost, 1, 5000, 0, 100],
    ['the second, at the most', GET, lost, 1, 5000, 1, 200],
    ['never a third', GET, lost, 2, 5000, 0, null],
    ['never past the deadline', GET, lost, 0, 50, 0, null],
    ['just before it', GET, lost, 0, 51, 0, 50],
    ['never for a write', { method: 'POST' }, lost, 0, 5000, 0, null],
    ['never for what does not pass', GET, unavailable('lost', false), 0, 5000, 0, null],
    ['never for a defect', GET, new Error('defect'), 0, 5000, 0, null],
  ])('%s', (_case, call, error, retries, remainingMs, random, expected) => {
    expect(retryDelayMs(call, error, retries, remainingMs, () => random)).toBe(expected);
  });
});
