import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../sandbox/control/faults.ts';
import { DEMO, startGateway, startRawServer, startServer, stopAll } from '../support/gateway.ts';
import { REFUSED_URL } from '../support/refused-url.ts';
import {
  LIST,
  LEAK,
  TALKATIVE,
  startWatched,
  startWatchedOnFakeClock,
  expectNothingLeaked,
  errorOf,
  passRetryWait,
} from '../support/watched.ts';

afterEach(async () => {
  await stopAll();
  expectNothingLeaked();
});

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
      expect(answer.data).toEqual({ executions: null });
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

  test.each(PASSING)('%d is %s once a retry has not helped', async (upstream, code, message) => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
    sandbox.addFault({ status: upstream, body: TALKATIVE, times: 4 });

    const answering = query(LIST);
    const waitMs = await passRetryWait(clock);
    const answer = await answering;

    expect(errorOf(answer)).toEqual({
      status: 200,
      message,
      code,
      upstream: { status: upstream, code: 'SERVER_ERROR', requestId: 'req-4711' },
    });
    expect(answer.extensions.upstream.calls).toBe(2);
    expect(sandbox.requests()).toHaveLength(2);
    expect(waitMs).toBeGreaterThanOrEqual(50);
    expect(waitMs).toBeLessThanOrEqual(100);
  });

  test('429 that does not say when to ask again is RATE_LIMITED at once', async () => {
    const { query, sandbox } = await startWatchedOnFakeClock();
    sandbox.addFault({ status: 429, body: TALKATIVE, times: 4 });

    expect(errorOf(await query(LIST))).toEqual({
      status: 200,
      message: 'Upstream is asked too often',
      code: 'RATE_LIMITED',
      retryAfterMs: 1000,
      upstream: { status: 429, code: 'SERVER_ERROR', requestId: 'req-4711' },
    });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('is forgotten when a retry helps', async () => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
    sandbox.addFault({ status: 503 });

    const answering = query(LIST);
    await passRetryWait(clock);
    const answer = await answering;

    expect(answer.errors).toEqual([]);
    expect(answer.data).toMatchObject({ executions: { nodes: [{}, {}] } });
    expect(sandbox.stats().requests).toEqual({ 'GET /execution': { 503: 1, 200: 1 } });
  });

  test('keeps its request id through the retries', async () => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
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

describe('an answer that makes no sense', () => {
  const NO_JSON = 'Upstream answered with something other than JSON';
  const NO_PAGE = "Upstream's answer is not the shape of a page of executions";
  test.each<[string, Fault, string]>([
    ['HTML', { contentType: 'text/html' }, NO_JSON],
    ['half a text', { body: '"docs' }, NO_JSON],
    ['nothing', { body: '' }, NO_JSON],
    ['a list that is no list', { body: { docs: LEAK } }, NO_PAGE],
    ['no list', { body: { rows: [{ name: LEAK }], totalDocs: 1 } }, NO_PAGE],
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

  test('too much by its own account is refused before the first byte of it', async () => {
    const upstreamUrl = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '10485761' });
      response.flushHeaders();
    });
    const { query } = await startWatchedOnFakeClock({ upstreamUrl });
    expect(errorOf(await query(LIST))).toEqual({
      status: 200,
      message: 'Upstream answered with too much',
      code: 'UPSTREAM_BAD_RESPONSE',
    });
  });

  test('a page in pieces of a byte is read like any other', async () => {
    const page = JSON.stringify({ docs: [{ _id: 'é1' }], totalDocs: 1, padding: 'é'.repeat(1000) });
    const upstreamUrl = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const byte of Buffer.from(page)) response.write(Buffer.from([byte]));
      response.end();
    });
    const { query } = await startWatched({ upstreamUrl });
    expect(await query(LIST)).toMatchObject({ data: { executions: { nodes: [{ id: 'é1' }] } }, errors: [] });
  });

  test.each([
    ['headers without end', 'HTTP/1.1 200 OK\r\nx: ', 'a'.repeat(65_536)],
    ['no HTTP', 'tk_demo', ''],
  ])('%s are cut off', async (_case, head, more) => {
    const upstreamUrl = await startRawServer((socket) => {
      socket.write(head);
      if (more !== '') socket.write(more);
    });
    const { query } = await startWatchedOnFakeClock({ upstreamUrl });
    expect(errorOf(await query(LIST))).toEqual({
      status: 200,
      message: 'Upstream answered with something other than HTTP',
      code: 'UPSTREAM_BAD_RESPONSE',
    });
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

describe('an answer that ends before its end', () => {
  const WHOLE = JSON.stringify({ docs: [{ _id: '65410cf6cdf931a12d7ab009' }], totalDocs: 1 });
  const HALF = WHOLE.slice(0, WHOLE.length / 2);
  const WAYS: [string, (response: ServerResponse) => void][] = [
    [
      'of the length that it told',
      (response) => {
        response.writeHead(200, { 'content-length': WHOLE.length });
        response.write(HALF, () => response.socket?.end());
      },
    ],
    [
      'in chunks',
      (response) => {
        response.writeHead(200);
        response.write(HALF, () => response.socket?.end());
      },
    ],
    [
      'by a reset',
      (response) => {
        response.writeHead(200);
        response.write(HALF, () => response.socket?.resetAndDestroy());
      },
    ],
    [
      'at the end of the connection',
      (response) => {
        response.removeHeader('transfer-encoding');
        response.writeHead(200, { connection: 'close' }).end(HALF);
      },
    ],
    [
      'and tells that length',
      (response) => {
        response.writeHead(200, { 'content-length': HALF.length }).end(HALF);
      },
    ],
  ];

  async function startCutting(times: number, cut: (response: ServerResponse) => void) {
    let calls = 0;
    const upstreamUrl = await startServer((_request, response) => {
      calls += 1;
      if (calls <= times) cut(response);
      else response.end(WHOLE);
    });
    return startWatchedOnFakeClock({ upstreamUrl });
  }

  test.each(WAYS)('%s is hidden by a retry', async (_way, cut) => {
    const { query, clock } = await startCutting(1, cut);
    const answering = query(LIST);
    await passRetryWait(clock);
    const answer = await answering;
    expect(answer.errors).toEqual([]);
    expect(answer.extensions.upstream.calls).toBe(2);
  });

  test.each(WAYS)('%s is UPSTREAM_BAD_RESPONSE once that has not helped', async (_way, cut) => {
    const { query, clock } = await startCutting(9, cut);
    const answering = query(LIST);
    await passRetryWait(clock);
    const answer = await answering;
    expect(errorOf(answer)).toEqual({
      status: 200,
      message: 'Upstream broke off its answer',
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    expect(answer.extensions.upstream.calls).toBe(2);
  });

  test('means what its status says', async () => {
    const { query } = await startCutting(9, (response) => {
      response.writeHead(401, { 'content-length': 999 });
      response.write('{"error_code"', () => response.socket?.end());
    });
    expect(errorOf(await query(LIST))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });
});

describe('a connection that fails', () => {
  const UNREACHABLE = {
    status: 200,
    message: 'Upstream cannot be reached',
    code: 'UPSTREAM_UNAVAILABLE',
  };

  test('by a reset is UPSTREAM_UNAVAILABLE once a retry has not helped', async () => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
    sandbox.addFault({ reset: true, times: 4 });

    const answering = query(LIST);
    await passRetryWait(clock);

    expect(errorOf(await answering)).toEqual(UNREACHABLE);
    expect(sandbox.requests()).toHaveLength(2);
  });

  test('because nobody listens is UPSTREAM_UNAVAILABLE', async () => {
    const { query, clock } = await startWatchedOnFakeClock({ upstreamUrl: REFUSED_URL });
    const answering = query(LIST);
    await passRetryWait(clock);
    expect(errorOf(await answering)).toEqual(UNREACHABLE);
  });

  test('for want of TLS is not tried again', async () => {
    const { sandbox } = await startGateway();
    const { query } = await startWatchedOnFakeClock({ upstreamUrl: sandbox.url.replace('http:', 'https:') });
    const answer = await query(LIST);
    expect(errorOf(answer)).toEqual(UNREACHABLE);
    expect(answer.extensions.upstream.calls).toBe(1);
  });
});
