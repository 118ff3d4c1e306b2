import { expect, test } from '@jest/globals';

import { Journal } from '../../sandbox/control/journal.ts';
import { RateLimiter } from '../../sandbox/api/rate.ts';
import { ask, KEY, OTHER_KEY, sandboxWith, SESSION } from '../support/sandbox.ts';

/** Time that stands still: no bucket is filled again, however long requests take. */
const STILL = { monotonicMs: () => 5000 };

test('a bucket holds the burst and is filled again at the rate', () => {
  const time = { ms: 5000 };
  const limiter = new RateLimiter(20, 5, () => time.ms);
  const taken = (): number[] => Array.from({ length: 6 }, () => limiter.take('key'));
  expect(taken()).toEqual([0, 0, 0, 0, 0, 50]);
  time.ms += 20;
  expect(limiter.take('key')).toBeCloseTo(30);
  time.ms += 30;
  expect([limiter.take('key'), limiter.take('key')]).toEqual([0, 50]);
  time.ms += 60_000;
  expect(taken()).toEqual([0, 0, 0, 0, 0, 50]);
});

test('each key has a bucket of its own, and rate 0 no limit', () => {
  const limiter = new RateLimiter(1, 1, () => 0);
  expect([limiter.take('one'), limiter.take('two'), limiter.take('one')]).toEqual([0, 0, 1000]);
  const unlimited = new RateLimiter(0, 1, () => 0);
  expect(Array.from({ length: 100 }, () => unlimited.take('key')).every((waitMs) => waitMs === 0)).toBe(true);
});

test('beyond the burst the answer is 429 with whole seconds to wait, for all accounts and tokens together', async () => {
  const sandbox = await sandboxWith({ ...STILL, rate: 0.4, burst: 3 });
  const callers = [KEY, OTHER_KEY, SESSION, KEY, SESSION];
  const replies: Awaited<ReturnType<typeof ask>>[] = [];
  for (const headers of callers) replies.push(await ask(sandbox, '/execution', { headers }));
  expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 429, 429]);
  expect(replies[4]?.headers.get('retry-after')).toBe('3');
  expect(replies[4]?.body).toMatchObject({ status_code: 429, http_error_type: 'TOO_MANY_REQUESTS' });
  expect(sandbox.stats()).toEqual({
    requests: { 'GET /execution': { '200': 3, '429': 2 } },
    throttled: 2,
    peakPerSecond: 5,
  });
});

test('Retry-After is at least a second', async () => {
  const sandbox = await sandboxWith({ ...STILL, rate: 1.5, burst: 1 });
  const replies = await Promise.all([1, 2].map(() => ask(sandbox, '/execution')));
  const refused = replies.find((reply) => reply.status === 429);
  expect(refused?.headers.get('retry-after')).toBe('1');
});

test('a request without sign-in draws no token and is no part of the peak', async () => {
  const sandbox = await sandboxWith({ ...STILL, rate: 1, burst: 1 });
  const strangers = [1, 2, 3].map(() => ask(sandbox, '/execution', { headers: { 'x-api-key': 'wrong' } }));
  expect((await Promise.all(strangers)).map((reply) => reply.status)).toEqual([401, 401, 401]);
  expect((await ask(sandbox, '/execution')).status).toBe(200);
  expect((await ask(sandbox, '/execution')).status).toBe(429);
  expect(sandbox.stats()).toMatchObject({ throttled: 1, peakPerSecond: 2 });
});

test('the default lets a burst of 5 through and then limits', async () => {
  const sandbox = await sandboxWith({ ...STILL, rate: 20 });
  const replies = await Promise.all(Array.from({ length: 40 }, () => ask(sandbox, '/application')));
  expect(replies.filter((reply) => reply.status === 200)).toHaveLength(5);
  expect(sandbox.stats().throttled).toBe(35);
});

test('the peak is that of any second, not of whole ones', () => {
  const time = { ms: 0 };
  const journal = new Journal(() => time.ms);
  const arrivals = [0, 900, 950, 1000, 1899, 1900, 1950, 5000];
  const peaks = arrivals.map((atMs) => {
    time.ms = atMs;
    journal.authenticated();
    return journal.stats().peakPerSecond;
  });
  expect(peaks).toEqual([1, 2, 3, 3, 4, 4, 4, 4]);
});

test('the peak stays right over very many requests', () => {
  const time = { ms: 0 };
  const journal = new Journal(() => time.ms);
  for (; time.ms < 40_000; time.ms += 2) journal.authenticated();
  expect(journal.stats().peakPerSecond).toBe(500);
  for (let request = 0; request < 700; request += 1) journal.authenticated();
  expect(journal.stats().peakPerSecond).toBe(1199);
});
