import { afterEach, describe, expect, test } from '@jest/globals';
import { unavailable } from '../../src/upstream/failure.ts';
import { retryDelayMs } from '../../src/upstream/retry.ts';
import { DEMO, DEMO_SESSION, startServer, stopAll } from '../support/gateway.ts';
import {
  LIST,
  startWatchedOnFakeClock,
  expectNothingLeaked,
  errorOf,
  passRetryWait,
} from '../support/watched.ts';

afterEach(async () => {
  await stopAll();
  expectNothingLeaked();
});

describe('Retry-After', () => {
  test.each<[number, string]>([
    [429, 'RATE_LIMITED'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('of %d beyond the deadline is answered at once, with the time', async (status, code) => {
    const { query, sandbox } = await startWatchedOnFakeClock();
    sandbox.addFault({ status, retryAfter: 30, times: 3 });

    const answer = await query(LIST);

    expect(errorOf(answer)).toMatchObject({ code, retryAfterMs: 30_000, upstream: { status } });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('that fits the deadline is waited for, and a little longer', async () => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
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

  test('may be a time by the clock of upstream', async () => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
    // The sandbox's own clock tells the time of its answers, and the gateway's is another.
    const inMinutes = new Date(Date.now() + 200_000).toUTCString();
    sandbox.addFault({ status: 429, retryAfter: inMinutes, times: 3 });
    clock.setBy(-600_000);

    const [error] = (await query(LIST)).errors;

    expect(error?.extensions.code).toBe('RATE_LIMITED');
    expect(error?.extensions['retryAfterMs']).toBeGreaterThan(100_000);
    expect(error?.extensions['retryAfterMs']).toBeLessThanOrEqual(200_000);
    expect(sandbox.requests()).toHaveLength(1);
  });

  const SAYS_NOTHING = [undefined, '', '0', '-5', 'soon', '1, 2', 'Wed, 21 Oct 2015 07:28:00 GMT'];

  test.each(SAYS_NOTHING)(
    'of %p says nothing: a 429 is not tried again, and its bucket pauses',
    async (told) => {
      const upstreamUrl = await startServer((_request, response) => {
        response.writeHead(429, told === undefined ? {} : { 'retry-after': told }).end();
      });
      const { query, clock } = await startWatchedOnFakeClock({ upstreamUrl });
      const since = clock.now();

      const answer = await query(LIST);

      expect(errorOf(answer)).toMatchObject({
        code: 'RATE_LIMITED',
        retryAfterMs: 1000,
        upstream: { status: 429 },
      });
      expect(answer.extensions.upstream.calls).toBe(1);
      // Another one waits until the pause is over.
      const asking = query(LIST, {}, DEMO_SESSION);
      await clock.until(([soonest = Infinity]) => soonest === 1000);
      clock.advance(1000);
      expect((await asking).extensions.upstream).toMatchObject({ calls: 1, waitedMs: 1000 });
      expect(clock.now() - since).toBe(1000);
    },
  );

  test.each(SAYS_NOTHING)('of %p says nothing: a 503 is tried again at once', async (told) => {
    const upstreamUrl = await startServer((_request, response) => {
      response.writeHead(503, told === undefined ? {} : { 'retry-after': told }).end();
    });
    const { query, clock } = await startWatchedOnFakeClock({ upstreamUrl });
    const answering = query(LIST);
    expect(await passRetryWait(clock)).toBeLessThanOrEqual(100);
    const answer = await answering;
    expect(errorOf(answer)).toEqual({
      status: 200,
      message: 'Upstream failed',
      code: 'UPSTREAM_UNAVAILABLE',
      upstream: { status: 503 },
    });
    expect(answer.extensions.upstream.calls).toBe(2);
  });

  test('beyond belief is five minutes', async () => {
    const { query, sandbox } = await startWatchedOnFakeClock();
    sandbox.addFault({ status: 429, retryAfter: '1000000000000000', times: 3 });
    expect(errorOf(await query(LIST))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 300_000 });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('is the first of several', async () => {
    const upstreamUrl = await startServer((_request, response) => {
      response
        .writeHead(
          429,
          [
            ['retry-after', '30'],
            ['retry-after', '60'],
          ].flat(),
        )
        .end();
    });
    const { query } = await startWatchedOnFakeClock({ upstreamUrl });
    expect(errorOf(await query(LIST))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 30_000 });
  });
});

describe('time', () => {
  test('an attempt has 2 s, and another one may help', async () => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
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
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
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
    const { query, sandbox, clock } = await startWatchedOnFakeClock({ env: { UPSTREAM_TIMEOUT_MS: '3000' } });
    sandbox.addFault({ hang: 'before-headers', times: 4 });
    const hanging = (count: number) => sandbox.until(() => sandbox.requests().length === count);
    const startedAt = clock.now();

    const answering = query(LIST);
    await hanging(1);
    clock.advance(3000);
    await passRetryWait(clock);
    await hanging(2);
    clock.advance(5000 - (clock.now() - startedAt));

    expect(errorOf(await answering)).toEqual({
      status: 200,
      message: 'The operation took too long',
      code: 'UPSTREAM_TIMEOUT',
    });
    expect(sandbox.requests()).toHaveLength(2);
  });

  test('an attempt that is too slow without a retry left is UPSTREAM_TIMEOUT', async () => {
    const { query, sandbox, clock } = await startWatchedOnFakeClock({
      env: { OPERATION_TIMEOUT_MS: '2050' },
    });
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
    const { query, sandbox, clock } = await startWatchedOnFakeClock();
    sandbox.addFault({ status: 500, times: 1 });
    const answering = query(LIST);
    await passRetryWait(clock);
    await answering;
    expect(clock.due()).toEqual([]);
  });
});

describe('a client that goes away', () => {
  test('takes its upstream call with it', async () => {
    const { endpoint, sandbox } = await startWatchedOnFakeClock();
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
    const { endpoint, sandbox, clock } = await startWatchedOnFakeClock();
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

describe('the wait before a retry', () => {
  const GET = { method: 'GET' };
  const lost = unavailable('lost');
  test.each([
    ['the first, at the least', GET, lost, 0, 5000, 0, 50],
    ['the first, at the most', GET, lost, 0, 5000, 1, 100],
    ['never a second', GET, lost, 1, 5000, 0, null],
    ['never where no time is left to be answered in', GET, lost, 0, 150, 0, null],
    ['just before it', GET, lost, 0, 151, 0, 50],
    ['never for a write', { method: 'POST' }, lost, 0, 5000, 0, null],
    ['never for what does not pass', GET, unavailable('lost', { isPermanent: true }), 0, 5000, 0, null],
    ['never for a defect', GET, new Error('defect'), 0, 5000, 0, null],
  ])('%s', (_case, call, error, retries, remainingMs, random, expected) => {
    expect(retryDelayMs(call, error, retries, remainingMs, () => random)).toBe(expected);
  });
});
