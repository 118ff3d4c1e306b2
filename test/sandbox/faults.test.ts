import { expect, test } from '@jest/globals';

import { ask, control, FAILED, KEY, list, OTHER_KEY, sandboxWith } from '../support/sandbox.ts';
import { createSandboxClock } from '../support/fake-clock.ts';
import type { Fault } from '../../sandbox/control/faults.ts';
import type { Sandbox } from '../../sandbox/server.ts';

const RERUN = `/execution/${FAILED}/rerun`;

function get(sandbox: Sandbox, path = '/execution', signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${sandbox.url}/api/v2/public${path}`, { headers: KEY, signal });
}

async function struck(fault: Fault): Promise<{ sandbox: Sandbox; response: Response }> {
  const sandbox = await sandboxWith();
  sandbox.addFault(fault);
  return { sandbox, response: await get(sandbox) };
}

test('an error status comes with the upstream’s error body, once, then all is well', async () => {
  const { sandbox, response } = await struck({ status: 500 });
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({
    status_code: 500,
    http_error_type: 'INTERNAL_SERVER_ERROR',
    error_code: 'SERVER_ERROR',
  });
  expect((await get(sandbox)).status).toBe(200);
  expect(sandbox.stats()).toMatchObject({
    requests: { 'GET /execution': { '500': 1, '200': 1 } },
    throttled: 0,
  });
});

test('a fault may last for a time, and strikes all there is meanwhile, or a share or a number of it', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock });
  const statuses = async (count: number) => {
    const found: number[] = [];
    for (let asked = 0; asked < count; asked += 1) found.push((await get(sandbox)).status);
    return found;
  };
  sandbox.addFault({ status: 503, forMs: 20_000 });
  expect(await statuses(3)).toEqual([503, 503, 503]);
  clock.advance(19_999);
  expect(await statuses(1)).toEqual([503]);
  await control(sandbox, 'POST', '/clock', { advanceMs: 1 });
  expect(await statuses(2)).toEqual([200, 200]);

  sandbox.addFault({ status: 503, forMs: 1000, times: 1 });
  expect(await statuses(2)).toEqual([503, 200]);
  sandbox.addFault({ status: 503, forMs: 1000, share: 0.5 });
  expect(new Set(await statuses(30))).toEqual(new Set([200, 503]));
  clock.advance(1000);
  expect(new Set(await statuses(10))).toEqual(new Set([200]));
});

test.each([
  [7, '7'],
  ['Wed, 21 Oct 2099 07:28:00 GMT', 'Wed, 21 Oct 2099 07:28:00 GMT'],
  [undefined, null],
])('Retry-After %s', async (retryAfter, header) => {
  const { response } = await struck({ status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) });
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, header]);
});

test('another content type, another body', async () => {
  const html = (await struck({ status: 502, contentType: 'text/html' })).response;
  expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html']);
  expect(await html.text()).toMatch(/^<!DOCTYPE html>/);
  const text = (await struck({ body: '{"docs":[' })).response;
  expect([text.status, await text.text()]).toEqual([200, '{"docs":[']);
  const bodies = [{ docs: 'none' }, [], null, 0, false];
  const answers = await Promise.all(bodies.map((body) => struck({ body })));
  expect(await Promise.all(answers.map(({ response }) => response.json()))).toEqual(bodies);
  const mistyped = (await struck({ contentType: 'text/plain' })).response;
  expect(mistyped.headers.get('content-type')).toBe('text/plain');
  expect(JSON.parse(await mistyped.text())).toMatchObject({ totalDocs: 250 });
});

test('a huge body has at least the bytes asked for, and no length', async () => {
  const { sandbox, response } = await struck({ hugeBytes: 3_000_000 });
  expect(response.headers.get('content-length')).toBeNull();
  const text = await response.text();
  expect(text.length).toBeGreaterThanOrEqual(3_000_000);
  expect(JSON.parse(text)).toMatchObject({ docs: [] });
  expect(sandbox.stats().requests).toEqual({ 'GET /execution': { '200': 1 } });
});

test('a client may leave in the middle of a huge body', async () => {
  const { sandbox, response } = await struck({ hugeBytes: 9_000_000_000 });
  await response.body?.cancel();
  expect((await list(sandbox, '')).totalDocs).toBe(250);
});

test('a truncated body breaks off', async () => {
  const { sandbox, response } = await struck({ truncate: true });
  expect(response.status).toBe(200);
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(1000);
  await expect(response.text()).rejects.toThrow(/terminated/);
  expect(sandbox.stats().requests).toEqual({ 'GET /execution': { '200': 1 } });
});

test('a reset connection is no answer', async () => {
  const sandbox = await sandboxWith();
  sandbox.addFault({ reset: true });
  await expect(get(sandbox)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  expect(sandbox.stats().requests).toEqual({ 'GET /execution': { reset: 1 } });
});

test('hanging before the headers: nothing comes', async () => {
  const sandbox = await sandboxWith();
  sandbox.addFault({ hang: 'before-headers' });
  const leaving = new AbortController();
  const answer = get(sandbox, '/execution', leaving.signal);
  await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
  leaving.abort();
  await expect(answer).rejects.toThrow(/aborted/);
  expect(sandbox.stats().requests).toEqual({ 'GET /execution': { hang: 1 } });
});

test('hanging after the headers: a status, but no end', async () => {
  const { sandbox, response } = await struck({ hang: 'after-headers' });
  expect(response.status).toBe(200);
  const text = response.text();
  await sandbox.stop();
  await expect(text).rejects.toThrow(/terminated/);
});

test('stop closes what hangs', async () => {
  const sandbox = await sandboxWith();
  sandbox.addFault({ hang: 'before-headers' });
  const answer = get(sandbox);
  await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
  await Promise.all([expect(answer).rejects.toThrow(/fetch failed/), sandbox.stop()]);
  await expect(get(sandbox)).rejects.toThrow(/fetch failed/);
});

test('a delayed answer whose client leaves is counted as aborted, once', async () => {
  const sandbox = await sandboxWith();
  sandbox.addFault({ delayMs: 3_600_000 });
  const leaving = new AbortController();
  const answer = get(sandbox, '/execution', leaving.signal);
  await sandbox.until(() => sandbox.requests()[0]?.status === 'pending');
  leaving.abort();
  await expect(answer).rejects.toThrow(/aborted/);
  await sandbox.until(() => sandbox.requests()[0]?.status === 'aborted');
  expect(sandbox.stats().requests).toEqual({ 'GET /execution': { aborted: 1 } });
});

test('a delay and the latency of the sandbox only take time', async () => {
  const sandbox = await sandboxWith({ latencyMs: 15 });
  sandbox.addFault({ delayMs: 20 });
  const startedMs = performance.now();
  expect((await list(sandbox, '')).totalDocs).toBe(250);
  const firstMs = performance.now() - startedMs;
  expect((await list(sandbox, '')).totalDocs).toBe(250);
  expect(firstMs).toBeGreaterThan(33);
  expect(performance.now() - startedMs - firstMs).toBeGreaterThan(13);
});

test('a fault strikes only what it matches, as often as told', async () => {
  const sandbox = await sandboxWith();
  const statuses = async (...paths: string[]): Promise<number[]> => {
    const seen: number[] = [];
    for (const path of paths) seen.push((await get(sandbox, path)).status);
    return seen;
  };
  sandbox.addFault({ match: { route: 'GET /application' }, status: 500, times: 2 });
  expect(
    await statuses('/workflow', '/application', '/application/slack', '/application', '/application'),
  ).toEqual([200, 500, 200, 500, 200]);
  sandbox.addFault({ match: { route: '/application/{slug}', method: 'get' }, status: 503 });
  expect(await statuses('/application', '/application/slack', '/application/slack')).toEqual([200, 503, 200]);
  sandbox.addFault({ match: { query: { page: '2', status: 'ERRORED' } }, status: 504 });
  expect(
    await statuses('/execution?page=2', '/execution?status=ERRORED', '/execution?status=ERRORED&page=2'),
  ).toEqual([200, 200, 504]);
  sandbox.addFault({ match: { method: 'POST' }, status: 500 });
  expect(await statuses('/execution')).toEqual([200]);
  expect((await ask(sandbox, RERUN, { method: 'POST' })).status).toBe(500);
  sandbox.addFault({ match: { account: 'other@example.com' }, status: 500 });
  expect(await statuses('/execution')).toEqual([200]);
  expect((await ask(sandbox, '/execution', { headers: OTHER_KEY })).status).toBe(500);
});

test('faults strike in the order in which they were added', async () => {
  const sandbox = await sandboxWith();
  for (const status of [500, 502, 503]) sandbox.addFault({ status });
  const seen = [await get(sandbox), await get(sandbox), await get(sandbox), await get(sandbox)];
  expect(seen.map((response) => response.status)).toEqual([500, 502, 503, 200]);
});

test('a share of the requests is struck, the same ones for the same seed', async () => {
  const outcomes = async (seed: number): Promise<string> => {
    const sandbox = await sandboxWith({ seed });
    sandbox.addFault({ share: 0.3, status: 500 });
    let seen = '';
    for (let turn = 0; turn < 60; turn += 1) seen += (await get(sandbox, '/workflow?limit=1')).ok ? '.' : 'x';
    return seen;
  };
  const [one, same, other] = [await outcomes(4), await outcomes(4), await outcomes(5)];
  expect(one).toBe(same);
  expect(one).not.toBe(other);
  expect(one.replaceAll('.', '').length).toBeGreaterThan(8);
  expect(one.replaceAll('.', '').length).toBeLessThan(30);
});

test('neither a refused sign-in nor a throttled request uses a fault up', async () => {
  const sandbox = await sandboxWith({ rate: 0.001, burst: 2 });
  sandbox.addFault({ status: 503, times: 2 });
  expect((await ask(sandbox, '/execution', { headers: {} })).status).toBe(401);
  const seen = [await get(sandbox), await get(sandbox), await get(sandbox)];
  expect(seen.map((response) => response.status)).toEqual([503, 503, 429]);
});

test('faults come and go over HTTP', async () => {
  const sandbox = await sandboxWith();
  expect((await control(sandbox, 'POST', '/faults', { status: 503, times: 5 })).status).toBe(200);
  expect((await get(sandbox)).status).toBe(503);
  expect((await control(sandbox, 'DELETE', '/faults')).status).toBe(200);
  expect((await get(sandbox)).status).toBe(200);
});

test('in-process faults are checked like those over HTTP', async () => {
  const sandbox = await sandboxWith();
  expect(() => {
    sandbox.addFault({ status: 1000 });
  }).toThrow(/^status: /);
  expect((await get(sandbox)).status).toBe(200);
});

test.each<[string, Fault, number]>([
  ['a connection lost after the work', { reset: true }, 251],
  ['a connection lost before it', { reset: true, takesEffect: false }, 250],
  ['an error instead of it', { status: 500 }, 250],
  ['an error after it', { status: 500, takesEffect: true }, 251],
  ['an answer cut in half', { truncate: true }, 251],
])('a rerun with %s', async (_what, fault, executions) => {
  const sandbox = await sandboxWith();
  sandbox.addFault(fault);
  await Promise.allSettled([ask(sandbox, RERUN, { method: 'POST' })]);
  expect(sandbox.requests()).toHaveLength(1);
  expect((await list(sandbox, 'limit=1')).totalDocs).toBe(executions);
});
